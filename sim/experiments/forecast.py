"""The verbs forecast (one scenario, or many cells of a sweep) and compare."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console

from sim.errors import SimError
from sim.experiments.ensemble import Ensemble, ensemble
from sim.experiments.files import folder_of, write_csv, write_ensemble
from sim.experiments.progress import shown
from sim.report.drawing import save_all
from sim.report.figures import difference, forecast_figures
from sim.report.tables import print_targets
from sim.report.words import Words
from sim.settings import Settings

SAID = {
    "zh": {"runs": "模拟", "results": "结果", "figures": "图", "failed": "失败的运行", "again": "只重复它", "cell": "方案"},
    "en": {
        "runs": "runs", "results": "results", "figures": "figures", "failed": "failed runs", "again": "repeat", "cell": "cell",
    },
}  # fmt: skip
FLOWS = ("new_registrations", "used_car_transactions", "elv_recovered", "outlay")
STOCKS = ("nev_stock",)


def forecast(settings: Settings) -> int:
    """Run the ensemble of one scenario, print the target table, write tables and figures; 1 if a run failed."""
    console = Console()
    result = _run(settings, console, settings.scenario.id)
    folder = folder_of(settings, "forecast", settings.scenario.id)
    _show(result, folder, console)
    return _report_failures(result, console)


def sweep(cells: Sequence[tuple[str, Settings]]) -> int:
    """Run every cell; a failing one does not stop the others. Writes ``sweep.csv``, one row per cell and target."""
    console, rows, failed = Console(), [], []
    base = folder_of(cells[0][1], "sweep", cells[0][1].scenario.id)
    for number, (line, settings) in enumerate(cells):
        console.print(f"[{number + 1}/{len(cells)}] {line}", highlight=False, markup=False)
        try:
            result = _run(settings, console, f"{SAID[settings.language]['cell']} {number + 1}")
            _show(result, base / "cells" / f"{number:04d}", console)
            rows.append(result.target_table().assign(cell=number, overrides=line))
            if _report_failures(result, console):
                failed.append(line)
        except SimError as error:
            console.print(str(error), highlight=False, markup=False)
            failed.append(line)
    if rows:
        write_csv(base / "sweep.csv", pd.concat(rows, ignore_index=True))
        console.print(f"{SAID[cells[0][1].language]['results']}: {base / 'sweep.csv'}", highlight=False)
    for line in failed:
        console.print(f"{SAID[cells[0][1].language]['failed']}: python -m sim forecast {line}", highlight=False, markup=False)
    return 1 if failed else 0


def compare(choices: Sequence[Settings]) -> int:
    """Run the scenarios with the same draws and seeds and show how the others differ from the first."""
    console = Console()
    results = [_run(settings, console, settings.scenario.id) for settings in choices]
    first, words = results[0], Words.of(choices[0])
    folder = folder_of(choices[0], "compare", "-".join(s.scenario.id for s in choices))
    table = pd.concat([differences(first, other) for other in results[1:]], ignore_index=True)
    write_csv(folder / "differences.csv", table)
    figures = [
        (f"{indicator}-{other.settings.scenario.id}", difference(
            first.monthly, other.monthly, indicator, "", words,
            (words.pick(first.settings.scenario.title), words.pick(other.settings.scenario.title)), flow=indicator in FLOWS,
        ))
        for other in results[1:] for indicator in (*STOCKS, *FLOWS)
    ]  # fmt: skip
    save_all(figures, folder / "figures")
    for other in results[1:]:
        _print_differences(table[table["scenario"] == other.settings.scenario.id], first, other, words, console)
    console.print(f"{SAID[choices[0].language]['results']}: {folder}", highlight=False)
    return max(_report_failures(result, console) for result in results)


def differences(base: Ensemble, other: Ensemble) -> pd.DataFrame:
    """Other minus base by year, paired by draw and seed: indicator, date, scenario, difference, p05, p95."""
    keys = ["draw", "seed", "indicator", "year"]
    pair = _yearly(base).merge(_yearly(other), on=keys, suffixes=("_base", "_other"))
    pair["gap"] = pair["value_other"] - pair["value_base"]
    grouped = pair.groupby(["indicator", "year"])["gap"]
    table = grouped.agg(difference="mean", p05=lambda x: x.quantile(0.05), p95=lambda x: x.quantile(0.95)).reset_index()
    table.insert(2, "scenario", other.settings.scenario.id)
    return table.rename(columns={"year": "date"})


def _yearly(result: Ensemble) -> pd.DataFrame:
    """Sums of flows and year-end values of stocks, totals only."""
    chosen = result.monthly[(result.monthly["group"] == "") & result.monthly["indicator"].isin((*STOCKS, *FLOWS))]
    chosen = chosen.assign(year=chosen["month"].str[:4])
    grouped = chosen.groupby(["draw", "seed", "indicator", "year"])["value"]
    sums, last = grouped.sum().reset_index(), grouped.last().reset_index()
    is_stock = sums["indicator"].isin(STOCKS)
    sums["value"] = np.where(is_stock, last["value"], sums["value"])
    return sums


def _print_differences(table: pd.DataFrame, base: Ensemble, other: Ensemble, words: Words, console: Console) -> None:
    titles = words.pick(other.settings.scenario.title), words.pick(base.settings.scenario.title)
    console.print(f"\n{titles[0]} - {titles[1]}  (P5 ... P95)", highlight=False, markup=False)
    for indicator, rows in table.groupby("indicator", sort=False):
        console.print(words.title(str(indicator)), highlight=False, markup=False)
        for row in rows.itertuples():
            console.print(f"  {row.date}  {row.difference:>16,.0f}  ({row.p05:,.0f} ... {row.p95:,.0f})", highlight=False)


def _run(settings: Settings, console: Console, title: str) -> Ensemble:
    runs = max(settings.ensemble.draws, 1) * settings.ensemble.seeds
    with shown(console, f"{title}, {SAID[settings.language]['runs']}", runs) as report:
        result = ensemble(settings, progress=report)
    if not result.runs:
        raise SimError("no run ended:\n" + result.failures[0].traceback)
    return result


def _show(result: Ensemble, folder: Path, console: Console) -> None:
    """Print the target table, write tables and figures, say where they are."""
    settings, table = result.settings, result.target_table()
    words = Words.of(settings)
    print_targets(table, settings.targets, words, console, result.runs)
    write_ensemble(folder, result, table)
    uptake = result.frames["uptake"].copy()
    uptake[["claims", "amount_fen"]] = uptake[["claims", "amount_fen"]] / settings.population.scale
    save_all(forecast_figures(result.monthly, uptake, table, settings.targets, words), folder / "figures")
    said = SAID[settings.language]
    console.print(f"{said['results']}: {folder}", highlight=False)
    console.print(f"{said['figures']}: {folder / 'figures'}", highlight=False)


def _report_failures(result: Ensemble, console: Console) -> int:
    """List what failed with the command that repeats only it; 1 if there is anything."""
    said = SAID[result.settings.language]
    for failure in result.failures:
        last = failure.traceback.strip().splitlines()[-1]
        console.print(f"{said['failed']}: draw {failure.draw}, seed {failure.seed}: {last}", highlight=False, markup=False)
        repeat = f"ensemble.seeds=1 ensemble.first_seed={failure.seed}"
        console.print(f"  {said['again']}: {shlex.join(sys.argv)} {repeat}", highlight=False, markup=False)
    return 1 if result.failures else 0
