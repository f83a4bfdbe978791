"""The verb anchor: solve the constants of the shipped settings, show the reference year, write them to configs/anchor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from rich import box
from rich.table import Table

from sim.config.sources import find_root
from sim.errors import BadInput, Both, refused
from sim.report.numerals import number
from sim.report.terminal import terminal
from sim.report.words import Words
from sim.runs.executors import open_executor
from sim.runs.plan import Plan
from sim.runs.progress import shown
from sim.runs.reference_year.anchor_keys import draws_mark, solved_for
from sim.runs.reference_year.constants import ANCHOR_SCALE, reference
from sim.runs.reference_year.shipped_draws import PLACE, content_of
from sim.runs.reference_year.solving import solve_anchor
from sim.runs.reference_year.year import Year
from sim.runs.schedule import solved_constants
from sim.runs.store.disk import write_file
from sim.runs.store.folder import Store
from sim.schema.product import Anchor
from sim.settings import Settings

COARSE_ROUNDS, FINE_ROUNDS = 16, 8
"""Rounds on a part of the population, and then on all of it."""
SHOWN = ("new", "recovered", "stock")
SAID = {
    "zh": {
        "title": "基准年 2023 年：模型与应有值", "good": "类别", "new": "新购", "recovered": "规范回收", "stock": "年末在用",
        "round": "第 {n} 轮", "written": "已写入", "draws": "各次抽样的常数", "solved": "已求得 {count} 次抽样的常数",
        "dry_draws": "未写入任何文件；要写入 configs/anchor_draws.parquet 请加 --write",
        "dry": "未写入任何文件；要写入 configs/anchor/ 请加 --write",
    },
    "en": {
        "title": "Reference year 2023: model against what is wanted", "good": "category", "new": "bought new",
        "recovered": "recovered", "stock": "in use at the end", "round": "round {n}", "written": "written to",
        "draws": "constants of draws", "solved": "constants of {count} draws are there",
        "dry_draws": "nothing was written; to write configs/anchor_draws.parquet add --write",
        "dry": "nothing was written; to write configs/anchor/ add --write",
    },
}  # fmt: skip
HEADER = """\
# Constants that make the reference year 2023 of the district baseline come out for the central parameters (boundary A).
# Solved by the fixed point of sim/runs/reference_year/solving.py; not behaviour, not tuned to any promise. Grade {grade}.
"""


def anchor(settings: Settings, write: bool, draws: bool = False) -> int:
    """Of the central values, or of the ``draws`` of the main job."""
    return anchor_draws(settings, write) if draws else anchor_centre(settings, write)


def anchor_centre(settings: Settings, write: bool) -> int:
    """Solve, print each category's reference year and, with ``write``, put the constants where the settings are read from."""
    if write and (settings.population.goods != "all" or settings.draw):
        raise _not_shipped(settings)
    console, said, words = terminal(), SAID[settings.language], Words.of(settings)
    wanted: dict[str, Year] = {}
    found: dict[str, Year] = {}

    def report(n: int, want: Mapping[str, Year], got: Mapping[str, Year]) -> None:
        wanted.update(want)
        found.update(got)
        console.print(said["round"].format(n=n + 1))

    solved = solve_anchor(reference(settings), COARSE_ROUNDS, report=report)
    if settings.population.scale > ANCHOR_SCALE:
        solved = solve_anchor(solved, FINE_ROUNDS, report=report, scale=settings.population.scale)
    console.print(_table(wanted, found, words, said))
    if not write:
        console.print(said["dry"])
        return 0
    mark = solved_for(settings)
    folder = find_root() / "configs" / "anchor"
    for name, constants in solved.anchor.items():
        grade = max(settings.region.baseline[key].grade for key in _keys(settings, name))
        _write(folder / f"{name}.yaml", constants.model_copy(update={"solved_for": mark}), grade)
    console.print(f"{said['written']} {folder}", soft_wrap=True)
    return 0


def anchor_draws(settings: Settings, write: bool) -> int:
    """Solve the constants of every draw of the main job, or take those that are kept; with ``write``, ship them."""
    console, said, plan = terminal(), SAID[settings.language], Plan.of(settings)
    whole = plan.draw_numbers == tuple(range(1, plan.draws + 1)) and settings.population.goods == "all"
    if not plan.draws:
        raise refused(
            "ensemble.draws", 0, Both("不小于 1", "at least 1"), Both("写 ensemble.draws=20", "type ensemble.draws=20")
        )
    if write and not whole:
        raise _not_shipped(settings)
    store = Store(Path(settings.results.folder))
    store.require_writable()
    with (
        shown(console, said["draws"], settings.language) as report,
        open_executor(settings.executor) as executor,
    ):
        constants = solved_constants(plan, store, executor, report)
    console.print(said["solved"].format(count=len(constants)))
    if not write:
        console.print(said["dry_draws"])
        return 0
    path = find_root() / PLACE
    write_file(path, content_of(draws_mark(settings, solved_for(settings), plan.draws), constants))
    console.print(f"{said['written']} {path}", soft_wrap=True)
    return 0


def _not_shipped(settings: Settings) -> BadInput:
    return refused(
        "--write",
        f"population.goods={settings.population.goods} ensemble.draws={settings.ensemble.draws}",
        Both("程序自带的设置，全部商品", "the shipped settings, all goods"),
        Both("不要更改 population.goods 和抽样设置", "leave population.goods and draws as they are"),
    )


def _keys(settings: Settings, name: str) -> tuple[str, str]:
    """What the reference year of a category is read from, in the region's baseline."""
    product = settings.products[name]
    return product.baseline_stock, product.baseline_sales


def _write(path: Path, constants: Anchor, grade: str) -> None:
    """One file, as people would write it."""
    lines = [f"{key}: {value:.4f}" for key, value in constants if isinstance(value, float)]
    taste = ["taste:", *(f"  {variant}: {value:.4f}" for variant, value in constants.taste.items())]
    text = "\n".join([lines[0], *taste, *lines[1:], f"solved_for: {constants.solved_for}"])
    write_file(path, (HEADER.format(grade=grade) + text + "\n").encode())


def _table(want: Mapping[str, Year], got: Mapping[str, Year], words: Words, said: Mapping[str, str]) -> Table:
    """What each category's year should be, and how far off it is."""
    out = Table(title=said["title"], title_justify="left", box=box.SIMPLE_HEAD)
    out.add_column(said["good"], min_width=16)
    for name in SHOWN:
        out.add_column(said[name], justify="right", min_width=17)
    for good, year in want.items():
        cells = []
        for name in SHOWN:
            wanted, seen = (float(np.sum(getattr(each, name))) for each in (year, got[good]))
            cells.append(f"{number(wanted)} ({seen / wanted - 1.0:+.1%})" if wanted else number(wanted))
        out.add_row(words.product(good), *cells)
    return out
