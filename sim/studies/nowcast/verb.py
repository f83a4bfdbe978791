"""The verb nowcast: and given what has happened so far?"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim.report.terminal import terminal
from sim.settings import Settings
from sim.studies.common.cells import SAID as FORECAST_SAID
from sim.studies.common.cells import report_failures, run_cells
from sim.studies.common.output import output_folder, write_csv, write_ensemble
from sim.studies.nowcast.asking import Answer, answered, asked
from sim.studies.nowcast.driving import drivers
from sim.studies.nowcast.nowcast_printing import print_nowcast
from sim.studies.nowcast.revised_tables import by_year, remaining, so_far, target_table

TITLE = {"zh": "按实际数据修正", "en": "given what has happened"}


def nowcast(settings: Settings, paths: Sequence[Path], options: Mapping[str, Any], words: str = "") -> int:
    """Revise the ensemble by the actuals, print the new forecast and write its tables.

    Raises BadInput for bad rows before anything is run, and for actuals far beyond what the runs hold possible.
    """
    question, console = asked(settings, paths, options), terminal()
    for line in question.actuals.told:
        console.print(line, soft_wrap=True)
    ((_, result),) = run_cells([settings], console, TITLE[settings.language])
    if result.runs:
        answer, last = answered(question, result, shlex.split(words)), question.actuals.last
        found = tables(answer, last)
        with output_folder("nowcast", [settings]) as folder:
            write_ensemble(folder, result, found["targets"])
            for name, table in found.items():
                if name != "targets":
                    write_csv(folder / f"{name}.csv", table.assign(trial=result.trial))
        print_nowcast(answer, found, last, console)
        console.print(f"{FORECAST_SAID[settings.language]['results']}: {folder}", soft_wrap=True)
    return report_failures([(words, failure) for failure in result.failures], settings.language, console)


def tables(answer: Answer, last: str) -> dict[str, pd.DataFrame]:
    """All that is told, by name."""
    targets, revision = target_table(answer), answer.revision
    return {
        "targets": targets,
        "so_far": so_far(revision),
        "by_year": by_year(revision, answer.result.settings.population.scale),
        "drivers": drivers(revision, answer.result.settings, targets["id"].tolist()),
        "remaining": remaining(revision, last),
    }
