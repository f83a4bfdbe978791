"""Carry out the runs of many cells: what is in the store is taken from there, the rest is shared out and kept at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sim.errors import Both, ResultsDamaged
from sim.runs.executors import Executor, Lost, threads_each
from sim.runs.plan import Plan
from sim.runs.store.disk import require_place
from sim.runs.store.folder import Store
from sim.runs.store.parquet_tables import Tables
from sim.runs.store.provenance import provenance
from sim.runs.store.version import model_version
from sim.runs.worker import MODEL, AnchorTask, Failed, Ran, RunTask, Simulator, Solved, run_task, solve_task
from sim.schema.product import Anchor


class WorkDone(NamedTuple):
    """How far the work is."""

    anchors: int
    """Draws whose constants must be solved first."""
    anchored: int
    runs: int
    done: int
    """Of the runs: ended, failed or found."""
    failed: int
    found: int


Progress = Callable[[WorkDone], None]


def silent(standing: WorkDone) -> None:
    """Report to nobody."""


@dataclass(frozen=True)
class Failure:
    """A run that did not end, and how to repeat it."""

    settings: str
    """Key of the settings."""
    draw: int
    draws: int
    seed: int
    traceback: str


def run_failed(failure: Failure) -> Both:
    """Words for a study that cannot do without any of its runs."""
    return Both(f"有运行失败：\n{failure.traceback}", f"a run failed:\n{failure.traceback}")


@dataclass
class Cell:
    """The runs of one plan so far."""

    number: int
    plan: Plan
    tables: dict[tuple[int, int], Tables] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    found: int = 0

    @property
    def whole(self) -> bool:
        """Whether every run has ended or failed."""
        return len(self.tables) + len(self.failures) == len(self.plan.runs)


class Wanted(NamedTuple):
    """A run that a cell waits for."""

    cell: Cell
    draw: int
    seed: int


def carry_out(
    plans: Sequence[Plan], store: Store, executor: Executor, progress: Progress, simulator: Simulator = MODEL
) -> Iterator[Cell]:
    """Every cell as soon as all of its runs have ended or failed.

    Raises ResultsDamaged if a result cannot be written: what was written before stays, and the same call goes on from there.
    """
    store.require_writable()
    for output in {plan.settings.output for plan in plans if plan.settings.output}:
        require_place("output", output)
    work = _Work(plans, store, executor, progress, simulator)
    yield from work.look_up()
    work.solve_anchors()
    yield from work.carry_out()


def solved_constants(plan: Plan, store: Store, executor: Executor, progress: Progress) -> dict[int, dict[str, Anchor]]:
    """Constants of every draw of a plan, kept or solved now, whatever is shipped; raises ResultsDamaged where that fails."""
    work = _Work([plan], store, executor, progress, MODEL)
    return work.constants(plan)


class _Work:
    """What is still to be done, by key: a run that two cells want is carried out once."""

    def __init__(
        self, plans: Sequence[Plan], store: Store, executor: Executor, progress: Progress, simulator: Simulator
    ) -> None:
        self._plans, self._store, self._executor, self._progress = plans, store, executor, progress
        self._simulator = simulator
        self._wanted: dict[str, list[Wanted]] = {}
        self._anchors: dict[str, dict[str, Anchor] | Failed] = {}
        self._standing = WorkDone(0, 0, sum(len(plan.runs) for plan in plans), 0, 0, 0)

    def look_up(self) -> Iterator[Cell]:
        """Take what is in the store; yields the cells that are whole by that."""
        for number, plan in enumerate(self._plans):
            cell = Cell(number, plan)
            for draw, seed in plan.runs:
                key = plan.key(draw, seed)
                tables = self._store.load(key)
                if tables is None:
                    self._wanted.setdefault(key, []).append(Wanted(cell, draw, seed))
                else:
                    cell.tables[draw, seed] = tables
            cell.found = len(cell.tables)
            self._report(done=cell.found, found=cell.found)
            if cell.whole:
                yield cell
            else:
                self._store.keep_settings(plan.plain)

    def constants(self, plan: Plan) -> dict[int, dict[str, Anchor]]:
        """Those of every draw."""
        cell, out = Cell(0, plan), {}
        self._wanted = {plan.key(draw, seed): [Wanted(cell, draw, seed)] for draw, seed in plan.runs}
        self.solve_anchors(take_shipped=False)
        for draw in plan.draw_numbers:
            found = self._anchors[plan.anchor_key(draw) or ""]
            if isinstance(found, Failed):
                raise ResultsDamaged(run_failed(Failure(plan.settings_key, draw, plan.draws, plan.seeds[0], found.traceback)))
            out[draw] = found
        return out

    def solve_anchors(self, take_shipped: bool = True) -> None:
        """Find the constants of every draw that is to be run, or solve them; scenarios of one draw have the same."""
        tasks: dict[str, AnchorTask] = {}
        for cell, draw, _ in (wanted[0] for wanted in self._wanted.values()):
            key = cell.plan.anchor_key(draw)
            if key is None or key in tasks or key in self._anchors:
                continue
            kept = self._store.anchor(key)
            if kept is not None:
                self._anchors[key] = {name: Anchor(**values) for name, values in kept.items()}
            elif take_shipped and draw in cell.plan.shipped:
                self._anchors[key] = cell.plan.shipped[draw]
            else:
                tasks[key] = AnchorTask(key, cell.plan.settings, draw, cell.plan.draws, model_version(), self._simulator)
        self._report(anchors=len(tasks))
        for task, got in self._executor.unordered(solve_task, tasks.values()):
            if isinstance(got, Solved):
                self._anchors[task.key] = got.anchor
                about = {"draw": task.draw, "draws": task.draws, "model": task.model, "seconds": round(got.seconds, 3)}
                self._store.keep_anchor(task.key, {n: a.model_dump() for n, a in got.anchor.items()}, about)
            else:
                self._anchors[task.key] = _failed(got)
            self._report(anchored=1)

    def carry_out(self) -> Iterator[Cell]:
        """Carry out what is missing and keep it; yields each cell with its last run."""
        tasks = []
        for key, wanted in self._wanted.items():
            cell, draw, seed = wanted[0]
            anchor = self._anchors.get(cell.plan.anchor_key(draw) or "")
            if isinstance(anchor, Failed):
                yield from self._ended(key, anchor)
            else:
                plan = cell.plan
                tasks.append(RunTask(key, plan.settings, draw, plan.draws, seed, anchor, model_version(), self._simulator))
        threads = threads_each(self._executor, len(tasks))
        for task, got in self._executor.unordered(run_task, [replace(task, threads=threads) for task in tasks]):
            if isinstance(got, Ran):
                self._store.save(task.key, got.tables, self._about(task, got))
            yield from self._ended(task.key, got if isinstance(got, Ran) else _failed(got))

    def _ended(self, key: str, got: Ran | Failed) -> Iterator[Cell]:
        for cell, draw, seed in self._wanted[key]:
            if isinstance(got, Ran):
                cell.tables[draw, seed] = got.tables
            else:
                cell.failures.append(Failure(cell.plan.settings_key, draw, cell.plan.draws, seed, got.traceback))
            self._report(done=1, failed=int(isinstance(got, Failed)))
            if cell.whole:
                yield cell
        self._wanted[key] = []

    def _about(self, task: RunTask, got: Ran) -> dict[str, Any]:
        cell, draw, seed = self._wanted[task.key][0]
        settings = cell.plan.settings
        return {
            "settings": cell.plan.settings_key,
            "scenario": settings.scenario.id,
            "boundary": settings.region.boundary,
            "scale": settings.population.scale,
            "first_month": settings.clock.start,
            "last_month": settings.clock.end,
            "draw": draw,
            "draws": cell.plan.draws,
            "seed": seed,
            "model": task.model,
            "anchor": cell.plan.anchor_key(draw),
            "data": cell.plan.data,
            "seconds": round(got.seconds, 3),
            "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            **provenance(),
        }

    def _report(self, **more: int) -> None:
        """Add to the standing, and report it."""
        self._standing = self._standing._replace(**{name: getattr(self._standing, name) + by for name, by in more.items()})
        self._progress(self._standing)


def _failed(got: Failed | Lost) -> Failed:
    return got if isinstance(got, Failed) else Failed(got.reason)
