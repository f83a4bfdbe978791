"""From tidy monthly rows to one column per run, and from runs to quantiles."""

from __future__ import annotations

import pandas as pd

from sim.clock import MONTHS_A_YEAR, month_text, parse_month
from sim.errors import BadInput, Both
from sim.schema.target import Target

MONTHLY = Both("逐月结果", "monthly")
"""What refusals call the rows that a run has recorded."""
QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p95": 0.95}


def by_run(monthly: pd.DataFrame, indicator: str, group: str, run: str | list[str] = "run") -> pd.DataFrame:
    """Values of one indicator and group: a row per month number, a column per run; raises BadInput if there are none.

    ``run``: what names a run; ``["draw", "seed"]`` where runs of two ensembles are to be paired.
    """
    rows = monthly[(monthly["indicator"] == indicator) & (monthly["group"] == group)]
    if rows.empty:
        groups = sorted(monthly.loc[monthly["indicator"] == indicator, "group"].unique())
        raise BadInput(
            file=MONTHLY,
            key=Both("指标、分组", "indicator, group"),
            value=f"{indicator}, {group}",
            allowed=Both(f"该指标的分组：{groups}", f"groups of this indicator: {groups}")
            if groups
            else Both("已记录的指标", "an indicator that was recorded"),
            remedy=Both(
                "从中选择；results show 列出一次运行的各指标",
                "choose one of those; 'results show' lists the indicators of a run",
            ),
        )
    table = rows.pivot(index="month", columns=run, values="value")
    table.index = pd.Index([parse_month(month) for month in table.index], name="month")
    return table.sort_index()


def period_ends(table: pd.DataFrame, last_month: int) -> list[int]:
    """Months that end twelve whole months in the table and lie whole years from ``last_month``."""
    covered = table.index[MONTHS_A_YEAR - 1 :]
    return [int(month) for month in covered if (month - last_month) % MONTHS_A_YEAR == 0]


def as_promised(table: pd.DataFrame, target: Target) -> pd.DataFrame:
    """The table in the target's terms: twelve-month sums for yearly flows, divided by the reference if it has one."""
    shown = table
    if target.yearly:
        shown = table.rolling(MONTHS_A_YEAR).sum().loc[period_ends(table, parse_month(target.by))]
    if target.relative_to is None:
        return shown
    reference = parse_month(target.relative_to)
    if reference not in shown.index:
        raise BadInput(
            file=MONTHLY,
            key=Both("月份", "month"),
            value=target.relative_to,
            allowed=Both("包含该目标基期的结果", "results that contain the reference period of the target"),
            remedy=Both("提前 clock.start", "start the clock earlier"),
        )
    if target.relative_as == "difference":  # a rise since the reference: nothing rises before it
        return shown.loc[reference:] - shown.loc[reference]
    return shown / shown.loc[reference]


def quantiles(table: pd.DataFrame) -> pd.DataFrame:
    """P5, P25, P50, P75, P95 over the runs, a row per month."""
    return pd.DataFrame({name: table.quantile(share, axis=1) for name, share in QUANTILES.items()})


def in_months(shown: pd.DataFrame, prefix: str = "") -> pd.DataFrame:
    """Columns by month as a table with the month in words, for other programs."""
    named = shown.rename(columns=lambda name: f"{prefix}{name}")
    return named.set_axis([month_text(int(month)) for month in shown.index]).rename_axis("month").reset_index()


def joined_by_month(*tables: pd.DataFrame) -> pd.DataFrame:
    """Tables of one row for each month side by side."""
    first, *others = tables
    for other in others:
        first = first.merge(other, on="month", how="outer", validate="one_to_one")
    return first
