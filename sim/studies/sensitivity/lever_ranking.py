"""Rank levers for one target: each alone at either end of its bounds, all with the same draws and seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from rich.console import Console

from sim.config.options import Interval, names_option
from sim.errors import Both, refused
from sim.report.figure_files import Drawn
from sim.report.numerals import number, places
from sim.report.terminal import print_note, show_table, terminal
from sim.report.terminal_tables import print_stamp
from sim.report.tornado import LeverShift, tornado
from sim.report.words import Words
from sim.runs.ensemble import Ensemble
from sim.settings import Settings
from sim.studies.common.additional import FEWEST, Gap, gap_over, gap_told
from sim.studies.common.cells import report_failures, run_cells
from sim.studies.common.output import output_folder, write_csv, write_figures
from sim.studies.solve.advice import SAID as LEVER_SAID
from sim.studies.solve.advice import Told
from sim.studies.solve.evaluating import outlays
from sim.studies.solve.levers import Lever, Load, check, levers_for

PAIR = ["draw", "seed"]
WAN = 1e4
SAID = {
    "zh": {
        "title": "杠杆排序", "table": "各杠杆单独调整时“{target}”的变化（{unit}；括号内为 P5 … P95）", "lever": "杠杆",
        "to": "调到", "change": "变化", "money": "支出变化（万元）",
        "first": "最能改变“{target}”的是{lever}：调到 {value:g} 时变化 {gap} {unit}。", "next": "其次：{levers}。",
        "none": "在这些范围内，没有哪个杠杆对“{target}”有显著影响。", "flat": "影响不显著的有 {count}/{all} 个。",
        "few": "成对运行不足 {fewest} 次，分不出哪个杠杆起作用；加大 ensemble.draws。",
        "bounds": "{name}（{low:g}—{high:g}）", "stop": "；", "results": "结果",
    },
    "en": {
        "title": "ranking of levers", "table": "Change of {target}, one lever at a time ({unit}; in brackets: P5 ... P95)",
        "lever": "lever", "to": "set to", "change": "change", "money": "outlay (10,000 yuan)",
        "first": "What moves {target} most is {lever}: {gap} {unit} at {value:g}.", "next": "Then: {levers}.",
        "none": "Within these bounds no lever moves {target} by more than nothing.",
        "flat": "{count} of {all} cannot be told from nothing.",
        "few": "Fewer than {fewest} pairs of runs: it cannot be told which lever does anything; "
        "give more ensemble.draws.",
        "bounds": "{name} ({low:g} to {high:g})", "stop": "; ", "results": "results",
    },
}  # fmt: skip


def rank_levers(load: Load, options: Mapping[str, Any], bounds: Mapping[str, Interval]) -> int:
    """Options: target. ``bounds``: levers to turn in the place of the target's usual ones. Print, draw and write."""
    settings = load([])
    (target,) = _target(options, settings)
    levers = levers_for([target], settings, {key: (each.low, each.high) for key, each in bounds.items()})
    check(levers, load)
    ends = [(lever, upper) for lever in levers for upper in (False, True)]
    cells = [settings, *(load([f"{lever.key}={lever.high if upper else lever.low:g}"]) for lever, upper in ends)]
    console, said = terminal(), SAID[settings.language]
    found = dict(run_cells(cells, console, said["title"]))
    failures = [("", failure) for n in sorted(found) for failure in found[n].failures]
    if all(result.runs for result in found.values()):
        names = Told(settings, LEVER_SAID[settings.language])
        named = [
            (said["bounds"].format(name=names.name(lever.key), low=lever.low, high=lever.high), lever, upper)
            for lever, upper in ends
        ]
        rows = ranked([moved(found[0], found[n], target, *each) for n, each in enumerate(named, start=1)])
        spent = outlays(found[0])
        money = {(name, upper): gap_over(outlays(found[n]) - spent) for n, (name, _, upper) in enumerate(named, start=1)}
        _tell(found[0], target, rows, money, console)
    return report_failures(failures, settings.language, console)


def _target(options: Mapping[str, Any], settings: Settings) -> list[str]:
    names = names_option(options, "target", list(settings.targets)) or []
    if len(names) != 1:
        example = Both("例如 target=elv_recovered", "for instance target=elv_recovered")
        raise refused("target", names, Both("一个目标", "one target"), example)
    return names


def moved(base: Ensemble, other: Ensemble, target: str, name: str, lever: Lever, upper: bool) -> LeverShift:
    """What one end of a lever does to the target, run by run."""
    one, two = (result.targets[result.targets["id"] == target].set_index(PAIR)["value"] for result in (base, other))
    gap = gap_over((two - one).astype(float))
    return LeverShift(name, upper, lever.high if upper else lever.low, gap.mean, gap.p05, gap.p95, gap.sign != 0)


def ranked(rows: Sequence[LeverShift]) -> list[LeverShift]:
    """Levers that move the target most first; those that cannot be told from nothing last."""

    def strength(name: str) -> tuple[bool, float]:
        mine = [row for row in rows if row.lever == name]
        return not any(row.told for row in mine), -max(abs(row.mean) for row in mine)

    return sorted(rows, key=lambda row: (strength(row.lever), row.lever, row.upper))


def _tell(base: Ensemble, target: str, rows: list[LeverShift], money: Mapping[tuple[str, bool], Gap], console: Console) -> None:
    settings, words = base.settings, Words.of(base.settings)
    said, title, unit = SAID[words.language], words.promise(target), words.pick(settings.targets[target].unit)
    data = pd.DataFrame([{**row._asdict(), "outlay": money[row.lever, row.upper].mean} for row in rows])
    with output_folder("sensitivity", [settings]) as folder:
        write_csv(folder / "levers.csv", data.assign(target=target, trial=base.trial))
        drawn: Drawn = tornado(rows, title, unit, base.runs, words)
        write_figures([("levers", drawn)], folder / "figures")
    print_stamp(words, base.runs, console)
    heads = [said[name] for name in ("lever", "to", "change", "money")]
    cells = [
        [row.lever, f"{row.value:g}", gap_told(Gap(row.mean, row.p05, row.p95, base.runs)), _money(money[row.lever, row.upper])]
        for row in rows
    ]
    show_table(console, said["table"].format(target=title, unit=unit), heads, cells)
    for line in findings(rows, title, unit, base.runs, said):
        print_note(line, console)
    console.print(f"{said['results']}: {folder}", soft_wrap=True)


def _money(gap: Gap) -> str:
    return number(gap.mean / WAN, places(gap.mean / WAN))


def findings(rows: Sequence[LeverShift], title: str, unit: str, pairs: int, said: Mapping[str, str]) -> list[str]:
    """Which lever moves the target most, which come next, how many do not."""
    names = list(dict.fromkeys(row.lever for row in rows))
    best = {name: max((row for row in rows if row.lever == name), key=lambda row: (row.told, abs(row.mean))) for name in names}
    felt = [row for row in best.values() if row.told]
    if not felt:
        return [said["few" if pairs < FEWEST else "none"].format(target=title, fewest=FEWEST)]
    first, *others = felt
    gap = gap_told(Gap(first.mean, first.p05, first.p95, 0))
    lines = [said["first"].format(target=title, lever=first.lever, value=first.value, gap=gap, unit=unit)]
    if others:
        lines.append(said["next"].format(levers=said["stop"].join(row.lever for row in others)))
    return [*lines, said["flat"].format(count=len(names) - len(felt), all=len(names))]
