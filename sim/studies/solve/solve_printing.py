"""What the verb budget solve prints."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.report.numerals import number, percent, places
from sim.report.terminal_tables import print_stamp
from sim.report.words import Words

SAID = {
    "zh": {
        "title": "求解预算", "verifying": "用新种子复核", "lever": "杠杆", "bounds": "范围", "value": "取值",
        "levers": "建议的政策组合", "closest": "最接近的组合（不是解）",
        "now": "视为现在：{now}。杠杆自 {since} 起生效，此前已支付的资金不变；用 clock.now=年-月 改变。",
        "still": "其中 {since} 起支出 {money} 万元", "target": "目标", "promise": "目标值", "probability": "概率",
        "reached": "以 {p} 把握达到", "missed": "差额", "checked": "用新种子、在设定的规模上复核（{runs} 次运行）",
        "outlay": "支出 {mean} 万元（P5 {p05}，P95 {p95}）；全部目标同时实现的概率 {all}",
        "budget": "资金上限 {budget} 万元：{holds}", "kept": "满足", "broken": "不满足",
        "yes": "达到要求。",
        "no": "没有找到解：在给定范围内，没有政策组合能以 {p} 的把握同时实现全部目标；最好的达到 {best}。",
        "over": "没有找到解：复核时没有政策组合不超出资金上限。", "best": "上限内余量最大的组合。",
        "front": "支出与全部目标实现概率的前沿（搜索中评估 {count} 个组合）", "cost": "支出（万元）",
        "unpriced": "模型未计入以下杠杆自身的成本：{names}",
    },
    "en": {
        "title": "solving the budget", "verifying": "verifying with fresh seeds", "lever": "lever", "bounds": "bounds",
        "value": "value", "levers": "Proposed levers", "closest": "What comes closest (no solution)",
        "now": "Taken for the present: {now}. Levers act from {since} on, what was paid before stays paid; change it with "
        "clock.now=YYYY-MM.",
        "still": "of which from {since} on: {money} x 10,000 yuan", "target": "target", "promise": "promise",
        "probability": "P(met)", "reached": "reached with {p}", "missed": "missed by",
        "checked": "Verified with fresh seeds at the settings' own scale ({runs} runs)",
        "outlay": "outlay {mean} (P5 {p05}, P95 {p95}) x 10,000 yuan; P(all targets) {all}",
        "budget": "budget of {budget} x 10,000 yuan: {holds}", "kept": "kept", "broken": "exceeded",
        "yes": "The targets are reached as asked.",
        "no": "None found: within these bounds no levers meet all targets with {p}; the best reaches {best}.",
        "over": "None found: when verified, no levers kept within the budget.",
        "best": "The levers with the largest margin for this sum.",
        "front": "Front of outlay against P(all targets) ({count} settings evaluated)", "cost": "outlay (10,000 yuan)",
        "unpriced": "The model does not charge the cost of these levers themselves: {names}",
    },
}  # fmt: skip
WAN = 1e4


def print_solution(found: dict[str, Any], words: Words, console: Console) -> None:
    """Verdict, levers, targets as verified, and the front."""
    said, question = SAID[words.language], found["question"]
    p = percent(question["p"])
    checked = next(one for one in found["verified"] if one["number"] == found["closest"]["number"])
    best = percent(max((one["probability_of_all"] for one in found["verified"] if "targets" in one), default=0.0))
    if question["budget_yuan"] is not None:
        verdict = said["best" if found["reached"] else "over"]
    else:
        verdict = said["yes"] if found["reached"] else said["no"].format(p=p, best=best)
    print_stamp(words, checked["runs"], console)
    console.print(said["now"].format(now=question["now"], since=question["levers_from"]))
    console.print(verdict)
    levers = found["closest"]["levers"]
    _show(
        console,
        said["levers" if found["reached"] else "closest"],
        [said["lever"], said["bounds"], said["value"]],
        [[key, "{:g} … {:g}".format(*question["bounds"][key]), f"{value:g}"] for key, value in levers.items()],
    )
    if "targets" in checked:
        rows = []
        for name, each in checked["targets"].items():
            decimals = places(each["promise"], each["reached_with_p"])
            numbers = [number(each[key], decimals) for key in ("promise", "reached_with_p", "missed_by")]
            rows.append([words.promise(name), numbers[0], percent(each["probability"]), *numbers[1:]])
        heads = [said["target"], said["promise"], said["probability"], said["reached"].format(p=p), said["missed"]]
        _show(console, said["checked"].format(runs=checked["runs"]), heads, rows)
        amounts = {key: number(value / WAN) for key, value in checked["outlay_yuan"].items()}
        line = said["outlay"].format(**amounts, all=percent(checked["probability_of_all"]))
        console.print(line)
        still = number(checked["outlay_from_levers_yuan"] / WAN)
        console.print(said["still"].format(since=question["levers_from"], money=still))
        if question["budget_yuan"] is not None:
            holds = said["kept" if checked["constraint_holds"] else "broken"]
            console.print(said["budget"].format(budget=number(question["budget_yuan"] / WAN), holds=holds))
    rows = [[number(one["outlay_yuan"] / WAN), percent(one["probability_of_all"])] for one in found["pareto"]]
    _show(console, said["front"].format(count=len(found["evaluations"])), [said["cost"], said["probability"]], rows)
    if question["unpriced_levers"]:
        console.print(said["unpriced"].format(names=", ".join(question["unpriced_levers"])))


def _show(console: Console, title: str, heads: list[str], rows: list[list[str]]) -> None:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for n, head in enumerate(heads):
        table.add_column(head, justify="right" if n else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)
