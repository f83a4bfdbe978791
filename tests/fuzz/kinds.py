"""The kinds of files that the program reads: where good ones are, what damage they get, and who reads them."""

from __future__ import annotations

import copy
import datetime as dt
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
from fake_runs import fake_run, settings_of
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from small_tree import write_tree

from fuzz.mutate import CELLS, ODD_TEXT, TO_BYTES, TO_TABLES, TO_YAML, Damage
from sim.config import load_cells, load_settings
from sim.config.building import Builder
from sim.config.composing import compose_files
from sim.config.overrides import Given
from sim.config.sources import TAKEN, Sources
from sim.runs.store.catalogue import ask, runs
from sim.runs.store.folder import Store
from sim.runs.store.parquet_tables import encode
from sim.runs.store.run_keys import plain
from sim.runs.store.tidying import waste
from sim.settings import Settings
from sim.studies.calibrate.evidence import read_evidence, read_series
from sim.studies.nowcast.actuals import read_actuals
from sim.studies.nowcast.asking import known_groups
from sim.studies.validate.case import load_case

ROOT = Path(__file__).resolve().parents[2]
GROUPS = (
    "behaviour", "money", "market", "uncertainty", "parameters", "products", "policy", "pots", "targets", "region",
    "experiment",
)  # fmt: skip
FIRST = {
    "region": "here", "behaviour": "central", "money": "central", "market": "central", "uncertainty": "central",
    "parameters": "prior",
    "policy": "car_scrappage", "pots": "bonds", "targets": "nev_stock", "products": "car", "experiment": "levers",
}  # fmt: skip
"""The file of each group that the small tree reads."""
ACTUALS = (
    "month,indicator,group,value\n2024-01,nev_stock,,31000\n2024-02,nev_stock,,31500.5\n2024-02,claims,car_scrappage,120\n",
    "月份;指标;分组;数值\n2024年1月;nev_stock;;3.1万\n2024年2月;nev_stock;;31500\n",
)
"""As a program and as an office writes them."""


@dataclass(frozen=True)
class Input:
    """One damaged file, and how it is read from a folder of its own."""

    place: str
    content: bytes
    read: Callable[[Path], object]
    beside: Mapping[str, bytes] = field(default_factory=dict)
    """Good files that it is read with."""


def _damaged(rng: Random, ways: tuple[Damage, ...], raw: bytes) -> bytes:
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        try:
            raw = rng.choice(ways)(rng, raw)
        except Exception:  # what is left cannot be damaged in this way any more: then by its bytes
            raw = TO_BYTES[0](rng, raw)
    return raw


@cache
def _shipped(group: str) -> tuple[bytes, ...]:
    folder = ROOT / "scenarios" if group == "scenarios" else ROOT / "configs" / group
    return tuple(path.read_bytes() for path in sorted(folder.glob("*.yaml")))


def settings_file(rng: Random, tree: Path) -> Input:
    """A file of one group of the configuration, damaged, in a small tree that is whole otherwise."""
    group = rng.choice(GROUPS)
    place = f"configs/{group}/{FIRST[group]}.yaml"
    small = tree / place
    raw = small.read_bytes() if small.exists() and rng.random() < 0.6 else rng.choice(_shipped(group))
    words = ["+experiment=levers"] if group == "experiment" else []
    return Input(place, _damaged(rng, TO_YAML, raw), lambda root: load_cells(words, root) if words else load_settings([], root))


@cache
def _composed(tree: Path) -> dict[str, Any]:
    return compose_files(Sources(tree), {})


def _build(root: Path, group: str, name: str) -> object:
    """Settings of the small tree with one file read again; without Hydra, which takes a quarter of a second."""
    sources = Sources(root)
    content = sources.read(group, name)
    whole = copy.deepcopy(_composed(root))
    if group in TAKEN:
        whole[group][name] = content
    else:
        whole[group] = content
    builder = Builder(sources)
    builder._composed[()] = whole
    return builder.build(Given({}, ()))


def settings_content(rng: Random, tree: Path) -> Input:
    """As ``settings_file``, at a twentieth of the time."""
    group = rng.choice(GROUPS[:-1])
    place = f"configs/{group}/{FIRST[group]}.yaml"
    raw = (tree / place).read_bytes() if rng.random() < 0.5 else rng.choice(_shipped(group))
    _composed(tree)
    return Input(place, _damaged(rng, TO_YAML, raw), lambda root: _build(root, group, FIRST[group]))


def defaults_file(rng: Random, tree: Path) -> Input:
    raw = (tree / "configs/defaults.yaml").read_bytes() if rng.random() < 0.6 else (ROOT / "configs/defaults.yaml").read_bytes()
    return Input("configs/defaults.yaml", _damaged(rng, TO_YAML, raw), lambda root: load_settings([], root))


def scenario_file(rng: Random, tree: Path) -> Input:
    raw = rng.choice(((tree / "scenarios/boundary_b.yaml").read_bytes(), rng.choice(_shipped("scenarios"))))
    content = _damaged(rng, TO_YAML, raw)
    return Input("scenarios/boundary_b.yaml", content, lambda root: load_settings(["scenario=boundary_b"], root))


def region_table(rng: Random, tree: Path) -> Input:
    name = rng.choice(("baseline", "vintages"))
    small, whole = tree / f"configs/region/here/{name}.csv", ROOT / f"configs/region/dongchangfu/{name}.csv"
    raw = small.read_bytes() if rng.random() < 0.6 else whole.read_bytes()
    _composed(tree)
    return Input(f"configs/region/here/{name}.csv", _damaged(rng, TO_TABLES, raw), lambda root: _build(root, "region", "here"))


def typed_words(rng: Random, tree: Path) -> Input:
    """What users type, as one line a word."""
    keys = (
        "population.scale", "clock.end", "policy.car_scrappage.until", "region.boundary", "scenario", "behaviour.foresight",
        "ensemble.draws", "policy", "products.car.variants.ice.price", "results.folder", "+a.b", "~policy",
        "region.baseline.cars",
    )  # fmt: skip
    values = (*ODD_TEXT, "0.5", "2024-06", "B", "[1,2]", "{a:1}", "choice(1,2)", "range(0,1000000000)", "glob(*)", "1,2,3")
    words = [
        rng.choice(keys) + rng.choice(("=", "=", "", "==", "-")) + rng.choice(values) for _ in range(rng.choice((1, 1, 2, 3)))
    ]
    load = rng.choice((load_settings, load_cells))
    return Input("typed.txt", "\n".join(words).encode("utf-8", "replace"), lambda root: load(words, root))


def validation_case(rng: Random, tree: Path) -> Input:
    content = _damaged(rng, TO_YAML, rng.choice(_shipped("evidence")))
    return Input("case.yaml", content, lambda root: load_case(root / "case.yaml", "case.yaml"))


@cache
def _chosen() -> Settings:
    with TemporaryDirectory() as folder:
        return settings_of(Path(folder))


@cache
def _workbook() -> bytes:
    """The actuals as an office's workbook."""
    book, raw = openpyxl.Workbook(), io.BytesIO()
    for line in ACTUALS[0].splitlines():
        book.active.append(line.split(","))
    book.save(raw)
    return raw.getvalue()


def _actuals(rng: Random, name: str, content: bytes) -> Input:
    settings = _chosen()
    return Input(name, content, lambda root: read_actuals(root / name, settings, known_groups(settings), "2024-12"))


def actuals(rng: Random, tree: Path) -> Input:
    return _actuals(rng, "actuals.csv", _damaged(rng, TO_TABLES, rng.choice(ACTUALS).encode()))


def workbook(rng: Random, tree: Path) -> Input:
    """A workbook with odd cells, or one whose bytes are damaged."""
    if rng.random() < 0.4:
        return _actuals(rng, "actuals.xlsx", _damaged(rng, TO_BYTES, _workbook()))
    book, raw = openpyxl.load_workbook(io.BytesIO(_workbook())), io.BytesIO()
    for _ in range(rng.choice((1, 2, 5))):
        at = (rng.randrange(1, 7), rng.randrange(1, 7))
        value = rng.choice((*CELLS, *ODD_TEXT, 3.5, -1, True, None, 45_000, dt.date(2024, 3, 1), dt.datetime(2024, 3, 1, 12)))
        book.active.cell(*at).value = ILLEGAL_CHARACTERS_RE.sub("", value[:30_000]) if isinstance(value, str) else value
    book.save(raw)
    return _actuals(rng, "actuals.xlsx", raw.getvalue())


def evidence(rng: Random, tree: Path) -> Input:
    """Observations and series of the calibration; the one that is not damaged is the shipped one."""
    name, ways = rng.choice((("observations.yaml", TO_YAML), ("china_monthly.csv", TO_TABLES)))
    good = {path.name: path.read_bytes() for path in (ROOT / "configs/calibration").iterdir()}
    return Input(
        name, _damaged(rng, ways, good.pop(name)), lambda root: (read_evidence("2025-09", root), read_series(root)), good
    )


KEY = "0123456789abcdef0123456789abcdef01234567"


@cache
def _stored() -> dict[str, bytes]:
    """Every file of a store with one run, its settings and an anchor."""
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "results")
        settings = settings_of(Path(folder))
        kept = store.keep_settings(plain(settings))
        about = {"model": "x", "settings": kept, "scenario": "enacted", "draw": 0, "draws": 0, "seed": 1, "seconds": 1.0}
        store.save(KEY, encode(fake_run(settings, 1)), about)
        store.keep_anchor(KEY, {"car": {"effort_first": 1.0}}, {})
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def _read_store(root: Path) -> object:
    store = Store(root / "results")
    kept = [store.settings(path.stem) for path in (store.folder / "settings").glob("*.json")]
    return store.load(KEY), store.anchor(KEY), kept, runs(store), waste(store), ask(store, "SELECT count(*) FROM monthly")


def stored_results(rng: Random, tree: Path) -> Input:
    """One file of a results folder, damaged."""
    files = dict(_stored())
    name = rng.choice(sorted(files))
    content = _damaged(rng, TO_YAML if name.endswith(".json") and rng.random() < 0.5 else TO_BYTES, files.pop(name))
    return Input(name, content, _read_store, files)


KINDS: dict[str, tuple[int, Callable[[Random, Path], Input]]] = {
    "content": (34, settings_content),
    "settings": (5, settings_file),
    "defaults": (3, defaults_file),
    "scenarios": (5, scenario_file),
    "tables": (14, region_table),
    "words": (6, typed_words),
    "cases": (9, validation_case),
    "actuals": (6, actuals),
    "workbooks": (3, workbook),
    "evidence": (9, evidence),
    "results": (6, stored_results),
}
"""Kind -> how many of a hundred inputs, and who makes one."""


def whole_tree(folder: Path) -> Path:
    """A small tree without damage, with an experiment."""
    write_tree(folder)
    (folder / "configs/experiment").mkdir()
    (folder / "configs/experiment/levers.yaml").write_text(EXPERIMENT, encoding="utf-8")
    return folder


EXPERIMENT = """# @package _global_
experiment:
  title: {zh: 甲, en: levels}
  design: grid
  factors:
    - {key: policy.car_scrappage.amount_factor, levels: [0.5, 1.0]}
    - {key: scenario, levels: [enacted, boundary_b]}
ensemble: {draws: 2, seeds: 1}
"""
