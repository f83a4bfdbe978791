"""The verb compare: what differs between scenarios, by how much, how surely?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd
from matplotlib.figure import Figure
from rich.console import Console

from sim.errors import BadInput
from sim.report.figures import difference
from sim.report.numerals import number, places
from sim.report.words import Words
from sim.runs.ensemble import Ensemble
from sim.settings import Settings
from sim.studies.common.cells import SAID, report_failures, run_cells
from sim.studies.common.output import folder_of, write_csv, write_figures

FLOWS = ("new_registrations", "used_car_transactions", "elv_recovered", "informal_retirements", "outlay")
"""Indicators that add up over the months of a year ..."""
STOCKS = ("nev_stock", "vehicle_stock", "niii_nonoperating_diesel_trucks")
"""... and those of which the last month of a year counts."""
SHOWN = ("nev_stock", "new_registrations", "used_car_transactions", "elv_recovered", "outlay")
PAIR = ["draw", "seed"]
TITLE = {"zh": "比较", "en": "comparison"}


def compare(choices: Sequence[Settings], words: Sequence[str] = ()) -> int:
    """Run the scenarios with the same draws and seeds and show how the others differ from the first.

    ``words``: what to type after ``forecast`` for each.
    """
    console, first = Console(), choices[0]
    results = [result for _, result in sorted(run_cells(choices, console, TITLE[first.language]), key=lambda item: item[0])]
    failures = [
        (typed, failure)
        for typed, result in zip(words or [""] * len(results), results, strict=True)
        for failure in result.failures
    ]
    if all(result.runs for result in results):
        folder, others = folder_of("compare", choices), results[1:]
        table = pd.concat([differences(results[0], other) for other in others], ignore_index=True)
        promised = pd.concat([target_differences(results[0], other) for other in others], ignore_index=True)
        write_csv(folder / "differences.csv", table)
        write_csv(folder / "target_differences.csv", promised)
        write_figures(_figures(results), folder / "figures")
        for other in others:
            _print(table, promised, results[0], other, console)
        for name, place in (("results", folder), ("figures", folder / "figures")):
            console.print(f"{SAID[first.language][name]}: {place}", highlight=False, markup=False, soft_wrap=True)
    return report_failures(failures, first.language, console)


def differences(base: Ensemble, other: Ensemble) -> pd.DataFrame:
    """Other minus base, paired by draw and seed: indicator, group, date, scenario, difference, p05, p95, pairs.

    ``date``: a month, or for what adds up and for stocks also a year. ``difference``: the mean over pairs.
    """
    keys = ["indicator", "group", "month"]
    table = _summary(_gaps(_filled(base.monthly), _filled(other.monthly), keys), keys).rename(columns={"month": "date"})
    yearly = _summary(_gaps(_yearly(base), _yearly(other), keys), keys).rename(columns={"month": "date"})
    both = pd.concat([table, yearly], ignore_index=True)
    both.insert(3, "scenario", other.settings.scenario.id)
    return both


def target_differences(base: Ensemble, other: Ensemble) -> pd.DataFrame:
    """The same for the targets: id, scenario, difference, p05, p95, pairs, probability_base, probability."""
    table = _summary(_gaps(base.targets, other.targets, ["id"]), ["id"])
    table.insert(1, "scenario", other.settings.scenario.id)
    for column, result in (("probability_base", base), ("probability", other)):
        table[column] = table["id"].map(result.targets.groupby("id")["met"].mean())
    return table


def _gaps(base: pd.DataFrame, other: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    pairs = base.merge(other, on=[*PAIR, *keys], suffixes=("_base", "_other"), validate="one_to_one")
    if pairs.empty:
        raise BadInput(
            file="results",
            key="draw, seed",
            value="no pair in common",
            allowed="ensembles with the same draws and seeds, and months in common",
            remedy="run both with equal ensemble and clock settings",
        )
    return pairs.assign(gap=pairs["value_other"] - pairs["value_base"])


def _summary(gaps: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Mean and interval of the gaps of each entry, in the order of the results."""
    grouped = gaps.groupby(keys, sort=False)["gap"]
    table = pd.DataFrame({"difference": grouped.mean(), "p05": grouped.quantile(0.05), "p95": grouped.quantile(0.95)})
    return table.assign(pairs=grouped.size()).reset_index()


def _filled(monthly: pd.DataFrame) -> pd.DataFrame:
    """Monthly rows; outlay of a measure or payer that a run does not name was nothing in each of its months."""
    outlay = monthly["indicator"] == "outlay"
    wide = monthly[outlay].pivot_table(index=[*PAIR, "month"], columns="group", values="value", fill_value=0.0)
    filled = wide.melt(ignore_index=False, value_name="value").reset_index().assign(indicator="outlay")
    return pd.concat([monthly[~outlay], filled], ignore_index=True)


def _yearly(result: Ensemble) -> pd.DataFrame:
    """Sums of flows and year-end values of stocks, totals only, for years that are covered whole."""
    monthly = result.monthly
    chosen = monthly[(monthly["group"] == "") & monthly["indicator"].isin((*STOCKS, *FLOWS))]
    grouped = chosen.assign(month=chosen["month"].str[:4]).groupby([*PAIR, "indicator", "group", "month"], sort=False)["value"]
    table = pd.DataFrame({"sum": grouped.sum(), "last": grouped.last(), "months": grouped.size()}).reset_index()
    table["value"] = table["last"].where(table["indicator"].isin(STOCKS), table["sum"])
    return table.loc[table["months"] == 12, [*PAIR, "indicator", "group", "month", "value"]]


def _figures(results: Sequence[Ensemble]) -> Iterator[tuple[str, Figure]]:
    base = results[0]
    words = Words.of(base.settings)
    for other in results[1:]:
        titles = words.pick(base.settings.scenario.title), words.pick(other.settings.scenario.title)
        for indicator in SHOWN:
            figure = difference(base.monthly, other.monthly, indicator, "", words, titles, flow=indicator in FLOWS)
            yield f"{indicator}-{other.settings.scenario.id}", figure


def _print(table: pd.DataFrame, promised: pd.DataFrame, base: Ensemble, other: Ensemble, console: Console) -> None:
    """Yearly differences of the main indicators, then of the targets."""
    words, scenario = Words.of(base.settings), other.settings.scenario
    lines = [f"\n{words.pick(scenario.title)} - {words.pick(base.settings.scenario.title)}  (P5 ... P95)"]
    mine = table[(table["scenario"] == scenario.id) & (table["group"] == "") & (table["date"].str.len() == 4)]
    for indicator in SHOWN:
        lines.append(words.title(indicator))
        for row in mine[mine["indicator"] == indicator].itertuples():
            lines.append(f"  {row.date}  {_interval(row.difference, row.p05, row.p95)}")
    lines.append(words.phrase("targets_table"))
    for row in promised[promised["scenario"] == scenario.id].itertuples():
        title = words.pick(base.settings.targets[str(row.id)].title)
        chances = f"{row.probability_base:.0%} -> {row.probability:.0%}"
        lines.append(f"  {title}  {_interval(row.difference, row.p05, row.p95)}  {chances}")
    console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)


def _interval(*values: float) -> str:
    decimals = places(*values)
    middle, low, high = (number(value, decimals) for value in values)
    return f"{middle:>14}  ({low} ... {high})"
