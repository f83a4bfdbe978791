"""What the page hands out as files."""

from __future__ import annotations

import io
import shlex
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
from xlsxwriter import Workbook

from sim.dashboard.desk import Job
from sim.dashboard.looks import Look
from sim.dashboard.views import outlay
from sim.errors import Both, Language, SimError
from sim.report.csv_file import csv_bytes
from sim.report.sheets import SAFE, Sheet, formats
from sim.report.words import Words
from sim.runs.ensemble import Ensemble
from sim.studies.common.cells import draw
from sim.studies.report.verb import write_report

ROWS = 1_000_000
"""Rows that a sheet can hold, nearly."""


def targets_csv(result: Ensemble, job: Job) -> bytes:
    """The target table."""
    return csv_bytes(result.target_table())


def workbook(result: Ensemble, job: Job) -> bytes:
    """Targets, monthly medians, outlay, uptake, and how to get them again, a sheet each."""
    words = Words.of(result.settings)
    paid = outlay(Look.of("ensemble", result), words)
    monthly = result.monthly.groupby(["month", "indicator", "group"], sort=False)["value"].quantile([0.05, 0.5, 0.95]).unstack()
    monthly.columns = pd.Index(["p05", "p50", "p95"])
    columns = {payer["title"]: payer["values"] for payer in paid["payers"]}
    uptake = result.uptake.groupby(["measure", "income_quintile", "urban"])[["claims", "amount_fen"]].sum()
    uptake = uptake / result.runs / result.settings.population.scale
    sheets = {
        "targets": result.target_table(),
        "monthly": monthly.reset_index().head(ROWS),
        "outlay_yuan": pd.DataFrame({"month": paid["months"], **columns}),
        "uptake": uptake.reset_index(),
        "how": pd.DataFrame({"command": [command(job)], "settings": [job.id], "runs": [result.runs]}),
    }
    return _written(sheets, words.stamp_told(result.runs))


def _written(sheets: Mapping[str, pd.DataFrame], stamp: str) -> bytes:
    """A sheet for each frame; a trial has its stamp above the headings."""
    sink = io.BytesIO()
    book = Workbook(sink, SAFE)
    styles = formats(book)
    for name, frame in sheets.items():
        sheet, top = Sheet(book, name, styles, {}, "&P / &N"), int(bool(stamp))
        if stamp:
            sheet.text(0, 0, stamp, "stamp")
        sheet.heads(top, [str(column) for column in frame.columns], repeat=True)
        for row, values in enumerate(frame.itertuples(index=False), start=top + 1):
            for column, value in enumerate(values):
                sheet.value(row, column, value)
    book.close()
    return sink.getvalue()


def figures(result: Ensemble, job: Job) -> bytes:
    """Every figure of the forecast as PNG and SVG with its numbers as CSV, in a zip."""
    with tempfile.TemporaryDirectory() as folder:
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w") as archive:
            for path in sorted(draw(result, Path(folder)).iterdir()):
                archive.write(path, path.name)
    return sink.getvalue()


def _report(name: str) -> Callable[[Ensemble, Job], bytes]:
    def write(result: Ensemble, job: Job) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            write_report(result, Path(folder), command(job).replace(" forecast ", " report "))
            return (Path(folder) / name).read_bytes()

    return write


def command(job: Job) -> str:
    """What to type to get the same."""
    return "python -m sim forecast " + shlex.join(job.typed)


FILES: Mapping[str, tuple[str, Callable[[Ensemble, Job], bytes]]] = {
    "targets.csv": ("text/csv; charset=utf-8", targets_csv),
    "workbook.xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook),
    "figures.zip": ("application/zip", figures),
    "report.docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _report("report.docx")),
    "report.pdf": ("application/pdf", _report("report.pdf")),
}
"""Name -> media type and what writes it."""


def download(job: Job, name: str, language: Language) -> bytes:
    """One file of the ensemble; raises SimError while it is not there."""
    look = job.whole
    if look is None or look.ensemble is None:
        raise SimError(Both("尚未算完：请等待集合预测", "not computed yet: wait for the ensemble"))
    settings = look.settings.model_copy(update={"language": language})
    result = look.ensemble
    named = Ensemble(settings, result.runs, result.failures, result.keys, result.found, result.tables)
    return FILES[name][1](named, job)
