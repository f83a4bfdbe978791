"""The verb compare: what differs between scenarios, by how much, how surely?"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
from rich.console import Console

from sim.errors import BadInput, Both
from sim.report.chances import chance_cell
from sim.report.figure_files import Drawn
from sim.report.figures import difference
from sim.report.numerals import number, places, scale_for
from sim.report.terminal import terminal
from sim.report.terminal_tables import print_unjudged
from sim.report.words import Words
from sim.runs.ensemble import Ensemble
from sim.studies.common.additional import Additional, additional, frame, totals
from sim.studies.common.additional import lines as money_lines
from sim.studies.common.cells import SAID, report_failures, run_cells
from sim.studies.common.output import output_folder, write_csv, write_figures
from sim.studies.compare.sides import Side
from sim.verdict import holds, least_scale

FLOWS = ("new_registrations", "used_car_transactions", "elv_recovered", "informal_retirements", "outlay")
"""Indicators that add up over the months of a year ..."""
STOCKS = ("nev_stock", "vehicle_stock", "niii_nonoperating_diesel_trucks")
"""... and those of which the last month of a year counts."""
SHOWN = ("nev_stock", "new_registrations", "used_car_transactions", "elv_recovered", "outlay")
PAIR = ["draw", "seed"]
PROMISED = (
    "id", "scenario", "difference", "p05", "p95", "pairs", "probability_base", "defined_base", "probability", "defined",
    "holds", "trial",
)  # fmt: skip
TITLE = {"zh": "比较", "en": "comparison"}


class Gaps(NamedTuple):
    """What one side has more of than the first: by month and year, of the promises, and for the money."""

    yearly_and_monthly: pd.DataFrame
    promised: pd.DataFrame
    money: Sequence[Additional]


def compare(sides: Sequence[Side]) -> int:
    """Run all sides with the same draws and seeds and show how the others differ from the first."""
    console, choices = terminal(), [side.settings for side in sides]
    first = choices[0]
    results = [result for _, result in sorted(run_cells(choices, console, TITLE[first.language]), key=lambda item: item[0])]
    failures = [
        (shlex.join(side.typed), failure) for side, result in zip(sides, results, strict=True) for failure in result.failures
    ]
    if all(result.runs for result in results):
        _tell(sides, results, console)
    return report_failures(failures, first.language, console)


def _tell(sides: Sequence[Side], results: Sequence[Ensemble], console: Console) -> None:
    """Write the tables and figures of all sides, print those of each, say where they are."""
    base, first = results[0], sides[0].settings
    others = list(zip(sides[1:], results[1:], strict=True))
    found = {side.id: additional(totals(base.monthly), totals(other.monthly)) for side, other in others}
    tables = {
        "differences": {side.id: differences(base, other) for side, other in others},
        "target_differences": {side.id: target_differences(base, other) for side, other in others},
        "costs": {side.id: frame(found[side.id]).assign(trial=base.trial or other.trial) for side, other in others},
    }
    with output_folder("compare", [side.settings for side in sides]) as folder:
        for name, parts in tables.items():
            write_csv(folder / f"{name}.csv", _named(parts))
        write_figures(_figures(sides, results), folder / "figures")
    for side, other in others:
        gaps = Gaps(tables["differences"][side.id], tables["target_differences"][side.id], found[side.id])
        _print(gaps, (sides[0].title, side.title), (base, other), console)
    print_unjudged(first, sum(map(len, tables["target_differences"].values())), Words.of(first), console)
    for name, place in (("results", folder), ("figures", folder / "figures")):
        console.print(f"{SAID[first.language][name]}: {place}", soft_wrap=True)


def _named(parts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One table of all sides, with the name of each in front."""
    named = [part.copy() for part in parts.values()]
    for name, part in zip(parts, named, strict=True):
        part.insert(0, "variant", name)
    return pd.concat(named, ignore_index=True)


def differences(base: Ensemble, other: Ensemble) -> pd.DataFrame:
    """Other minus base, paired by draw and seed: indicator, group, date, scenario, difference, p05, p95, pairs.

    ``date``: a month, or for what adds up and for stocks also a year. ``difference``: the mean over pairs.
    """
    keys = ["indicator", "group", "month"]
    table = _summary(_gaps(_filled(base.monthly), _filled(other.monthly), keys), keys).rename(columns={"month": "date"})
    yearly = _summary(_gaps(_yearly(base), _yearly(other), keys), keys).rename(columns={"month": "date"})
    both = pd.concat([table, yearly], ignore_index=True)
    both.insert(3, "scenario", other.settings.scenario.id)
    return both.assign(trial=base.trial or other.trial)


def target_differences(base: Ensemble, other: Ensemble) -> pd.DataFrame:
    """The same for the targets, none if no promise falls due; pairs: runs with a value in both. Columns as in ``PROMISED``."""
    if base.targets.empty or other.targets.empty:
        return pd.DataFrame(columns=list(PROMISED))
    table = _summary(_gaps(base.targets, other.targets, ["id"]), ["id"])
    table.insert(1, "scenario", other.settings.scenario.id)
    for column, result in (("probability_base", base), ("probability", other)):
        chances = {name: result.chance(name) for name in table["id"]}
        table[column] = [chances[name].probability for name in table["id"]]
        table[column.replace("probability", "defined")] = [chances[name].defined for name in table["id"]]
    return table.assign(holds=[_holds(base, other, name) for name in table["id"]], trial=base.trial or other.trial)


def _holds(base: Ensemble, other: Ensemble, name: str) -> bool:
    """Whether chances of this target may be told for both."""
    scale = min(base.settings.population.scale, other.settings.population.scale)
    return holds(base.settings.targets[name].units, scale)


def _gaps(base: pd.DataFrame, other: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    pairs = base.merge(other, on=[*PAIR, *keys], suffixes=("_base", "_other"), validate="one_to_one")
    if pairs.empty:
        raise BadInput(
            file=Both("结果", "results"),
            key="draw, seed",
            value=Both("没有可配对的运行", "no pair in common"),
            allowed=Both(
                "抽样和随机种子相同、且有共同月份的集合预测", "ensembles with the same draws and seeds, and months in common"
            ),
            remedy=Both("两者用同样的 ensemble 和 clock 设置运行", "run both with equal ensemble and clock settings"),
        )
    return pairs.assign(gap=pairs["value_other"] - pairs["value_base"])


def _summary(gaps: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Mean and interval of the gaps of each entry, in the order of the results."""
    grouped = gaps.groupby(keys, sort=False)["gap"]
    table = pd.DataFrame({"difference": grouped.mean(), "p05": grouped.quantile(0.05), "p95": grouped.quantile(0.95)})
    return table.assign(pairs=grouped.count()).reset_index()


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


def _figures(sides: Sequence[Side], results: Sequence[Ensemble]) -> Iterator[tuple[str, Drawn]]:
    base = results[0]
    words = Words.of(base.settings)
    for side, other in zip(sides[1:], results[1:], strict=True):
        titles = sides[0].title, side.title
        for indicator in SHOWN:
            figure = difference(base.monthly, other.monthly, indicator, "", words, titles, flow=indicator in FLOWS)
            yield f"{indicator}-{side.file}", figure


def _print(gaps: Gaps, titles: tuple[str, str], pair: tuple[Ensemble, Ensemble], console: Console) -> None:
    """Yearly differences of the main indicators, then of the targets, then what the money brings."""
    base, other = pair
    words = Words.of(base.settings)
    stamp = words.stamp_told(min(base.runs, other.runs))
    lines = [f"\n{titles[1]} - {titles[0]}  (P5 ... P95)", *filter(None, [stamp])]
    table = gaps.yearly_and_monthly
    yearly = table[(table["group"] == "") & (table["date"].str.len() == 4)]
    for indicator in SHOWN:
        rows = yearly.loc[yearly["indicator"] == indicator, ["date", "difference", "p05", "p95"]]
        largest = float(rows[["difference", "p05", "p95"]].abs().max().max()) if len(rows) else 0.0
        scale = scale_for(largest, words.unit(indicator), words.language)
        lines.append(words.phrase("in_unit", name=words.indicator(indicator), unit=scale.unit))
        lines += [
            f"  {date}  {_interval(*(value / scale.divisor for value in told))}" for date, *told in rows.itertuples(index=False)
        ]
    lines.append(words.phrase("targets_table"))
    promised = gaps.promised.to_dict("records")
    lines += [f"  {_promised(row, base, other, words)}" for row in promised] or [f"  {words.phrase('no_target')}"]
    lines += money_lines(gaps.money, words)
    console.print("\n".join(lines), soft_wrap=True)


def _promised(row: Mapping[Any, Any], base: Ensemble, other: Ensemble, words: Words) -> str:
    """A target's difference, and its chance before and after."""
    target = base.settings.targets[row["id"]]
    title = words.phrase("in_unit", name=words.heading(target.title), unit=words.pick(target.unit))
    interval = _interval(row["difference"], row["p05"], row["p95"])
    if not row["holds"]:
        return f"{title}  {interval}  {words.phrase('needs_scale', scale=f'{least_scale(target.units):.2g}')}"
    sides = (("_base", base.runs), ("", other.runs))
    before, after = (
        chance_cell({"holds": True, "defined": row[f"defined{s}"], "runs": runs, "probability": row[f"probability{s}"]}, words)
        for s, runs in sides
    )
    return f"{title}  {interval}  {before} -> {after}"


def _interval(*values: float) -> str:
    decimals = places(*values)
    middle, low, high = (number(value, decimals) for value in values)
    return f"{middle:>14}  ({low} ... {high})"
