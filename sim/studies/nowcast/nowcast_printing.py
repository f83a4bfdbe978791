"""The nowcast on the terminal: promises before and after, actuals against forecast, whole years, and what drove it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from rich.console import Console

from sim.report.chances import SIGNS, chance_cell, chance_notes
from sim.report.numerals import number, places
from sim.report.terminal import print_note, show_table
from sim.report.terminal_tables import print_stamp, print_unjudged
from sim.report.words import Words
from sim.studies.nowcast.asking import Answer
from sim.studies.nowcast.driving import KNOWN, OTHER
from sim.studies.nowcast.misfits import series_title, told
from sim.studies.nowcast.revised_tables import OUTLAY
from sim.studies.nowcast.run_cube import Key

WAN = 1e4
SHOWN = 2
"""Series that are named for each promise."""
SAID = {
    "zh": {
        "targets": "目标：修正前后", "target": "目标", "promise": "目标值", "before": "修正前概率", "after": "修正后概率",
        "so_far": "已发生的月份：实际与预测", "series": "指标", "year": "年（月数）", "actual": "实际",
        "middle": "预测P50", "band": "P5–P95", "far": "偏差",
        "years": "全年：修正前后（P50）", "was": "修正前", "now": "修正后",
        "drivers": "修正原因（对各目标预测值的影响）", "effect": "影响", "wan": "{title}（万元）", KNOWN: "已发生月份按实际计",
        OTHER: "各次运行向实际靠拢及相互作用",
        "remaining": "{month} 之后的财政支出（万元）", "measure": "措施", "all": "合计", "mean": "均值",
        "far_note": "偏差：实际与预测中位数之差，以标准差计（含总量误差和统计误差）；±2以内属正常。",
        "effective": "有效样本量 {effective:.0f}（共 {runs} 次运行，权重相同；其余用于估计调整系数）。",
    },
    "en": {
        "targets": "Targets, before and after", "target": "target", "promise": "promise", "before": "P before",
        "after": "P after", "so_far": "Months that have happened: actual against forecast", "series": "series",
        "year": "year (months)", "actual": "actual", "middle": "P50", "band": "P5-P95", "far": "off by",
        "years": "Whole years, before and after (P50)", "was": "before", "now": "after",
        "drivers": "What drove the revision (effect on the value of the target)", "effect": "effect",
        "wan": "{title} (10,000 yuan)",
        KNOWN: "months as they were", OTHER: "runs drawn to the actuals",
        "remaining": "Outlay after {month} (10,000 yuan)", "measure": "measure", "all": "all",
        "mean": "mean",
        "far_note": "Off by: the actual less the middle of the runs, in standard deviations (errors of levels and "
        "measurement included); within 2 is usual.",
        "effective": "effective sample size {effective:.0f} of {runs} runs, which all count alike; the others were used up by "
        "the gains.",
    },
}  # fmt: skip


def print_nowcast(answer: Answer, tables: Mapping[str, pd.DataFrame], last: str, console: Console) -> None:
    """``tables``: targets, so_far, by_year, drivers, remaining; ``last``: the latest month with a number."""
    settings, result = answer.result.settings, answer.result
    words, said = Words.of(settings), SAID[settings.language]
    print_stamp(words, result.runs, console)
    for line in told(answer.misfits, words):
        print_note(line, console, style="bold")
    _targets(tables["targets"], words, console)
    for note in chance_notes(tables["targets"], settings.targets, words):
        print_note(note, console)
    print_unjudged(settings, len(tables["targets"]), words, console)
    _so_far(tables["so_far"], words, console)
    _years(tables["by_year"], last[:4], words, console)
    _drivers(tables["drivers"], words, console)
    _remaining(tables["remaining"], last, words, console)
    print_note(said["effective"].format(effective=answer.revision.effective, runs=result.runs), console)


def _targets(table: pd.DataFrame, words: Words, console: Console) -> None:
    said, rows = SAID[words.language], []
    for row in table.to_dict("records"):
        values = [row[name] for name in ("promise", "p05", "p50", "p95")]
        before = row | {"probability": row["probability_before"], "defined": row["defined_before"]}
        chances = [chance_cell(each, words) for each in (before, row)]
        promise, *rest = (number(value, places(*values)) for value in values)
        rows.append([words.promise(row["id"]), row["by"], f"{SIGNS[row['comparator']]} {promise}", *rest, *chances])
    if rows:
        heads = [said["target"], words.phrase("by"), said["promise"], "P5", "P50", "P95", said["before"], said["after"]]
        show_table(console, said["targets"], heads, rows)


def _so_far(table: pd.DataFrame, words: Words, console: Console) -> None:
    said, rows = SAID[words.language], []
    for row in table.to_dict("records"):
        key = row["indicator"], row["group"]
        actual, middle, low, high = _numbers(key, [row[name] for name in ("actual", "p50", "p05", "p95")])
        when = f"{row['year']} ({row['months']})"
        rows.append([_title(key, words), when, actual, middle, f"{low}–{high}", number(row["deviations"], 1)])
    heads = [said[name] for name in ("series", "year", "actual", "middle", "band", "far")]
    show_table(console, said["so_far"], heads, rows)
    print_note(said["far_note"], console)


def _years(table: pd.DataFrame, year: str, words: Words, console: Console) -> None:
    """The series that are observed, from the year of the last actual on."""
    said = SAID[words.language]
    observed = set(map(tuple, table.loc[table["known"] > 0, ["indicator", "group"]].to_numpy()))
    rows = []
    for row in table[table["year"] >= year].to_dict("records"):
        key = row["indicator"], row["group"]
        if key in observed:
            names = ("p50_before", "p50_after", "p05_after", "p95_after")
            before, after, low, high = _numbers(key, [row[name] for name in names])
            rows.append([_title(key, words), row["year"], before, after, f"{low}–{high}"])
    show_table(console, said["years"], [said["series"], "", said["was"], said["now"], "P5–P95"], rows)


def _numbers(key: Key, values: Sequence[float]) -> list[str]:
    """Numbers of one series as they are shown together; outlay in 10,000 yuan."""
    shown = [value / WAN for value in values] if key[0] == OUTLAY else list(values)
    return [number(value, places(*shown)) for value in shown]


def _title(key: Key, words: Words) -> str:
    title = series_title(key, words)
    return SAID[words.language]["wan"].format(title=title) if key[0] == OUTLAY else title


def _drivers(table: pd.DataFrame, words: Words, console: Console) -> None:
    """The foremost series of each target, a line each."""
    said, rows = SAID[words.language], []
    for name, mine in table.groupby("target", sort=False):
        foremost = mine.reindex(mine["effect"].abs().sort_values(ascending=False).index).head(SHOWN)
        decimals = places(*mine["effect"])
        for n, row in enumerate(foremost.to_dict("records")):
            rows.append(["" if n else words.promise(str(name)), *driver(row, words, decimals)])
    if rows:
        show_table(console, said["drivers"], [said["target"], said["series"], said["effect"]], rows)


def driver(row: Mapping[Any, Any], words: Words, decimals: int) -> tuple[str, str]:
    """A series, and what it adds to the value of a target."""
    said, key = SAID[words.language], (row["indicator"], row["group"])
    title = said[key[0]] if key[0] in (KNOWN, OTHER) else series_title(key, words)
    return title, f"{'+' if row['effect'] > 0.0 else ''}{number(row['effect'], decimals)}"


def _remaining(table: pd.DataFrame, last: str, words: Words, console: Console) -> None:
    said = SAID[words.language]
    rows = [
        [words.measure(row["measure"]) if row["measure"] else said["all"],
         *(number(row[name] / WAN) for name in ("mean", "p05", "p50", "p95"))]
        for row in table.to_dict("records")
    ]  # fmt: skip
    if rows:
        show_table(console, said["remaining"].format(month=last), [said["measure"], said["mean"], "P5", "P50", "P95"], rows)
