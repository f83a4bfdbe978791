"""The verb nowcast: and given what has happened so far?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console

from sim.config.options import month_option, number_option
from sim.config.tables.faults import Fault, refusal
from sim.errors import BadInput, Both
from sim.report.chances import chance_cell, chance_notes
from sim.report.numerals import number, places
from sim.report.terminal import show_table, terminal
from sim.report.terminal_tables import print_note, print_stamp, print_unjudged
from sim.report.words import Words
from sim.runs.ensemble import QUANTILES, Ensemble
from sim.runs.result import indicator_names
from sim.settings import Settings
from sim.studies.common.cells import SAID as FORECAST_SAID
from sim.studies.common.cells import report_failures, run_cells
from sim.studies.common.output import output_folder, write_csv, write_ensemble
from sim.studies.nowcast.actuals import Actuals, last_full_month, read_actuals
from sim.studies.nowcast.importance_weights import (
    CLAIMS,
    Weighed,
    observable,
    target_values,
    weigh,
    weighted_quantiles,
    with_actuals,
)
from sim.verdict import chance, verdicts

SAID = {
    "zh": {
        "title": "按实际数据修正", "targets": "目标：修正前后", "target": "目标", "promise": "目标值", "before": "修正前概率",
        "after": "修正后概率", "remaining": "{month} 之后的财政支出（万元）", "measure": "措施", "all": "合计", "mean": "均值",
        "weights": "有效样本量 {effective:.1f}（共 {runs} 次运行）；仍有分量的抽样：{draws}",
    },
    "en": {
        "title": "given what has happened", "targets": "Targets, before and after", "target": "target", "promise": "promise",
        "before": "P before", "after": "P after", "remaining": "Outlay after {month} (10,000 yuan)", "measure": "measure",
        "all": "all", "mean": "mean",
        "weights": "effective sample size {effective:.1f} of {runs} runs; draws that still count: {draws}",
    },
}  # fmt: skip
WAN = 1e4


def nowcast(settings: Settings, path: Path, options: Mapping[str, Any], words: str = "") -> int:
    """Weigh the ensemble by the actuals, print and write the new forecast, ``weights.csv`` and ``remaining.csv``.

    Raises BadInput for bad rows before anything is run, and if the effective sample size falls below the option ``least``.
    The option ``error`` is the model's own relative error, ``data_to`` the last month of data.
    """
    error, least = number_option(options, "error", 0.1, 0.001, 10.0), number_option(options, "least", 5.0, 1.0, 1e6)
    data_to = month_option(options, "data_to", last_full_month(dt.date.today()))
    actuals = read_actuals(path, settings, known_groups(settings), data_to)
    console = terminal()
    for line in actuals.told:
        console.print(line, soft_wrap=True)
    ((_, result),) = run_cells([settings], console, SAID[settings.language]["title"])
    if result.runs:
        values = observable(result)
        _require_groups(path, values, actuals)
        weighed = weigh(values, actuals.table, error, settings.uncertainty.measurement)
        if weighed.effective < least:
            raise _too_few(path, weighed, least)
        with output_folder("nowcast", [settings]) as folder:
            _tell(result, values, actuals.table, weighed, folder, console)
    return report_failures([(words, failure) for failure in result.failures], settings.language, console)


def known_groups(settings: Settings) -> dict[str, list[str]]:
    """Groups of each indicator that can be told before a run; those of most are checked after it."""
    groups: dict[str, list[str]] = {name: ["", *_listed(settings, name)] for name in indicator_names()}
    paid = [name for name, measure in settings.policy.items() if measure.payers]
    groups["outlay"] = ["", *(f"measure:{name}" for name in paid), *(f"payer:{p}" for p in _PAYERS)]
    groups[CLAIMS] = paid
    return groups


_PAYERS = ("central", "province", "city", "district")
_GROUPS = ("ice", "phev", "bev", "all", "passenger", "urgent", "share")


def _listed(settings: Settings, name: str) -> list[str]:
    """Names that an indicator may use for its groups."""
    fields = sorted({product.field for product in settings.products.values() if product.field})
    return [*_GROUPS, *fields, *settings.products, "ploughing", "sowing", "harvest"]


def _require_groups(path: Path, values: pd.DataFrame, actuals: Actuals) -> None:
    """Refuse series that no run has."""
    had = set(zip(values["indicator"], values["group"], strict=True))
    faults = []
    for place, row in actuals.rows:
        if (row["indicator"], row["group"]) not in had:
            groups = sorted(group or "(empty)" for indicator, group in had if indicator == row["indicator"])
            listed = ", ".join(groups) or "-"
            allowed = Both(
                f"{row['indicator']} 在此情景中的分组：{listed}", f"a group that {row['indicator']} has here: {listed}"
            )
            remedy = Both("改写该行的分组，或删除该行", "correct the group of the row, or delete the row")
            faults.append(Fault(place, "group", row["group"], allowed, remedy))
    if faults:
        raise refusal(str(path), faults)


def _too_few(path: Path, weighed: Weighed, least: float) -> BadInput:
    runs = len(weighed.table)
    return BadInput(
        file=str(path),
        key=Both("有效样本量", "effective sample size"),
        value=Both(f"{weighed.effective:.2f}（共 {runs} 次运行）", f"{weighed.effective:.2f} of {runs} runs"),
        allowed=Both(f"不小于 {least:g}", f"at least {least:g}"),
        remedy=Both(
            "增加抽样（ensemble.draws=200），或放宽模型误差（error=0.2）；如仍不够，则实际情况超出了模型认为可能的范围",
            "run more draws (ensemble.draws=200), or allow the model a larger error (error=0.2); "
            "if neither helps, what happened lies outside what the ensemble holds possible",
        ),
    )


def target_table(result: Ensemble, values: pd.DataFrame, actuals: pd.DataFrame, weighed: Weighed) -> pd.DataFrame:
    """The target table with weighted p05, p50, p95 and probability; probability_before, defined_before: without the actuals."""
    table = result.target_table()
    table["probability_before"], table["defined_before"] = table["probability"], table["defined"]
    new = target_values(result, with_actuals(values, actuals))
    weights = weighed.table["weight"].to_numpy()
    for n, name in enumerate(table["id"]):
        target = result.settings.targets[name]
        mine = new.loc[name].to_numpy(dtype=np.float64)
        now = chance(verdicts(mine, target.comparator, target.promise), weights)
        table.loc[n, ["p05", "p50", "p95"]] = weighted_quantiles(mine, weights, QUANTILES)
        table.loc[n, "defined"] = now.defined
        table.loc[n, "probability"] = now.probability if table.loc[n, "holds"] else np.nan
    return table


def remaining(result: Ensemble, weighed: Weighed, after: str) -> pd.DataFrame:
    """measure ("" all), p05, p50, p95, mean: yuan that is paid after a month."""
    monthly = result.monthly
    chosen = monthly[(monthly["indicator"] == "outlay") & (monthly["month"] > after)]
    weights = weighed.table["weight"].to_numpy()
    rows = []
    for group in ["", *sorted(g for g in chosen["group"].unique() if g.startswith("measure:"))]:
        sums = chosen[chosen["group"] == group].groupby("run")["value"].sum().reindex(range(len(weights))).fillna(0.0)
        mine = sums.to_numpy(dtype=np.float64)
        rows.append((group.removeprefix("measure:"), *weighted_quantiles(mine, weights, QUANTILES), float(mine @ weights)))
    return pd.DataFrame(rows, columns=["measure", "p05", "p50", "p95", "mean"])


def _tell(
    result: Ensemble, values: pd.DataFrame, actuals: pd.DataFrame, weighed: Weighed, folder: Path, console: Console
) -> None:
    """Print and write it all."""
    settings = result.settings
    said, words = SAID[settings.language], Words.of(settings)
    last = str(actuals["month"].max())
    table, left = target_table(result, values, actuals, weighed), remaining(result, weighed, last)
    write_ensemble(folder, result, table)
    write_csv(folder / "weights.csv", weighed.table.assign(trial=result.trial))
    write_csv(folder / "remaining.csv", left.assign(trial=result.trial))
    rows = []
    for row in table.to_dict("records"):
        values = [row[name] for name in ("promise", "p05", "p50", "p95")]
        decimals = places(*values)
        numbers = [number(value, decimals) for value in values]
        before = row | {"probability": row["probability_before"], "defined": row["defined_before"]}
        chances = [chance_cell(each, words) for each in (before, row)]
        rows.append([words.promise(row["id"]), *numbers, *chances])
    print_stamp(words, result.runs, console)
    if rows:
        heads = [said["target"], said["promise"], "P5", "P50", "P95", said["before"], said["after"]]
        show_table(console, said["targets"], heads, rows)
        for note in chance_notes(table, settings.targets, words):
            print_note(note, console)
    print_unjudged(settings, len(table), words, console)
    paid = [
        [words.measure(r.measure) if r.measure else said["all"], *(number(v / WAN) for v in (r.mean, r.p05, r.p50, r.p95))]
        for r in left.itertuples()
    ]
    show_table(console, said["remaining"].format(month=last), [said["measure"], said["mean"], "P5", "P50", "P95"], paid)
    alive = ", ".join(str(draw) for draw in sorted(set(weighed.table.loc[weighed.table["survived"], "draw"])))
    line = said["weights"].format(effective=weighed.effective, runs=len(weighed.table), draws=alive)
    console.print(line)
    console.print(f"{FORECAST_SAID[settings.language]['results']}: {folder}", soft_wrap=True)
