"""What the search is doing, said while it goes on; and that it can be stopped: what is done stays, and is found again."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console

from sim.errors import Language
from sim.report.numerals import number, percent
from sim.studies.solve.search import Goal, Outcome, Tried

WAN = 1e4
SAID = {
    "zh": {
        "start": "搜索：在 {levers} 个杠杆的范围内评估 {all} 个政策组合（规模 {scale:g}，各 {runs} 次运行）；"
        "可随时按 Ctrl-C 停止。",
        "best": "已评估 {done}/{all} 个组合；目前最好（第 {place} 个）：支出 {cost} 万元，"
        "全部目标同时实现的概率 {chance}，{state}",
        "yes": "达到要求", "no": "尚未达到要求（最差目标差 {short}）", "over": "超出资金上限",
        "checking": "复核：用新种子、在设定的规模上运行最好的组合。",
        "stopped": "已停止：评估了 {done} 个组合，已完成的运行保存在 {folder}。重复同一命令即从此处继续。",
    },
    "en": {
        "start": "Searching: {all} packages within the bounds of {levers} levers (scale {scale:g}, {runs} runs each); "
        "Ctrl-C stops it.",
        "best": "{done} of {all} packages done; best so far (number {place}): outlay {cost} x 10,000 yuan, "
        "P(all targets) {chance}, {state}",
        "yes": "as asked", "no": "not yet as asked (the worst target misses by {short})", "over": "above the budget",
        "checking": "Verifying: the best package with fresh seeds at the settings' own scale.",
        "stopped": "Stopped: {done} packages were evaluated, finished runs are kept in {folder}. "
        "The same command goes on from here.",
    },
}  # fmt: skip


class BestSoFar:
    """Says when a better package is found."""

    def __init__(self, goal: Goal, evaluations: int, console: Console, language: Language) -> None:
        self._goal, self._all, self._console, self._said = goal, evaluations, console, SAID[language]
        self._best: int | None = None
        self.done = 0

    def __call__(self, tried: Tried) -> None:
        """To be called after every batch."""
        self.done, best = len(tried.points), tried.best(self._goal)
        if best != self._best:
            self._best = best
            self._console.print(self._line(best, tried.outcomes[best]), soft_wrap=True)

    def _line(self, place: int, outcome: Outcome) -> str:
        goal, said = self._goal, self._said
        short = said["no"].format(short=percent(max(-outcome.margin(goal.p), 0.0)))
        state = said["yes"] if goal.feasible(outcome) else short if goal.budget is None else said["over"]
        told = {"cost": number(outcome.outlay / WAN), "chance": percent(outcome.probability), "state": state}
        return said["best"].format(done=self.done, all=self._all, place=place + 1, **told)


@contextmanager
def stoppable() -> Iterator[None]:
    """Within it SIGTERM ends the work as Ctrl-C does, so that workers are ended and what was done is told."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
