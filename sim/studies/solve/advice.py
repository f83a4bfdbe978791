"""What the solver advises in words: which levers to set how, what costs about the same, and what would make it fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.errors import Language
from sim.report.numerals import number, percent
from sim.report.words import Words
from sim.settings import Settings
from sim.studies.levers.listing import levers_of
from sim.studies.solve.failing import LEAST_DRAWS

WAN = 1e4
CLOSE = 0.05
"""Packages that cost at most so much more are alternatives."""
SHOWN = 3
SAID = {
    "zh": {
        "advice": "建议", "keep": "{lever}维持现行（{now}）", "set": "{lever}由 {now} 调整为 {value}（{by}）",
        "end": "如此预计支出 {cost} 万元，以 {p} 的把握实现：{targets}。",
        "alternatives": "支出相差不到 {close} 的其他组合（搜索中的结果，未经复核）",
        "none": "搜索中没有支出相差不到 {close} 而同样达到要求的其他组合。",
        "one": "支出 {cost} 万元，概率 {chance}：{levers}",
        "fails": "什么情况下会落空",
        "margin": "余量最小的是“{target}”：各次运行的结果若都比测算差 {margin}（占目标值），把握就降到 {p} 以下；"
        "{runs} 次运行中有 {missed} 次未全部实现。",
        "short": "最弱的是“{target}”：以 {p} 的把握还差目标值的 {margin}；{runs} 次运行中有 {missed} 次未全部实现。",
        "inputs": "未实现更常见于：{inputs}。", "high": "{name}偏高", "low": "{name}偏低",
        "unclear": "抽样少于 {least} 次，看不出哪些不确定因素会使其落空；加大 ensemble.draws 后重复同一命令。",
        "chance": "没有哪个不确定因素单独决定成败。", "stop": "；", "comma": "、", "unset": "未设",
    },
    "en": {
        "advice": "Recommendation", "keep": "{lever}: as it is ({now})", "set": "{lever}: from {now} to {value} ({by})",
        "end": "This is expected to cost {cost} x 10,000 yuan and meets, with {p}: {targets}.",
        "alternatives": "Other packages within {close} of the cost (from the search, not verified)",
        "none": "The search found no other package within {close} of the cost that does as asked.",
        "one": "{cost} x 10,000 yuan, P {chance}: {levers}",
        "fails": "What would make it fail",
        "margin": "Least margin: {target}. If every run came out worse by {margin} of the promise, P would fall below {p}; "
        "{missed} of {runs} runs miss some target.",
        "short": "Weakest: {target}, which misses the promise by {margin} of it with {p}; "
        "{missed} of {runs} runs miss some target.",
        "inputs": "Runs that miss have more often: {inputs}.", "high": "{name} high", "low": "{name} low",
        "unclear": "Fewer than {least} draws: it cannot be told which uncertain inputs would make it fail; repeat with more "
        "ensemble.draws.",
        "chance": "No single uncertain input decides it.", "stop": "; ", "comma": ", ", "unset": "not set",
    },
}  # fmt: skip


def alternatives(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Packages of the search that do as asked and cost no more than ``CLOSE`` above the chosen one, the surest first."""
    chosen = next(one for one in found["evaluations"] if one["number"] == found["closest"]["number"])
    near = [
        one
        for one in found["evaluations"]
        if one["number"] != chosen["number"] and one["feasible"] and one["levers"] != chosen["levers"]
        and abs(one["outlay_yuan"] - chosen["outlay_yuan"]) <= CLOSE * chosen["outlay_yuan"]
    ]  # fmt: skip
    return sorted(near, key=lambda one: (-one["margin"], one["outlay_yuan"]))[:SHOWN]


def advice_lines(found: Mapping[str, Any], settings: Settings) -> list[str]:
    """The recommendation, if there is one; alternatives; what would make it fail."""
    said, words = SAID[settings.language], Words.of(settings)
    lines = _recommended(found, settings, said, words) if found["reached"] else []
    return [*lines, *_failing(found, said, words)]


def _recommended(found: Mapping[str, Any], settings: Settings, said: Mapping[str, str], words: Words) -> list[str]:
    levers = Told(settings, said)
    question = found["question"]
    checked = next(one for one in found["verified"] if one["number"] == found["closest"]["number"])
    names = said["comma"].join(words.promise(name) for name in question["targets"])
    cost, p = number(checked["outlay_yuan"]["mean"] / WAN), percent(question["p"])
    lines = [said["advice"], *(f"  {levers.line(key, value)}" for key, value in found["levers"].items())]
    lines.append("  " + said["end"].format(cost=cost, p=p, targets=names))
    close = percent(CLOSE)
    if not found["alternatives"]:
        return [*lines, said["none"].format(close=close)]
    lines.append(said["alternatives"].format(close=close))
    for one in found["alternatives"]:
        told = said["stop"].join(f"{levers.name(key)} {value:g}" for key, value in one["levers"].items())
        cost, chance = number(one["outlay_yuan"] / WAN), percent(one["probability_of_all"])
        lines.append("  " + said["one"].format(cost=cost, chance=chance, levers=told))
    return lines


class Told:
    """Levers in words."""

    def __init__(self, settings: Settings, said: Mapping[str, str]) -> None:
        self._said, self._language = said, settings.language
        self._entries = {entry.key: entry for entry in levers_of(settings)}

    def name(self, key: str) -> str:
        """Measure and meaning of a lever; its key where it is none of those that are listed."""
        entry = self._entries.get(key)
        if entry is None:
            return key
        thing, meaning = (getattr(title, self._language) for title in (entry.thing, entry.words.meaning))
        return f"{thing}（{meaning}）" if self._language == "zh" else f"{thing} ({meaning})"

    def line(self, key: str, value: float) -> str:
        """What to do with it, and who decides."""
        entry = self._entries.get(key)
        now = self._said["unset"] if entry is None or entry.number is None else f"{entry.number:g}"
        if entry is not None and entry.number == value:
            return self._said["keep"].format(lever=self.name(key), now=now)
        by = getattr(entry.bounds.decided_by, self._language) if entry is not None and entry.bounds is not None else key
        return self._said["set"].format(lever=self.name(key), now=now, value=f"{value:g}", by=by)


def _failing(found: Mapping[str, Any], said: Mapping[str, str], words: Words) -> Sequence[str]:
    weak = found["fails_if"]
    if weak is None:
        return []
    told = {
        "target": words.promise(weak["target"]),
        "p": percent(found["question"]["p"]),
        "margin": percent(abs(weak["margin"])),
    }
    line = said["margin" if weak["margin"] >= 0.0 else "short"].format(**told, runs=weak["runs"], missed=weak["missed"])
    return [said["fails"], f"  {line}", f"  {_inputs(weak['inputs'], said, words.language)}"]


def _inputs(inputs: Sequence[Mapping[str, Any]] | None, said: Mapping[str, str], language: Language) -> str:
    if inputs is None:
        return said["unclear"].format(least=LEAST_DRAWS)
    if not inputs:
        return said["chance"]
    named = [said["low" if one["correlation"] > 0.0 else "high"].format(name=one["title"][language]) for one in inputs]
    return said["inputs"].format(inputs=said["comma"].join(named))
