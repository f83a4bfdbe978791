"""Work for the page: the quick look at once, then the central run and the ensemble behind it, kept in the store."""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sim.dashboard.controls import EVERYTHING, touched
from sim.dashboard.looks import Look, Stage, quick, quick_kinds
from sim.runs.ensemble import gathered
from sim.runs.executors import LocalExecutor, Lost
from sim.runs.once import run
from sim.runs.plan import Plan
from sim.runs.reference_year.constants import solve
from sim.runs.result import Result
from sim.runs.schedule import WorkDone, carry_out
from sim.runs.store.folder import Store
from sim.runs.worker import Simulator
from sim.schema.product import Anchor, Kind
from sim.settings import Settings

T = TypeVar("T")
R = TypeVar("R")
POLITE = 10
"""Niceness of the work behind: the quick look goes first."""
AT_ONCE = 2
"""Quick looks that are worked out at once: at what was moved, and at what it is compared with."""


class _PutAside(Exception):
    """Something newer is wanted."""


@dataclass
class Job:
    """One set of settings that the page wants to see."""

    id: str
    settings: Settings
    typed: tuple[str, ...]
    kinds: frozenset[Kind]
    """Kinds that differ from the base scenario."""
    looks: dict[tuple[Stage, frozenset[Kind]], Look] = field(default_factory=dict)
    progress: tuple[Stage, WorkDone] | None = None
    failure: str = ""
    version: int = 0

    @property
    def whole(self) -> Look | None:
        """The ensemble, from which alone levels are shown; None: not there yet."""
        return self.looks.get(("ensemble", EVERYTHING))

    @property
    def full(self) -> bool:
        """Whether every good was simulated once at least, so that no quick look is needed any more."""
        return any((stage, EVERYTHING) in self.looks for stage in ("central", "ensemble"))

    @property
    def done(self) -> bool:
        """Whether nothing better will come."""
        return bool(self.failure) or self.whole is not None

    def put(self, look: Look) -> None:
        """Keep a look."""
        self.looks[look.stage, look.kinds] = look
        self.version += 1


class Desk:
    """All jobs; threads work them off, the newest first."""

    def __init__(self, base: Settings) -> None:
        self.base = base
        self.jobs: dict[str, Job] = {}
        self._wake = threading.Condition()
        self._quick: list[tuple[Job, frozenset[Kind]]] = []
        self._looking: list[tuple[Job, frozenset[Kind]]] = []
        self._behind: list[Job] = []
        self._closing = False
        # One core is left to the page where there are several.
        self._polite = _Stoppable(base.executor.workers or max((os.cpu_count() or 1) - 1, 1))
        lookers = min(AT_ONCE, os.cpu_count() or 1)
        self._pool = ProcessPoolExecutor(lookers, mp_context=LocalExecutor(1)._context)
        works = [*[self._look_quickly] * lookers, self._work_behind]
        self._threads = [threading.Thread(target=work, daemon=True) for work in works]

    def __enter__(self) -> Desk:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        self._pool.shutdown(wait=False, cancel_futures=True)
        _kill(self._pool)
        self._polite.stop()
        for thread in self._threads:
            thread.join(timeout=20)

    def ask(self, settings: Settings, typed: tuple[str, ...], base: Settings) -> Job:
        """The job for these settings, new or known; ``base``: what they are compared with."""
        key = Plan.of(settings).settings_key
        with self._wake:
            job = self.jobs.get(key)
            if job is None:
                job = self.jobs[key] = Job(key, settings, typed, quick_kinds(touched(base, settings)))
            if not job.done:
                if self._behind and self._behind[-1] is not job:
                    self._polite.stop()
                if not job.full:
                    self._ask_quick(job, job.kinds, place=len(self._quick))
                self._behind = [other for other in self._behind if other is not job] + [job]
                self._wake.notify_all()
        return job

    def ask_quick(self, job: Job, kinds: frozenset[Kind], behind: Job) -> None:
        """A further quick look at a known job, to compare another with it: after the other's own."""
        if not behind.full:
            self.get_ready(job, [kinds])

    def get_ready(self, job: Job, many: Iterable[frozenset[Kind]]) -> None:
        """Quick looks at a job that others are to be compared with, after all that is asked for."""
        with self._wake:
            for kinds in many:
                self._ask_quick(job, kinds, place=0)
            self._wake.notify_all()

    def _ask_quick(self, job: Job, kinds: frozenset[Kind], place: int) -> None:
        known = [*self._quick, *self._looking]
        if ("quick", kinds) not in job.looks and not any(each is job and mine == kinds for each, mine in known):
            self._quick.insert(place, (job, kinds))

    def _look_quickly(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._quick or self._closing)
                if self._closing:
                    return
                entry = job, kinds = self._quick.pop()
                self._looking.append(entry)
            try:
                job.put(self._pool.submit(quick, job.settings, kinds).result())
            except Exception:
                if not self._closing:
                    self._fail(job)
            with self._wake:
                self._looking = [other for other in self._looking if other is not entry]

    def _work_behind(self) -> None:
        with self._polite as executor:
            while True:
                with self._wake:
                    self._wake.wait_for(lambda: self._behind or self._closing)
                    if self._closing:
                        return
                    job = self._behind[-1]
                executor.stopped = False
                try:
                    self._carry_out(job, executor)
                except _PutAside:
                    continue
                except Exception:
                    self._fail(job)
                with self._wake:
                    self._behind = [other for other in self._behind if other is not job]

    def _carry_out(self, job: Job, executor: _Stoppable) -> None:
        """The ensemble if it is there already; else the central run, then the ensemble."""
        store, plan = Store(Path(job.settings.results.folder)), Plan.of(job.settings)
        whole = all(store.place(plan.key(*each)).is_dir() for each in plan.runs)
        central = Plan.of(job.settings, seeds=1, draws=0)
        stages: list[tuple[Stage, Plan]] = [("central", central), ("ensemble", plan)]
        for stage, wanted in stages[1 if whole or plan.draws == 0 else 0 :]:
            if (stage, EVERYTHING) in job.looks:
                continue

            def report(standing: WorkDone, stage: Stage = stage) -> None:
                job.progress = (stage, standing)
                job.version += 1
                if self._closing or self._behind[-1] is not job:
                    raise _PutAside

            (cell,) = carry_out([wanted], store, executor, report, _POLITELY)
            result = gathered(cell)
            if not result.runs:
                raise RuntimeError(result.failures[0].traceback)
            job.put(Look.of(stage, result))

    def _fail(self, job: Job) -> None:
        job.failure = traceback.format_exc()
        job.version += 1


def _polite_solve(settings: Settings, draw: int, draws: int) -> dict[str, Anchor]:
    _give_way()
    return solve(settings, draw, draws)


def _polite_run(settings: Settings, seed: int, threads: int) -> Result:
    _give_way()
    return run(settings, seed, threads)


_POLITELY = Simulator(_polite_solve, _polite_run)


def _give_way() -> None:
    if hasattr(os, "nice") and os.nice(0) < POLITE:
        os.nice(POLITE - os.nice(0))


class _Stoppable(LocalExecutor):
    """Worker processes that can be called off: what is newer does not wait for what is older."""

    stopped = False

    def __enter__(self) -> _Stoppable:
        return self

    def stop(self) -> None:
        """End the workers, whatever they are doing; the work is begun again when its turn comes."""
        self.stopped = True
        if self._pool is not None:
            _kill(self._pool)

    def _alone(self, function: Callable[[T], R], task: T) -> R | Lost:
        if self.stopped:
            self._close()
            raise _PutAside
        return super()._alone(function, task)


def _kill(pool: ProcessPoolExecutor) -> None:
    for process in list((pool._processes or {}).values()):
        process.kill()
