"""The verb briefing: revise the forecast with and without the last month, write the page and its tables."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.report.one_page import on_one_page
from sim.report.terminal import terminal
from sim.report.terminal_tables import print_stamp
from sim.report.words import Words
from sim.runs.ensemble import Ensemble
from sim.runs.store.disk import write_file
from sim.settings import Settings
from sim.studies.briefing.briefing_page import Brief, light, page
from sim.studies.briefing.helping import helping, sign
from sim.studies.briefing.monthly import changes, news, spending
from sim.studies.common.cells import SAID as FORECAST_SAID
from sim.studies.common.cells import report_failures, run_cells
from sim.studies.common.output import output_folder, write_csv
from sim.studies.nowcast.asking import ActualsGiven, Answer, answered, asked
from sim.studies.nowcast.revised_tables import remaining, target_table

TITLE = {"zh": "月报", "en": "briefing"}


def briefing(settings: Settings, paths: Sequence[Path], options: Mapping[str, Any], words: str = "") -> int:
    """Write ``briefing.docx`` and ``briefing.pdf``, one page each, with targets.csv, spending.csv and measures.csv.

    Raises BadInput for bad rows before anything is run, and for actuals far beyond what the runs hold possible.
    """
    question, console = asked(settings, paths, options), terminal()
    for line in question.actuals.told:
        console.print(line, soft_wrap=True)
    ((_, result),) = run_cells([settings], console, TITLE[settings.language])
    if result.runs:
        brief = briefed(question, result, shlex.split(words))
        docx, pdf = on_one_page(page(brief, dt.date.today()))
        with output_folder("briefing", [settings]) as folder:
            places = [write_file(folder / "briefing.docx", docx), write_file(folder / "briefing.pdf", pdf)]
            tables = {"targets": brief.targets, "spending": brief.spending, "measures": pd.DataFrame(brief.helps)}
            for name, table in tables.items():
                write_csv(folder / f"{name}.csv", table.assign(trial=result.trial))
        print_stamp(Words.of(settings), result.runs, console)
        for place in places:
            console.print(f"{FORECAST_SAID[settings.language]['results']}: {place}", soft_wrap=True)
    return report_failures([(words, failure) for failure in result.failures], settings.language, console)


def briefed(question: ActualsGiven, result: Ensemble, typed: Sequence[str]) -> Brief:
    """All that the page tells; settings are made from the words ``typed``."""
    month = question.actuals.last
    now, earlier = answered(question, result, typed), answered(_before(question, month), result, typed)
    table, first = _lights(earlier, now), not earlier.revision.observed
    helps, source = helping(now, _lacking(table, now))
    left = remaining(now.revision, month).set_index("measure")["mean"]
    place = now.revision.after.months.index(month)
    paid = np.isfinite(now.revision.known.values[now.revision.after.places["outlay", ""], place])
    return Brief(
        now, month, first, table, spending(now, month), bool(paid), news(earlier.revision, now.revision, month),
        changes(earlier, now), helps, source, left,
    )  # fmt: skip


def _before(question: ActualsGiven, month: str) -> ActualsGiven:
    """The same without the numbers of a month."""
    table = question.actuals.table
    return question._replace(actuals=question.actuals._replace(table=table[table["month"] < month]))


def _lights(earlier: Answer, now: Answer) -> pd.DataFrame:
    """The target table now, with the chance of a month ago and the light."""
    table, then = target_table(now), target_table(earlier)
    table = table.assign(probability_before=then["probability"], defined_before=then["defined"])
    return table.assign(light=[light(row) for row in table.to_dict("records")])


def _lacking(table: pd.DataFrame, answer: Answer) -> dict[str, float]:
    """What the middle of the runs lacks of each promise that is not safe, at least a hundredth of it."""
    targets = answer.result.settings.targets
    rows = table[table["light"].isin(["red", "amber"])].to_dict("records")
    gaps = {row["id"]: sign(targets[row["id"]]) * (row["promise"] - row["p50"]) for row in rows}
    return {name: max(gap, abs(targets[name].promise) / 100.0) for name, gap in gaps.items()}
