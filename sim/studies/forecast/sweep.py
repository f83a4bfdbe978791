"""The verb forecast with many cells: scenarios and levers typed with -m, or the points of a designed experiment."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim.report.chances import chance_cell
from sim.report.numerals import number, places, scale_for
from sim.report.terminal import terminal
from sim.report.words import Words
from sim.runs.ensemble import Ensemble
from sim.runs.schedule import Failure
from sim.settings import Settings
from sim.studies.common.additional import OUTLAY, Additional, additional, frame, totals
from sim.studies.common.additional import lines as money_lines
from sim.studies.common.cells import SAID, draw, report_failures, run_cells
from sim.studies.common.output import output_folder, write_csv, write_ensemble

TITLE = {"zh": "批量预测", "en": "sweep"}
AGAINST = {"zh": "第 {cell} 个组合与第 1 个相比：{typed}", "en": "cell {cell} against the first: {typed}"}
UNVARIED = {"output", "language", "results.folder", "executor", "executor.name", "executor.workers", "executor.address"}
"""What may be typed, and makes no difference between cells."""


def sweep(cells: Sequence[tuple[str, Settings]]) -> int:
    """Run every cell; failing runs do not stop the others. Writes ``sweep.csv``, one row per cell and target.

    ``cells``: what was typed for each, and its settings. With ``output`` each also gets a folder as ``forecast`` writes it.
    ``sweep_costs.csv``: what every later cell brings and costs more than the first.
    """
    choices = [settings for _, settings in cells]
    first, console = choices[0], terminal()
    words, heads = Words.of(first), _heads(cells)
    rows: dict[int, list[dict[str, object]]] = {}
    sums: dict[int, pd.DataFrame] = {}
    trial = False
    failures: dict[int, list[tuple[str, Failure]]] = {}
    with output_folder("sweep", choices) as folder:
        for cell, result in run_cells(choices, console, TITLE[first.language]):
            typed = cells[cell][0]
            rows[cell], failures[cell] = cell_rows(cell, typed, result), [(typed, failure) for failure in result.failures]
            trial = trial or result.trial
            if result.runs:
                sums[cell] = totals(result.monthly)
            if first.output and result.runs:
                _write_cell(folder / "cells" / str(cell), result)
            path = write_csv(folder / "sweep.csv", pd.DataFrame([row for n in sorted(rows) for row in rows[n]]))
            console.print(f"[{cell + 1}/{len(cells)}] {heads[cell]}", *told(result), sep="\n", soft_wrap=True)
        if costs := _costs(sums):
            parts = [frame(each).assign(cell=n, overrides=cells[n][0], trial=trial) for n, each in costs.items()]
            write_csv(folder / "sweep_costs.csv", pd.concat(parts, ignore_index=True))
    for cell, each in costs.items():
        head = AGAINST[first.language].format(cell=cell + 1, typed=heads[cell])
        console.print(head, *money_lines(each, words), sep="\n", soft_wrap=True)
    console.print(f"{SAID[first.language]['results']}: {path}", soft_wrap=True)
    return report_failures([failed for cell in sorted(failures) for failed in failures[cell]], first.language, console)


def _heads(cells: Sequence[tuple[str, Settings]]) -> list[str]:
    """What tells each cell from the others: its words without those that all cells have."""
    split = [shlex.split(words) for words, _ in cells]
    shared = set.intersection(*(set(words) for words in split)) if len(split) > 1 else set()
    return [
        shlex.join(word for word in words if word not in shared) or typed
        for words, (typed, _) in zip(split, cells, strict=True)
    ]


def _costs(sums: Mapping[int, pd.DataFrame]) -> dict[int, list[Additional]]:
    """What each later cell has more than the first, where runs of the same draw and seed are there."""
    found = {cell: additional(sums[0], sums[cell]) for cell in sorted(sums) if cell and 0 in sums}
    return {cell: each for cell, each in found.items() if each}


def _write_cell(place: Path, result: Ensemble) -> None:
    write_ensemble(place, result, result.target_table())
    draw(result, place)


def told(result: Ensemble) -> list[str]:
    """Outlay, each target with its median and probability, how many runs failed: a line each."""
    words, table = Words.of(result.settings), result.target_table()
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


def cell_rows(cell: int, words: str, result: Ensemble) -> list[dict[str, object]]:
    """A row for each target: what was typed, word by word, then what came out; one without a target if none falls due."""
    typed = dict(word.lstrip("+").split("=", 1) for word in shlex.split(words))
    varied = {key: value for key, value in typed.items() if key not in UNVARIED and not key.startswith("ensemble.")}
    about = {"cell": cell, "overrides": words, "scenario": result.settings.scenario.id, **varied}
    table = result.target_table()
    found = table.to_dict("records") or [dict.fromkeys(table.columns) | {"trial": result.trial}]
    paid = totals(result.monthly)[OUTLAY].quantile([0.05, 0.5, 0.95]).tolist() if result.runs else [None] * 3
    money = dict(zip(("outlay_p05", "outlay_p50", "outlay_p95"), paid, strict=True))
    return [{**about, **row, "runs": result.runs, **money} for row in found]
