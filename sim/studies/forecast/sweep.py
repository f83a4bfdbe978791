"""The verb forecast with many cells: scenarios and levers typed with -m, or the points of a designed experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from rich.console import Console

from sim.report.chances import chance_cell, chance_notes
from sim.report.numerals import number, places, scale_for
from sim.report.terminal import print_note, terminal
from sim.report.words import Words
from sim.runs.ensemble import Ensemble
from sim.runs.schedule import Failure
from sim.settings import Settings
from sim.studies.common.additional import OUTLAY, additional, frame, totals
from sim.studies.common.additional import lines as money_lines
from sim.studies.common.cells import SAID, draw, report_failures, run_cells
from sim.studies.common.output import output_folder, write_csv, write_ensemble
from sim.studies.forecast.province import DistrictRuns, kept_of, provinces_of
from sim.studies.forecast.province_printing import show_provinces
from sim.studies.forecast.typed_words import region_of, telling, varied_columns

TITLE = {"zh": "批量预测", "en": "sweep"}
AGAINST = {
    "zh": "第 {cell} 个组合与第 {base} 个相比：{typed}", "en": "cell {cell} against cell {base}: {typed}",
}  # fmt: skip


class Kept(NamedTuple):
    """What is kept of a cell that has run."""

    rows: list[dict[str, object]]
    failures: list[tuple[str, Failure]]
    sums: pd.DataFrame | None
    """``totals``; none without a run."""
    district: DistrictRuns | None
    """If it is one of a province, and has a run."""
    trial: bool
    notes: list[str]
    """What marks in place of its chances mean."""


def sweep(cells: Sequence[tuple[str, Settings]]) -> int:
    """Run every cell; failing runs do not stop the others. Writes ``sweep.csv``, one row per cell and target.

    ``cells``: what was typed for each, and its settings. With ``output`` each also gets a folder as ``forecast`` writes it.
    ``sweep_costs.csv``: what every later cell brings and costs more than the first. ``province.csv``: districts together.
    """
    choices, provinces = [settings for _, settings in cells], provinces_of(cells)
    first, console = choices[0], terminal()
    summed = {cell for province in provinces for cell in province.cells.values()}
    heads = [head or cells[0][0] for head in telling([typed for typed, _ in cells])]
    kept: dict[int, Kept] = {}
    with output_folder("sweep", choices) as folder:
        for cell, result in run_cells(choices, console, TITLE[first.language]):
            table = result.target_table()
            kept[cell] = _keep(cell, cells[cell][0], result, table, districts=cell in summed)
            if first.output and result.runs:
                _write_cell(folder / "cells" / str(cell), result, table)
            path = write_csv(folder / "sweep.csv", pd.DataFrame([row for n in sorted(kept) for row in kept[n].rows]))
            console.print(f"[{cell + 1}/{len(cells)}] {heads[cell]}", *told(result, table), sep="\n", soft_wrap=True)
        for note in dict.fromkeys(note for each in kept.values() for note in each.notes):
            print_note(note, console)
        _write_costs(folder, cells, heads, kept, console)
        show_provinces(folder, provinces, {cell: each.district for cell, each in kept.items()}, first.language, console)
    console.print(f"{SAID[first.language]['results']}: {path}", soft_wrap=True)
    return report_failures([failed for cell in sorted(kept) for failed in kept[cell].failures], first.language, console)


def _keep(cell: int, typed: str, result: Ensemble, table: pd.DataFrame, *, districts: bool) -> Kept:
    return Kept(
        rows=cell_rows(cell, typed, result, table),
        failures=[(typed, failure) for failure in result.failures],
        sums=totals(result.monthly) if result.runs else None,
        district=kept_of(result) if districts and result.runs else None,
        trial=result.trial,
        notes=chance_notes(table, result.settings.targets, Words.of(result.settings)),
    )


def _write_costs(
    folder: Path, cells: Sequence[tuple[str, Settings]], heads: Sequence[str], kept: Mapping[int, Kept], console: Console
) -> None:
    """Write and print what later cells bring and cost more than the first one of the same district."""
    words, parts = Words.of(cells[0][1]), []
    for cell in sorted(kept):
        base = next(n for n, (typed, _) in enumerate(cells) if region_of(typed) == region_of(cells[cell][0]))
        before, after = (kept[n].sums if n in kept else None for n in (base, cell))
        if base == cell or before is None or after is None or not (found := additional(before, after)):
            continue
        about = {"cell": cell, "against": base, "overrides": cells[cell][0], "trial": any(kept[n].trial for n in (base, cell))}
        parts.append(frame(found).assign(**about))
        head = AGAINST[words.language].format(cell=cell + 1, base=base + 1, typed=heads[cell])
        console.print(head, *money_lines(found, words), sep="\n", soft_wrap=True)
    if parts:
        write_csv(folder / "sweep_costs.csv", pd.concat(parts, ignore_index=True))


def _write_cell(place: Path, result: Ensemble, table: pd.DataFrame) -> None:
    write_ensemble(place, result, table)
    draw(result, place)


def told(result: Ensemble, table: pd.DataFrame) -> list[str]:
    """Outlay, each target of its table with median and probability, how many runs failed: a line each."""
    words = Words.of(result.settings)
    lines = [words.stamp(result.runs)] if result.trial else []
    lines += [f"{words.indicator(OUTLAY)}  {_money(result, words)}"] if result.runs else []
    lines += [_target(row, result, words) for row in table.to_dict("records")] or [words.phrase("no_target")]
    lines += [SAID[result.settings.language]["failed"].format(count=len(result.failures))] if result.failures else []
    return ["  " + line for line in lines]


def _money(result: Ensemble, words: Words) -> str:
    """Median of the outlay over the simulated months, and its range."""
    paid = totals(result.monthly)[OUTLAY]
    scale = scale_for(float(paid.max()), words.unit(OUTLAY), words.language)
    low, middle, high = (number(value / scale.divisor, 1) for value in paid.quantile([0.05, 0.5, 0.95]))
    return f"{middle} ({low} ... {high}) {scale.unit}"


def _target(row: Mapping[Any, Any], result: Ensemble, words: Words) -> str:
    target = result.settings.targets[row["id"]]
    said = number(row["p50"], places(target.promise, row["p50"]))
    return f"{words.heading(target.title)}  P50 {said} {words.pick(target.unit)}  {chance_cell(row, words)}"


def cell_rows(cell: int, words: str, result: Ensemble, table: pd.DataFrame) -> list[dict[str, object]]:
    """A row for each target: what was typed, word by word, then what came out; one without a target if none falls due."""
    about = {"cell": cell, "overrides": words, "scenario": result.settings.scenario.id, **varied_columns(words)}
    found = table.to_dict("records") or [dict.fromkeys(table.columns) | {"trial": result.trial}]
    paid = totals(result.monthly)[OUTLAY].quantile([0.05, 0.5, 0.95]).tolist() if result.runs else [None] * 3
    money = dict(zip(("outlay_p05", "outlay_p50", "outlay_p95"), paid, strict=True))
    return [{**about, **row, "runs": result.runs, **money} for row in found]
