"""The verb forecast with many cells: scenarios and levers typed with -m, or the points of a designed experiment."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sim.report.chances import chance_cell
from sim.report.terminal import terminal
from sim.report.words import Words
from sim.runs.ensemble import Ensemble
from sim.runs.schedule import Failure
from sim.settings import Settings
from sim.studies.common.cells import SAID, draw, report_failures, run_cells
from sim.studies.common.output import output_folder, write_csv, write_ensemble

TITLE = {"zh": "批量预测", "en": "sweep"}
UNVARIED = {"output", "language", "results.folder", "executor", "executor.name", "executor.workers", "executor.address"}
"""What may be typed, and makes no difference between cells."""


def sweep(cells: Sequence[tuple[str, Settings]]) -> int:
    """Run every cell; failing runs do not stop the others. Writes ``sweep.csv``, one row per cell and target.

    ``cells``: what was typed for each, and its settings. With ``output`` each also gets a folder as ``forecast`` writes it.
    """
    choices = [settings for _, settings in cells]
    first, console = choices[0], terminal()
    rows: dict[int, list[dict[str, object]]] = {}
    failures: dict[int, list[tuple[str, Failure]]] = {}
    with output_folder("sweep", choices) as folder:
        for number, result in run_cells(choices, console, TITLE[first.language]):
            words = cells[number][0]
            rows[number], failures[number] = cell_rows(number, words, result), [(words, failure) for failure in result.failures]
            if first.output and result.runs:
                _write_cell(folder / "cells" / str(number), result)
            path = write_csv(folder / "sweep.csv", pd.DataFrame([row for n in sorted(rows) for row in rows[n]]))
            console.print(f"[{number + 1}/{len(cells)}] {words}: {told(result)}", soft_wrap=True)
    console.print(f"{SAID[first.language]['results']}: {path}", soft_wrap=True)
    return report_failures([failed for number in sorted(failures) for failed in failures[number]], first.language, console)


def _write_cell(place: Path, result: Ensemble) -> None:
    write_ensemble(place, result, result.target_table())
    draw(result, place)


def told(result: Ensemble) -> str:
    """The probability of each target, or how many runs failed."""
    words, table = Words.of(result.settings), result.target_table()
    parts = [words.stamp(result.runs)] if result.trial else []
    parts += [f"{row['id']} {chance_cell(row, words)}" for row in table.to_dict("records")] or [words.phrase("no_target")]
    failed = [SAID[result.settings.language]["failed"].format(count=len(result.failures))] if result.failures else []
    return ", ".join([*parts, *failed])


def cell_rows(number: int, words: str, result: Ensemble) -> list[dict[str, object]]:
    """A row for each target: what was typed, word by word, then what came out; one without a target if none falls due."""
    typed = dict(word.lstrip("+").split("=", 1) for word in shlex.split(words))
    varied = {key: value for key, value in typed.items() if key not in UNVARIED and not key.startswith("ensemble.")}
    about = {"cell": number, "overrides": words, "scenario": result.settings.scenario.id, **varied}
    table = result.target_table()
    found = table.to_dict("records") or [dict.fromkeys(table.columns) | {"trial": result.trial}]
    return [{**about, **row, "runs": result.runs} for row in found]
