"""Progress for people: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from sim.experiments.ensemble import Progress as Report

LOG_EVERY = 0.1
"""Share of the runs after which a log gets a line."""


@contextmanager
def shown(console: Console, title: str, runs: int) -> Iterator[Report]:
    """A function to report runs done and failed to."""
    if not console.is_terminal:
        yield _lines(console, title, runs)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(title, total=runs)

        def report(done: int, failed: int) -> None:
            bar.update(task, completed=done, description=f"{title} ({failed} failed)" if failed else title)

        yield report


def _lines(console: Console, title: str, runs: int) -> Report:
    last = 0.0
    console.print(f"{title}: 0/{runs}", highlight=False)

    def report(done: int, failed: int) -> None:
        nonlocal last
        if done == runs or done / runs >= last + LOG_EVERY:
            last = done / runs
            console.print(f"{title}: {done}/{runs}" + (f", {failed} failed" if failed else ""), highlight=False)

    return report
