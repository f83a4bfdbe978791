"""What the verb budget prints."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from rich.console import Console

from sim.policy.pot import SHORT_DAYS
from sim.report.budget.budget_words import SAID
from sim.report.numerals import number, percent
from sim.report.terminal import print_note, show_table
from sim.report.terminal_tables import print_stamp
from sim.report.words import Words
from sim.settings import Settings

Show = Callable[[str, list[str], list[list[str]]], None]
MILLION = {"zh": 1e4, "en": 1e6}
"""What amounts are divided by: 万元, or million yuan."""


def print_budget(
    settings: Settings,
    runs: int,
    years: pd.DataFrame,
    sums: pd.DataFrame,
    dry: pd.DataFrame,
    owed: pd.DataFrame,
    gained: pd.DataFrame,
    effects: pd.DataFrame,
    console: Console,
) -> None:
    """Outlay by year and by measure, pots, claims outstanding, additionality, top-ups."""
    said, words = SAID[settings.language], Words.of(settings)
    unit = MILLION[settings.language]
    print_stamp(words, runs, console)

    def money(value: float) -> str:
        return number(value / unit, 1 if settings.language == "en" else 0)

    def show(title: str, heads: list[str], rows: list[list[str]]) -> None:
        if rows:
            show_table(console, title, heads, rows)

    quantiles = ["P5", "P50", "P95"]
    total = years[(years["measure"] == "") & (years["payer"] == "")]
    rows = [[str(r.year), money(r.mean_fen / 100), money(r.p05), money(r.p50), money(r.p95)] for r in total.itertuples()]
    show(said["by_year"].format(runs=runs), [said["year"], said["mean"], *quantiles], rows)
    rows = [
        [
            words.measure(r.measure) if r.measure else said["all"],
            money(r.mean_fen / 100),
            money(r.p05),
            money(r.p50),
            money(r.p95),
        ]
        for r in sums.sort_values("mean_fen", ascending=False).itertuples()
    ]
    show(said["by_measure"], [said["measure"], said["mean"], *quantiles], rows)
    _dry(dry, words, said, show)
    each = owed.assign(what=owed["measure"].where(owed["measure"] == "waiting", "lag"))
    lines = each.groupby(["year", "what"])["mean_fen"].sum().unstack(fill_value=0).reindex(columns=["lag", "waiting"])
    rows = [[str(year), money(row["lag"] / 100), money(row["waiting"] / 100)] for year, row in lines.fillna(0).iterrows()]
    show(said["owed"], [said["year"], said["in_payment"], said["in_line"]], rows)
    _gained(gained, words, said, show)
    _topped_up(effects, words, said, money, show)
    print_note(said["note"], console)


def _topped_up(effects: pd.DataFrame, words: Words, said: dict[str, str], money: Callable[[float], str], show: Show) -> None:
    """Where the money of a top-up goes, then what it does to the chance of running dry."""
    sums, chances = [], []
    for r in effects.itertuples():
        name = words.pot(str(r.pot))
        sums.append([name, *map(money, (r.extra_money, r.extra_granted, r.extra_unspent, r.extra_elsewhere))])
        chances.append([name, percent(r.topup), str(r.year), percent(r.chance_before), percent(r.chance_after)])
    heads = [said[name] for name in ("pot", "extra_money", "extra_granted", "extra_unspent", "elsewhere")]
    unit = said["money_wan"] if words.language == "zh" else "m yuan"
    show(f"{said['topups']}（{unit}）" if words.language == "zh" else f"{said['topups']} ({unit})", _plain(heads), sums)
    show(said["topups"], [said[name] for name in ("pot", "topup", "in_year", "before", "after")], chances)


def _plain(heads: list[str]) -> list[str]:
    """Heads without their unit, which the title has."""
    return [head.partition("（")[0].partition(" (")[0] for head in heads]


def _dry(dry: pd.DataFrame, words: Words, said: dict[str, str], show: Show) -> None:
    """Pots and years in which claims found no money, a cap reached, or the counter closed."""
    rows = [
        [words.pot(str(r.pot)), str(r.year), percent(r.chance), r.first_p05 or "-", r.first_p50 or "-", r.first_p95 or "-"]
        for r in dry[dry["chance"] > 0].itertuples()
    ]
    show(said["pots"], [said["pot"], said["year"], said["chance"], "P5", "P50", "P95"], rows)
    days = [
        [words.pot(str(r.pot)), str(r.year), *(number(days, 1) for days in (r.dry_days, r.capped_days, r.stopped_days))]
        for r in dry[(dry[list(SHORT_DAYS)] > 0).any(axis=1)].itertuples()
    ]
    show(said["short_days"], [said["pot"], said["year"], *(said[name] for name in SHORT_DAYS)], days)


def _gained(gained: pd.DataFrame, words: Words, said: dict[str, str], show: Show) -> None:
    """Shares of the claims, then what one additional thing costs."""
    shares, costs = [], []
    for row in gained.itertuples():
        name = words.measure(str(row.measure))
        parts = (row.additional, row.pulled_forward, row.anyway)
        each = [percent(value / row.claims) if row.claims else "-" for value in parts]
        shares.append([name, number(row.claims), *each, number(row.months_forward, 1)])
        kinds = (
            row.cost_per_additional_nev,
            row.cost_per_additional_vehicle_recovered,
            row.cost_per_additional_appliance_recovered,
        )
        costs.append([name, number(row.cost_per_additional), *map(number, kinds)])
    heads = ["measure", "claims", "additional", "forward", "anyway", "months"]
    show(said["gained"], [said[head] for head in heads], shares)
    show(said["costs"], [said[head] for head in ("measure", "cost", "cost_nev", "cost_elv", "cost_waste")], costs)
