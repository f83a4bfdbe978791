"""Progress for people: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from sim.numerics.compile import compiled
from sim.runs.schedule import Progress, WorkDone

LOG_SECONDS = 30.0
"""A log gets a line at least so often ..."""
LOG_SHARE = 0.1
"""... and whenever this share of the work is done."""
SAID = {
    "zh": {
        "compiling": "首次运行先编译模型，约需五分钟 ...",
        "anchors": "校准基准年",
        "found": "{found} 次已有结果",
        "failed": "{failed} 次失败",
        "left": "约剩 {left}",
    },
    "en": {
        "compiling": "compiling the model, once, about five minutes ...",
        "anchors": "anchoring the reference year",
        "found": "{found} found",
        "failed": "{failed} failed",
        "left": "about {left} left",
    },
}


@contextmanager
def shown(console: Console, title: str, language: Literal["zh", "en"]) -> Iterator[Progress]:
    """A function to report the standing to: runs done, failed and found, remaining time."""
    said = SAID[language]
    if not compiled():
        console.print(said["compiling"])
    if not console.is_terminal:
        yield _Lines(console, title, said)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console) as bar:
        task = bar.add_task(title, total=None)

        def report(now: WorkDone) -> None:
            if now.anchored < now.anchors:
                bar.update(task, description=f"{title}: {said['anchors']}", total=now.anchors, completed=now.anchored)
            else:
                words = _words(title, now, said)
                bar.update(task, description=words, total=now.runs, completed=now.done)

        yield report


def _words(title: str, now: WorkDone, said: dict[str, str]) -> str:
    parts = [said[name].format(**now._asdict()) for name in ("found", "failed") if getattr(now, name)]
    return f"{title} ({', '.join(parts)})" if parts else title


class _Lines:
    """Plain lines for a log."""

    def __init__(self, console: Console, title: str, said: dict[str, str]) -> None:
        self._console, self._title, self._said = console, title, said
        self._start = self._last = self._anchored = time.monotonic()
        self._share, self._told = 0.0, ""
        self._compiling = int(not compiled())
        """Runs that compile first, and tell nothing of the time that others take."""

    def __call__(self, now: WorkDone) -> None:
        anchoring = now.anchored < now.anchors
        if now.anchored <= self._compiling:
            self._anchored = time.monotonic()
        if now.done <= now.found + self._compiling:
            self._start = time.monotonic()  # what came before the first run says nothing of the runs
        done, total = (now.anchored, now.anchors) if anchoring else (now.done, now.runs)
        title = f"{self._title}: {self._said['anchors']}" if anchoring else self._title
        share, clock = done / total, time.monotonic()
        if not anchoring and share < 1.0 and share < self._share + LOG_SHARE and clock < self._last + LOG_SECONDS:
            return
        if anchoring and clock < self._last + LOG_SECONDS and done:
            return
        self._last, self._share = clock, 0.0 if anchoring else share
        told = f"{_words(title, now, self._said)}: {done}/{total}{self._left(now, clock)}"
        if told != self._told:
            self._console.print(told)
        self._told = told

    def _left(self, now: WorkDone, clock: float) -> str:
        if now.anchored < now.anchors:
            ended, start, rest = now.anchored - self._compiling, self._anchored, now.anchors - now.anchored
        else:
            ended, start, rest = now.done - now.found - self._compiling, self._start, now.runs - now.done
        if ended <= 0 or not rest:
            return ""
        seconds = (clock - start) / ended * rest
        minutes, rest = divmod(round(seconds), 60)
        return ", " + self._said["left"].format(left=f"{minutes}:{rest:02d}")
