"""What the verb budget prints of a plan: what was changed, and what that does to the money and the promises."""

from __future__ import annotations

from rich.console import Console

from sim.report.budget.budget_words import SAID
from sim.report.budget.plan_sheet import WAN, BeforeAfter
from sim.report.numerals import number, percent, places
from sim.report.terminal import print_note, show_table
from sim.report.words import Words


def print_plan(found: BeforeAfter, words: Words, console: Console) -> None:
    """Changes in lines, then outlay by year and promises as tables."""
    said = SAID[words.language]
    console.print(said["changes"], style="bold")
    for row in found.changes.to_dict("records"):
        print_note(
            "  {thing}，{meaning}：{before} → {after}".format(**row)
            if words.language == "zh"
            else "  {thing}, {meaning}: {before} -> {after}".format(**row),
            console,
        )
    money = found.outlays[found.outlays["payer"] == ""].sort_values("year", key=lambda years: years.replace("", "9999"))
    heads = [said[name] for name in ("year", "was", "now", "gap_mean", "gap_p05", "gap_p95")]
    rows = [
        [
            row["year"] or said["all_years"],
            *(number(row[name] / WAN) for name in ("before", "after", "difference", "p05", "p95")),
        ]
        for row in money.to_dict("records")
    ]
    show_table(console, said["outlay_compared"], heads, rows)
    if found.promises.empty:
        console.print(said["none_moved"])
        return
    heads = [said[name] for name in ("promise", "median_was", "median_now", "chance_was", "chance_now")]
    rows = []
    for row in found.promises.to_dict("records"):
        values = [row[name] for name in ("before", "after")]
        decimals = places(*values)
        chances = [percent(row[name]) for name in ("chance_before", "chance_after")]
        rows.append([words.promise(row["id"]), *(number(value, decimals) for value in values), *chances])
    show_table(console, said["promises_compared"], heads, rows)
