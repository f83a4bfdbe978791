"""The tree keeps its promises: a file's name is the thing's name, nothing is registered twice, nothing leaks in."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from matplotlib.ft2font import FT2Font

from sim.config.sources import CHOSEN, TAKEN
from sim.policy.instruments import measure_classes
from sim.report.fonts import FILES, FOLDER
from sim.report.words import INDICATORS

ROOT = Path(__file__).resolve().parents[1]
ID = re.compile(r"[a-z][a-z0-9_]*")
LONGEST_FUNCTION = 50
# Kernels that work out an owner from start to end: to hand their forty arrays on to smaller ones costs more than their work.
LONG_KERNELS = {"decide", "settle", "call_up"}
FOLDERS = ("sim", "configs", "scenarios", "notebooks", "tests", "docs", ".ci")
CACHE = re.compile(r"__pycache__|\..*_cache|\.hypothesis")
BINARY = {".ttf", ".png", ".parquet", ".xlsx", ".ico"}
EVERY_ROOM_HAS = {"__init__", "verb"}
RECORDED_ELSEWHERE = {"outlay"}
"""Indicators that come from the ledger, not from a module of ``sim.indicators``."""

LEAKS = {
    "an absolute path of somebody's machine": r"(?<![\w.~$}/:-])/(?:root|home|Users|work|opt|mnt)/\w",
    "a package index": r"(?:pypi|pythonhosted|npmjs|crates)\.(?:org|io|com)|--(?:extra-)?index-url|--find-links",
    "an unfinished thought": r"\b(?:TODO|FIXME|XXX)\b",
}


def project_files() -> list[Path]:
    """Everything that belongs to the project, and nothing that make or a run has made."""
    top = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]  # a file in a second working tree
    below = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    return sorted(path for path in top + below if not any(CACHE.fullmatch(part) for part in path.parts))


def modules() -> list[Path]:
    return sorted((ROOT / "sim").rglob("*.py"))


def config_files(group: str) -> list[Path]:
    return sorted((ROOT / "configs" / group).glob("*.yaml"))


def content(path: Path) -> dict[str, Any]:
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict), path
    return loaded


def names(folder: str) -> set[str]:
    """Modules of a package, without helpers."""
    return {path.stem for path in (ROOT / folder).glob("*.py") if not path.stem.startswith("_")}


@pytest.mark.parametrize("what", LEAKS)
def test_no_file_contains(what: str) -> None:
    pattern = re.compile(LEAKS[what])
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in project_files()
        if path.suffix not in BINARY and path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("group", [*CHOSEN, *TAKEN])
def test_configuration_files_are_named_by_ids(group: str) -> None:
    files = config_files(group)
    assert files, group
    assert [path.name for path in files if not ID.fullmatch(path.stem)] == []


def test_scenarios_are_named_by_ids_and_say_so_themselves() -> None:
    files = sorted((ROOT / "scenarios").glob("*.yaml"))
    assert {"enacted", "no_policy"} <= {path.stem for path in files}
    for path in files:
        assert ID.fullmatch(path.stem), path.name
        assert content(path)["scenario"]["id"] == path.stem, path.name


def test_every_instrument_has_one_module_and_one_schema() -> None:
    instruments = [get_args(kind.model_fields["instrument"].annotation) for kind in measure_classes()]
    assert instruments == [(name,) for name in sorted(names("sim/policy/instruments"))]


def test_every_measure_uses_an_instrument_that_exists() -> None:
    used = {path.stem: content(path)["instrument"] for path in config_files("policy")}
    assert {name: i for name, i in used.items() if i not in names("sim/policy/instruments")} == {}


def test_every_measure_draws_on_a_pot_that_exists() -> None:
    pots = {path.stem for path in config_files("pots")}
    used = {path.stem: content(path).get("pot") for path in config_files("policy")}
    assert {name: pot for name, pot in used.items() if pot is not None and pot not in pots} == {}


def test_every_target_measures_an_indicator_that_exists() -> None:
    measured = {path.stem: content(path)["indicator"] for path in config_files("targets")}
    assert {name: i for name, i in measured.items() if i not in names("sim/indicators")} == {}


def test_every_indicator_has_a_label_and_every_label_an_indicator() -> None:
    assert set(INDICATORS) == names("sim/indicators") | RECORDED_ELSEWHERE


def test_the_shipped_fonts_hold_every_character_of_the_titles() -> None:
    texts = []
    for path in [*(ROOT / "configs").rglob("*.yaml"), *(ROOT / "scenarios").glob("*.yaml")]:
        texts += re.findall(r"(?:title|unit|zh|en): *(.*)", path.read_text(encoding="utf-8"))
    needed = {letter for text in texts for letter in text}
    for name in FILES:
        held = FT2Font(str(FOLDER / name)).get_charmap()
        assert {letter for letter in needed if ord(letter) not in held} == set(), name


def test_a_class_has_its_name_to_itself() -> None:
    found = [
        (node.name, f"{path.relative_to(ROOT)}:{node.lineno}")
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    assert repeated(found) == {}


def test_a_module_has_its_name_to_itself() -> None:
    assert repeated([(path.stem, str(path.relative_to(ROOT))) for path in modules() if path.stem not in EVERY_ROOM_HAS]) == {}


def repeated(found: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Places of every name that stands in more than one."""
    places: dict[str, list[str]] = {}
    for name, place in found:
        places.setdefault(name, []).append(place)
    return {name: all_of_them for name, all_of_them in places.items() if len(all_of_them) > 1}


def test_functions_are_short_enough_to_be_read_at_once() -> None:
    long = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name not in LONG_KERNELS and _lines(node) > LONGEST_FUNCTION:
                long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {_lines(node)} lines")
    assert not long, "\n".join(long)


def _lines(function: ast.FunctionDef) -> int:
    """Lines of the body, the docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(path.relative_to(ROOT)) for path in modules() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert silent == []


def test_no_code_asks_which_year_or_which_scenario_it_is() -> None:
    pattern = re.compile(r"\byear\w*\s*[<>=!]=?\s*20\d\d|\bscenario(?:\.id)?\s*==")
    found = [str(path.relative_to(ROOT)) for path in modules() if pattern.search(path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize(("name", "extras"), [("requirements.lock", ()), ("requirements-dev.lock", ("dev", "cluster"))])
def test_the_lock_holds_every_dependency_with_its_hash(name: str, extras: tuple[str, ...]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(d for extra in extras for d in project["optional-dependencies"][extra])]
    locked = locked_in("requirements.lock") | (locked_in(name) if extras else {})
    wanted = {re.split(r"[\s<>=!~;\[]", line, maxsplit=1)[0].lower() for line in asked}
    assert wanted - set(locked) == set()


def test_the_second_lock_says_nothing_again() -> None:
    first, second = locked_in("requirements.lock"), locked_in("requirements-dev.lock")
    assert set(first.items()) & set(second.items()) == set()
    for name in set(first) & set(second):
        assert first[name] == f"{second[name]} ; sys_platform == 'win32'", "locked again: there for every system"


def locked_in(name: str) -> dict[str, str]:
    """Version by package, with the systems that it is for where not all need it; each has hashes."""
    lock = (ROOT / name).read_text(encoding="utf-8")
    hashed = r"^([a-z0-9][\w.-]*)==(\S+(?: ; .+)?) \\\n(?:    --hash=sha256:\w{64}(?: \\)?\n)+"
    locked: dict[str, str] = dict(re.findall(hashed, lock, re.MULTILINE))
    assert len(locked) == len(re.findall(r"^[a-z0-9]", lock, re.MULTILINE))
    return locked


def test_faults_said_to_change_nothing_are_on_lines_that_are_there() -> None:
    rows = yaml.safe_load((ROOT / "tests" / "mutation" / "equivalent.yaml").read_text(encoding="utf-8"))
    for row in rows:
        lines = {line.strip() for line in (ROOT / row["file"]).read_text(encoding="utf-8").splitlines()}
        assert row["was"] in lines, row
        assert row["was"] != row.get("becomes")
        assert row["why"].strip()


def test_tests_lie_in_the_rooms_that_they_test() -> None:
    """At the top lie the tests of several rooms and of modules at the top of ``sim``; beside them only what tests need."""
    needed = {"cases", "data", "fuzz", "helpers", "mutation", "reference"}
    rooms = {path.stem for path in (ROOT / "sim").iterdir()}
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and not CACHE.fullmatch(path.name)}
    assert folders - needed <= rooms
    assert not [path for path in (ROOT / "tests").glob("*.py") if not path.name.startswith(("test_", "conftest", "identical"))]
