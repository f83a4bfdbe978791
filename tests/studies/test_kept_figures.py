"""Figures are drawn again when anything that they show or are drawn with has changed, and only then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_runs import FAKE, settings_of

from sim.report import figures
from sim.report.figure_files import Drawn
from sim.runs.ensemble import Ensemble, gathered
from sim.runs.executors import SerialExecutor
from sim.runs.plan import Plan
from sim.runs.schedule import carry_out, silent
from sim.runs.store.folder import Store
from sim.studies.common import kept_figures
from sim.studies.common.cells import draw
from sim.studies.common.output import output_folder

SEEDS = "ensemble.seeds=2"


def result_of(root: Path, *overrides: str) -> Ensemble:
    settings = settings_of(root, "ensemble.draws=2", *overrides)
    (cell,) = carry_out([Plan.of(settings)], Store(root / "results"), SerialExecutor(), silent, FAKE)
    return gathered(cell)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The language of each set of figures that is drawn, as it is."""
    languages: list[str] = []
    really = figures.forecast_figures

    def spied(*given: Any) -> Iterator[tuple[str, Drawn]]:
        languages.append(given[-1].language)
        yield from really(*given)

    monkeypatch.setattr(figures, "forecast_figures", spied)
    return languages


def test_unchanged_figures_are_kept_and_are_what_would_be_drawn(drawn: list[str], tmp_path: Path) -> None:
    first = draw(result_of(tmp_path, SEEDS), tmp_path / "first")
    assert len(contents(first)) > 10
    assert draw(result_of(tmp_path, SEEDS), tmp_path / "first") == first
    assert drawn == ["zh"]
    assert contents(first) == contents(draw(result_of(tmp_path, SEEDS), tmp_path / "other"))


@pytest.mark.parametrize(
    "overrides",
    [
        ["language=en", SEEDS],
        ["ensemble.first_seed=2", SEEDS],
        ["population.scale=0.5", SEEDS],
        ["targets.nev_stock.promise=1014", SEEDS],
        ['targets.nev_stock.title.zh="另一标题"', SEEDS],
    ],
)
def test_other_words_or_numbers_are_drawn(overrides: list[str], drawn: list[str], tmp_path: Path) -> None:
    folder = draw(result_of(tmp_path, SEEDS), tmp_path / "used")
    before, changed = contents(folder), result_of(tmp_path, *overrides)
    draw(changed, tmp_path / "used")
    assert len(drawn) == 2
    assert contents(folder) != before
    fresh = contents(draw(changed, tmp_path / "fresh"))
    assert {name: content for name, content in contents(folder).items() if name in fresh} == fresh


def cut_short(folder: Path) -> None:
    path = folder / "promises.svg"
    path.write_bytes(path.read_bytes()[:-10])


def taken_away(folder: Path) -> None:
    (folder / "new_sales_by_powertrain.csv").unlink()


def unreadable_list(folder: Path) -> None:
    (folder / kept_figures.LIST).write_text("{", encoding="utf-8")


def without_list(folder: Path) -> None:
    (folder / kept_figures.LIST).unlink()


@pytest.mark.parametrize("harm", [cut_short, taken_away, unreadable_list, without_list])
def test_what_is_no_longer_whole_is_drawn_again(harm: Callable[[Path], None], tmp_path: Path) -> None:
    result = result_of(tmp_path, SEEDS)
    folder = draw(result, tmp_path)
    before = contents(folder)
    harm(folder)
    assert contents(folder) != before
    draw(result, tmp_path)
    assert contents(folder) == before


def test_other_code_fonts_or_libraries_draw_again(drawn: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = result_of(tmp_path, SEEDS)
    draw(result, tmp_path)
    monkeypatch.setattr(kept_figures, "_drawing", lambda: "another program")
    draw(result, tmp_path)
    assert len(drawn) == 2


def test_the_digest_of_what_draws_holds_code_fonts_and_libraries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = {kept_figures._drawing.__wrapped__()}
    for name, other in (
        ("version", lambda name: "0"), ("FONTS", tmp_path), ("DRAWING", "sim.report.words"),
    ):  # fmt: skip
        with monkeypatch.context() as patched:
            patched.setattr(kept_figures, name, other)
            found.add(kept_figures._drawing.__wrapped__())
    assert len(found) == 4


def test_kept_figures_count_as_written_so_that_the_folder_keeps_them(tmp_path: Path) -> None:
    result = result_of(tmp_path, SEEDS)
    for _ in range(2):
        with output_folder("forecast", [result.settings]) as folder:
            place = draw(result, folder)
    found = contents(place)
    assert {"promises.png", "promises.svg", "promises.csv", kept_figures.LIST} <= set(found)
    with output_folder("forecast", [result.settings]):
        pass
    assert not place.exists()
