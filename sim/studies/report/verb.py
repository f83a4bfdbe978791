"""The verb report: a Word document and a PDF that tell the results of one scenario to others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sim.config.sources import find_root
from sim.config.tables.frame import read_frame
from sim.report.docx_file import docx_bytes
from sim.report.findings import Findings
from sim.report.pdf_file import pdf_bytes
from sim.report.scenario_report import UPTAKE
from sim.report.scenario_report import report as told
from sim.report.terminal import terminal
from sim.report.uptake import uptake_by_measure
from sim.runs.dry_spells import dry_pots
from sim.runs.ensemble import Ensemble
from sim.runs.plan import Plan
from sim.runs.store.disk import write_file
from sim.runs.store.provenance import provenance
from sim.runs.store.version import model_version
from sim.settings import Settings
from sim.studies.common.cells import SAID, draw, report_failures, run_cells
from sim.studies.common.output import left_by, made_by, output_folder, write_ensemble, write_figures
from sim.studies.count.list_kept import list_for
from sim.studies.coverage.verb import read_plan
from sim.studies.report.shipped import NUMBERS, shipped_score, shipped_worth
from sim.studies.validate.scoring import read_scorecard, subject
from sim.studies.validate.verb import PAGE

KEY_SHOWN = 16


def report(settings: Settings, words: str = "") -> int:
    """Run the ensemble or take it from the store, then write ``report.docx``, ``report.pdf``, tables and figures.

    ``words``: what was typed after the verb.
    """
    console = terminal()
    ((_, result),) = run_cells([settings], console, settings.scenario.id)
    if result.runs:
        with output_folder("report", [settings]) as folder:
            write_ensemble(folder, result, result.target_table())
            paths = write_report(result, folder, f"python -m sim report {words}".strip())
        for path in paths:
            console.print(f"{SAID[settings.language]['results']}: {path}", soft_wrap=True)
    return report_failures([(words, failure) for failure in result.failures], settings.language, console)


def write_report(result: Ensemble, folder: Path, command: str) -> list[Path]:
    """Write both documents, and the figures that they show."""
    found = findings(result, draw(result, folder), command)
    if found.main_claims:
        shown = found.uptake[found.uptake["measure"].isin(found.main_claims) & (found.uptake["income_quintile"] > 0)]
        write_figures([(UPTAKE, uptake_by_measure(shown, result.runs, found.words))], found.figures)
    document = told(found, dt.date.today())
    return [
        write_file(folder / "report.docx", docx_bytes(document)),
        write_file(folder / "report.pdf", pdf_bytes(document)),
    ]


def findings(result: Ensemble, figures: Path, command: str) -> Findings:
    """All that a report tells, from an ensemble and from what ``budget`` and ``validate`` have left."""
    settings = result.settings
    uptake = result.uptake.copy()
    uptake[["claims", "amount_fen"]] = uptake[["claims", "amount_fen"]] / settings.population.scale
    return Findings(
        settings=settings,
        table=result.target_table(),
        monthly=result.monthly,
        uptake=uptake,
        granted=claims_granted(result),
        runs=result.runs,
        failed=len(result.failures),
        figures=figures,
        command=command,
        dry=dry_pots(result),
        made=_made(settings),
        counted=_counted(settings),
        additionality=additionality(settings),
        shipped_worth=shipped_worth(find_root() / NUMBERS, settings),
        scorecard=scorecard(settings),
        count_first=list_for(settings),
        shipped=shipped_score(find_root() / PAGE),
    )


def claims_granted(result: Ensemble) -> pd.Series[float]:
    """Claims of each measure that got money, mean over the runs, of the district."""
    return result.claims.groupby("measure")["claims"].sum() / (result.runs * result.settings.population.scale)


def _made(settings: Settings) -> dict[str, str]:
    source: Mapping[str, Any] = provenance()
    return {
        "commit": source["commit"],
        "model": model_version()[:KEY_SHOWN],
        "settings": Plan.of(settings).settings_key[:KEY_SHOWN],
        "store": settings.results.folder,
        "versions": ", ".join(f"{name} {version}" for name, version in source["versions"].items()),
    }


def _counted(settings: Settings) -> dict[str, str]:
    """Target -> how the plan's words are counted, in the language of the settings."""
    plan = read_plan(find_root())
    return {
        file: getattr(promise.counted, settings.language)
        for name, promise in plan.targets.items()
        for file in promise.files or (name,)
    }


def additionality(settings: Settings) -> pd.DataFrame | None:
    """What ``budget`` has found for these very settings; None if it has not been run."""
    for folder in left_by("budget", settings):
        path = folder / "additionality.csv"
        if made_by(folder, "budget", [settings]) and path.is_file():
            return read_frame(path, str(path), ("measure",))
    return None


def scorecard(settings: Settings) -> list[dict[str, Any]] | None:
    """The latest scorecard of all cases that is about this model with these assumptions on owners; None if there is none."""
    wanted = subject(settings)
    cards = (read_scorecard(folder) for folder in left_by("validate", settings))
    return next((card["verdicts"] for card in cards if card and card["subject"] == wanted and card["case"] is None), None)
