"""The districts together on the terminal: a row for each promise, the chance of every district beside that of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from sim.errors import Language
from sim.report.chances import SIGNS, chance_cell, chance_notes
from sim.report.numerals import number, places, scale_for
from sim.report.terminal import print_note, show_table
from sim.report.terminal_tables import print_stamp
from sim.report.words import Words
from sim.studies.common.additional import OUTLAY
from sim.studies.common.output import write_csv
from sim.studies.forecast.province import DistrictRuns, Province, ProvinceTotal, total_of
from sim.studies.forecast.typed_words import telling, varied_columns

FEW_COLUMNS = 6
"""Districts that have a column each; of more the lowest and the highest chance are shown."""
SAID = {
    "zh": {
        "title": "各区县合计（{count} 个区县，{runs} 次配对运行）", "head": "：{words}", "promise": "承诺",
        "by": "期限", "value": "目标值", "whole": "合计概率", "lowest": "最低", "highest": "最高", "districts": "区县：{names}",
        "numbered": "{place} {title}", "between": "；", "outlay": "财政支出合计（不含减免税）  {money}",
        "wider": "合计的 P5–P95 区间宽度为各区县互不相关时的 {times} 倍（各项承诺的中位数）；"
        "超过 1 倍的部分来自全国市场波动和共同的不确定因素，它们不会相互抵消。",
        "left_out": "未列入（比值的分子、分母没有记录，或各区县口径、目标值不同）：{names}。",
        "broken": "未相加：{names} 中有的区县没有完成任何运行。",
        "none": "各区县没有能相加的承诺。",
        "sums": "数量和金额相加，比值由合计的分子、分母算出；目标值为数量的相加，为比值的不变。配对：抽样和种子相同的运行。",
    },
    "en": {
        "title": "All districts together ({count} districts, {runs} paired runs)", "head": ": {words}",
        "promise": "promise", "by": "by", "value": "wanted", "whole": "P all", "lowest": "lowest", "highest": "highest",
        "districts": "Districts: {names}", "numbered": "{place} {title}", "between": "; ",
        "outlay": "Public outlay in all (tax relief left out)  {money}",
        "wider": "The band P5-P95 of the whole is {times} times that of districts which have nothing in common (median of the "
        "promises); what exceeds 1 comes of shocks to the nation and inputs that all share, which do not cancel out.",
        "left_out": "Left out (what a ratio is made of is not recorded, or wording or threshold differ): {names}.",
        "broken": "Not added up: a district of {names} has no run that ended.",
        "none": "The districts have no promise that can be added up.",
        "sums": "Counts and money are added, ratios are those of the sums; promised numbers add, promised ratios stay. Runs of "
        "one draw and seed are paired.",
    },
}  # fmt: skip


def show_provinces(
    folder: Path,
    provinces: Sequence[Province],
    districts: Mapping[int, DistrictRuns | None],
    language: Language,
    console: Console,
) -> None:
    """Print every province and write ``province.csv``, a row for each and each promise; ``districts``: by cell."""
    parts = []
    for province, head in zip(provinces, telling([each.typed for each in provinces]), strict=True):
        found = [each for cell in province.cells.values() if (each := districts.get(cell)) is not None]
        if len(found) < len(province.cells):
            print_note(SAID[language]["broken"].format(names=" ".join(province.cells)), console)
            continue
        total = total_of(found)
        print_total(head if len(provinces) > 1 else "", found, total, console)
        about = {"overrides": province.typed, "districts": " ".join(province.cells)}
        about |= {"scenario": found[0].settings.scenario.id, **varied_columns(province.typed)}
        parts.append(pd.concat([pd.DataFrame(about, index=total.table.index), total.table], axis=1))
    if parts:
        write_csv(folder / "province.csv", pd.concat(parts, ignore_index=True))


def print_total(head: str, districts: Sequence[DistrictRuns], total: ProvinceTotal, console: Console) -> None:
    """``head``: what tells this province from others of the sweep."""
    settings = districts[0].settings
    words, said = Words.of(settings), SAID[settings.language]
    print_stamp(words, total.runs, console)
    if total.table.empty:
        print_note(said["none"], console)
    else:
        title = said["title"].format(count=len(districts), runs=total.runs) + (said["head"].format(words=head) if head else "")
        several = len(districts) <= FEW_COLUMNS
        columns = [str(place) for place in range(1, len(districts) + 1)] if several else [said["lowest"], said["highest"]]
        heads = [said["promise"], said["by"], said["value"], "P5", "P50", "P95", *columns, said["whole"]]
        rows = [_row(row, districts, total, words) for row in total.table.to_dict("records")]
        show_table(console, title, heads, rows)
    for note in _notes(districts, total, words):
        print_note(note, console)


def _row(row: Mapping[Any, Any], districts: Sequence[DistrictRuns], total: ProvinceTotal, words: Words) -> list[str]:
    target = total.targets[row["id"]]
    values = [row[name] for name in ("promise", "p05", "p50", "p95")]
    decimals = places(*values)
    told = [each.table[each.table["id"] == row["id"]].to_dict("records")[0] for each in districts]
    if len(districts) > FEW_COLUMNS:
        known = sorted((each for each in told if each["holds"] and each["defined"]), key=lambda each: each["probability"])
        told = [known[0], known[-1]] if known else [told[0], told[-1]]
    chances = [chance_cell(each, words) for each in (*told, row)]
    shown = [number(value, decimals) for value in values[1:]]
    promise = f"{SIGNS[target.comparator]} {number(row['promise'], decimals)}"
    return [words.heading(target.title), target.by, promise, *shown, *chances]


def _notes(districts: Sequence[DistrictRuns], total: ProvinceTotal, words: Words) -> list[str]:
    """Which district is which, outlay, what being in one nation does, what is left out."""
    said, table = SAID[words.language], total.table
    titles = [words.pick(each.settings.region.title) for each in districts]
    named = [said["numbered"].format(place=place, title=title) for place, title in enumerate(titles, start=1)]
    notes = [said["districts"].format(names=said["between"].join(named))]
    if table.empty:
        return notes
    notes += [said["outlay"].format(money=_money(table, words)), *chance_notes(table, total.targets, words)]
    if table["band_to_independent"].notna().any():
        notes.append(said["wider"].format(times=number(table["band_to_independent"].median(), 1)))
    if total.left_out:
        names = [words.promise(name) for name in total.left_out]
        notes.append(said["left_out"].format(names=words.phrase("enumeration").join(names)))
    return [*notes, said["sums"]]


def _money(table: pd.DataFrame, words: Words) -> str:
    low, middle, high = (float(table[f"outlay_{name}"].iloc[0]) for name in ("p05", "p50", "p95"))
    scale = scale_for(high, words.unit(OUTLAY), words.language)
    told = [number(value / scale.divisor, 1) for value in (middle, low, high)]
    return f"{told[0]} ({told[1]} ... {told[2]}) {scale.unit}"
