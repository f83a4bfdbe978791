"""Tell what became of a district's numbers: what was given, what moved with it, what stands; and how to see what follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.console import Console

from sim.errors import Language
from sim.report.terminal import show_table, terminal
from sim.studies.common.output import output_folder, write_csv
from sim.studies.local.district_numbers import Numbers
from sim.studies.local.reshaping import NumberChange, Reshaped

SHOWN = 25
"""Lines of a table on the terminal; the file has all."""
NOTABLE = 0.005
"""A target's number that has moved by less is not told."""
HOW = ("given", "table", "rate", "scaled", "carried", "stands")
SAID = {
    "zh": {
        "template": "已写入 {path}：{count} 个数字。填好后运行 python -m sim local read {path} name=名称",
        "given": "给出", "table": "整表给出", "rate": "取省或全国比率", "scaled": "随之重新推算", "carried": "沿用，区间放宽",
        "stands": "保持不变", "title_given": "给出的数字", "title_moved": "随之重新推算的数字", "title_targets": "受影响的承诺",
        "number": "指标", "before": "原来", "after": "现在", "low": "下限", "high": "上限", "grade": "等级", "why": "依据",
        "target": "承诺", "behind": "所依据的数字", "more": "另有 {count} 项，见 {path}", "counts": "共 {all} 个数字：",
        "years": "登记年份、月份或收入组的分布已改：", "works": "各品类中随之改变的处理能力和车主构成：{count} 个",
        "written": "已写入 {path}",
        "next": "使基准年吻合的常数由 forecast 自动求解；查看基准年：python -m sim anchor region={name} population.scale=0.2\n"
        "预测：python -m sim forecast region={name}\n"
        "与原地区并列，看各项承诺如何变化：python -m sim forecast -m region={base},{name}\n"
        "这一地区的政策效果：python -m sim compare no_policy enacted region={name}",
    },
    "en": {
        "template": "written: {path}, {count} numbers. Once filled in: python -m sim local read {path} name=NAME",
        "given": "given", "table": "given in a table", "rate": "from the rates of province or nation", "scaled": "re-scaled",
        "carried": "carried over, with a wider range", "stands": "stand as they were", "title_given": "Given",
        "title_moved": "Re-scaled with them", "title_targets": "Promises that this moves",
        "number": "number", "before": "before", "after": "now", "low": "low", "high": "high", "grade": "grade", "why": "with",
        "target": "promise", "behind": "number behind it", "more": "{count} more in {path}", "counts": "{all} numbers: ",
        "years": "changed distributions of registration years, months or quintiles: ",
        "works": "{count} capacities of works and shares of owners move with them", "written": "written: {path}",
        "next": "the constants of the reference year are solved by forecast itself; to see the year: "
        "python -m sim anchor region={name} population.scale=0.2\n"
        "forecast: python -m sim forecast region={name}\n"
        "beside the district before, to see how each promise moves: python -m sim forecast -m region={base},{name}\n"
        "what policy does here: python -m sim compare no_policy enacted region={name}",
    },
}  # fmt: skip


@dataclass(frozen=True)
class DistrictMade:
    """A district that was written."""

    numbers: Numbers
    after: Reshaped
    name: str
    base: str
    path: Path

    @property
    def language(self) -> Language:
        """What it is told in."""
        return self.numbers.settings.language

    @property
    def title(self) -> str:
        """Column of the frame with titles in the language."""
        return f"title_{self.language}"


def show_changes(outcome: DistrictMade, standing_for: Mapping[str, str]) -> None:
    """Print the tables and write ``changes.csv``; ``standing_for``: target -> number that stands behind it."""
    console, said = terminal(), SAID[outcome.language]
    with output_folder("local", [outcome.numbers.settings]) as folder:
        path = write_csv(folder / f"changes_{outcome.name}.csv", frame(outcome.after))
    changes = outcome.after.changes
    for title, hows in (("title_given", ("given", "table")), ("title_moved", ("rate", "scaled"))):
        _show(console, outcome, title, [change for change in changes if change.how in hows], path)
    _show_targets(console, outcome, standing_for)
    counted = Counter(change.how for change in changes)
    told = "; ".join(f"{said[how]} {counted[how]}" for how in HOW if counted[how])
    console.print(said["counts"].format(all=len(changes)) + told, soft_wrap=True)
    if outcome.after.tables:
        console.print(said["years"] + ", ".join(outcome.after.tables), soft_wrap=True)
    if outcome.after.scaled:
        console.print(said["works"].format(count=len(outcome.after.scaled)), soft_wrap=True)
    console.print(said["written"].format(path=outcome.path), soft_wrap=True)
    console.print(said["written"].format(path=path), soft_wrap=True)
    console.print(said["next"].format(name=outcome.name, base=outcome.base), soft_wrap=True)


def frame(after: Reshaped) -> pd.DataFrame:
    """Every number before and after; ``how`` is a word of the program, whatever the language."""
    return pd.DataFrame(
        {
            "number": change.number.code,
            "title_zh": change.number.title.zh,
            "title_en": change.number.title.en,
            "unit": change.number.unit,
            "how": change.how,
            "before": change.number.quantity.value,
            "after": change.after.value,
            "low": change.after.low,
            "high": change.after.high,
            "grade": change.after.grade,
            "with": " ".join(change.bases),
            "source": change.after.source,
        }
        for change in after.changes
    )


def _show(console: Console, outcome: DistrictMade, title: str, changes: list[NumberChange], path: Path) -> None:
    if not changes:
        return
    said = SAID[outcome.language]
    heads = [said[name] for name in ("number", "before", "after", "low", "high", "grade")]
    rows = [
        [
            getattr(change.number.title, outcome.language), _shown(change.number.quantity.value), _shown(change.after.value),
            _shown(change.after.low), _shown(change.after.high), change.after.grade,
        ]
        for change in changes[:SHOWN]
    ]  # fmt: skip
    show_table(console, said[title], heads, rows)
    if len(changes) > SHOWN:
        console.print(said["more"].format(count=len(changes) - SHOWN, path=path), soft_wrap=True)


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def _show_targets(console: Console, outcome: DistrictMade, standing_for: Mapping[str, str]) -> None:
    """Promises of which the number behind them is another than before."""
    changes = {change.number.code: change for change in outcome.after.changes}
    rows = []
    for name, target in outcome.numbers.settings.targets.items():
        change = changes.get(standing_for.get(name, ""))
        if change and abs(change.ratio - 1.0) > NOTABLE:
            title = f"{getattr(target.title, outcome.language)} ← {getattr(change.number.title, outcome.language)}"
            rows.append([title, _shown(change.number.quantity.value), _shown(change.after.value)])
    if rows:
        said = SAID[outcome.language]
        show_table(
            console, said["title_targets"], [f"{said['target']} ← {said['behind']}", said["before"], said["after"]], rows
        )
