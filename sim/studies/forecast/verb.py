"""The verb forecast: will the targets be met?"""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from sim.report.terminal import terminal
from sim.report.terminal_tables import print_targets, print_unjudged
from sim.report.words import Words
from sim.runs.ensemble import Ensemble
from sim.settings import Settings
from sim.studies.common.cells import SAID, draw, report_failures, run_cells
from sim.studies.common.output import output_folder, write_ensemble


def forecast(settings: Settings, words: str = "") -> int:
    """Run the ensemble of one scenario, print the target table, write tables and figures; 1 if a run failed.

    ``words``: what was typed after the verb.
    """
    console = terminal()
    ((_, result),) = run_cells([settings], console, settings.scenario.id)
    if result.runs:
        with output_folder("forecast", [settings]) as folder:
            show(result, folder, console)
    return report_failures([(words, failure) for failure in result.failures], settings.language, console)


def show(result: Ensemble, folder: Path, console: Console) -> None:
    """Write tables and figures, print the target table, say where they are."""
    settings, table = result.settings, result.target_table()
    said, words = SAID[settings.language], Words.of(settings)
    write_ensemble(folder, result, table)
    figures = draw(result, folder)
    print_targets(table, settings.targets, words, console, result.runs, settings.ensemble.draws)
    print_unjudged(settings, len(table), words, console)
    if result.found:
        console.print(said["found"].format(found=result.found, runs=result.runs, folder=settings.results.folder))
    for name, place in (("results", folder), ("figures", figures)):
        console.print(f"{said[name]}: {place}", soft_wrap=True)
