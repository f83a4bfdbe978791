"""What ``bench`` measures, each in a process of its own: compilation, whole runs, the car-owner slice both ways, ensembles."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np

import sim
from sim.errors import Both, SimError
from sim.model import TradeInModel
from sim.model.month import Decided, Settled
from sim.runs.ensemble import ensemble
from sim.runs.once import forget, run
from sim.runs.result import tabulate
from sim.runs.schedule import run_failed
from sim.settings import Settings

T = TypeVar("T")
STAGES = ("announce", "price", "offer", "fail_and_consider", "decide", "settle", "clear", "collect", "age", "record")
SLICE = ("fail_and_consider", "decide", "settle")
"""Stages that make up the slice of the car owners, in a model whose only goods are cars."""
ROUNDS = 3
"""Repetitions; the fastest counts, as whatever else the machine does only ever adds."""
TINY = 0.002
"""Scale of a run that compiles or loads everything and hardly calculates."""
PLAIN_HOUSEHOLDS = 2000
PLAIN_MONTHS = 3
PLAIN_SKIPPED = 18
"""Months after which the plain slice is measured: by then subsidies run."""


class Seconds(NamedTuple):
    """By the clock on the wall, and of the processor."""

    wall: float
    cpu: float


@dataclass
class Stopwatch:
    """Wall and CPU seconds by name, added up."""

    wall: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    cpu: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def taken(self, *names: str) -> Seconds:
        """What these took together."""
        return Seconds(sum(self.wall[name] for name in names), sum(self.cpu[name] for name in names))

    @contextmanager
    def measuring(self, name: str) -> Iterator[None]:
        """Add what the block takes."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall[name] += time.perf_counter() - wall
        self.cpu[name] += time.process_time() - cpu

    def attach(self, thing: object, methods: Sequence[str], prefix: str) -> None:
        """Measure all calls of these methods of one object."""
        for method in methods:
            setattr(thing, method, self._measured(prefix + method, getattr(thing, method)))

    def _measured(self, name: str, function: Callable[..., T]) -> Callable[..., T]:
        @wraps(function)
        def measured(*given: Any) -> T:
            with self.measuring(name):
                return function(*given)

        return measured


@dataclass(frozen=True)
class Rate:
    """Agent-months and the seconds they took."""

    agent_months: int
    taken: Seconds
    goods: int = 0
    """Goods in use at the end."""
    purchases: int = 0
    """New goods bought over the run."""

    @property
    def per_second(self) -> float:
        """Agent-months per CPU second."""
        return self.agent_months / self.taken.cpu


@dataclass(frozen=True)
class RunTimes:
    """The fastest of several whole runs, and the slice of the car owners as columns and as objects."""

    watch: Stopwatch
    whole: Rate
    load: Seconds
    """To load the compiled code."""
    peak_mb: float
    """Most memory in use up to the end of the first run."""
    columnar: Rate
    plain: Rate | None
    """Without the tests' reference: nothing."""


def alone(measure: Callable[[Settings], T], settings: Settings) -> T:
    """Call ``measure`` in a new process, which knows nothing compiled and has used no memory."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            return pool.submit(measure, settings).result()
        except BrokenProcessPool as death:
            name = measure.__name__
            raise SimError(
                Both(f"{name} 的进程已中止，可能内存不足", f"the process for {name} has died; memory may be short")
            ) from death


def at_scale(settings: Settings, scale: float) -> Settings:
    """The same for a population of this size."""
    return settings.model_copy(update={"population": settings.population.model_copy(update={"scale": scale})})


def first_call(settings: Settings) -> Seconds:
    """What compiling everything, or loading it, adds to the first run of this process."""
    watch = Stopwatch()
    for call in ("first", "second"):
        with watch.measuring(call):
            run(at_scale(settings, TINY))
    first, second = watch.taken("first"), watch.taken("second")
    return Seconds(first.wall - second.wall, first.cpu - second.cpu)


def measure_runs(settings: Settings) -> RunTimes:
    """Whole runs, and between them months of the plain slice."""
    load = first_call(settings)
    rounds: list[tuple[Stopwatch, Rate, Rate]] = []
    plains: list[Rate] = []
    peak = 0.0
    for _ in range(ROUNDS):
        rounds.append(measure_run(settings))
        peak = peak or peak_mb()
        plain = measure_plain(settings)
        plains += [plain] if plain else []
    watch, whole, _ = min(rounds, key=lambda r: r[1].taken.wall)
    return RunTimes(
        watch, whole, load, peak,
        columnar=min((r[2] for r in rounds), key=lambda rate: rate.taken.cpu),
        plain=min(plains, key=lambda rate: rate.taken.cpu) if plains else None,
    )  # fmt: skip


def measure_threads(settings: Settings) -> Seconds:
    """One run in two threads, as the page does it."""
    first_call(settings)
    watch = Stopwatch()
    with watch.measuring("run"):
        run(settings, threads=2)
    return watch.taken("run")


def measure_run(settings: Settings) -> tuple[Stopwatch, Rate, Rate]:
    """One run by stage; the whole of it, and the slice of the car owners."""
    watch = Stopwatch()
    with watch.measuring("run"):
        with watch.measuring("build"):
            model = TradeInModel(settings)
        watch.attach(model, STAGES, "stage.")
        with watch.measuring("months"):
            for _ in range(settings.clock.months):
                model.step()
        with watch.measuring("tables"):
            tabulate(model)
    first, last = settings.clock.first, settings.clock.first + settings.clock.months - 1
    everybody = np.arange(model.district.owners.kind.size)
    goods, purchases = holdings(model)
    whole = Rate(lived(model, everybody, first, last), watch.taken("run"), goods, purchases)
    forget(model)
    return watch, whole, measure_slice(settings, watch)


def measure_slice(settings: Settings, watch: Stopwatch) -> Rate:
    """All months of the slice of the car owners, held as columns."""
    model = TradeInModel(settings.model_copy(update={"products": {"car": settings.products["car"]}}))
    watch.attach(model, SLICE, "slice.")
    for _ in range(settings.clock.months):
        model.step()
    taken = watch.taken(*("slice." + stage for stage in SLICE))
    forget(model)
    return Rate(lived(model, car_owners(model), settings.clock.first, model.month - 1), taken)


def holdings(model: TradeInModel) -> tuple[int, int]:
    """Goods that all owners hold at the end, and new ones bought over the whole run, of every category."""
    months = model.history.months.values()
    held = sum(int(rows[-1].stocks.owned.sum()) for rows in months)
    return held, sum(int(month.tally.new_sales.sum()) for rows in months for month in rows)


def measure_plain(settings: Settings) -> Rate | None:
    """Some months of the slice with one object for each owner, in step with a model that brings prices and pots."""
    reference = plain_reference()
    if reference is None:
        return None
    model = TradeInModel(at_scale(settings, PLAIN_HOUSEHOLDS / settings.region.baseline["households"].value))
    months = min(PLAIN_MONTHS, settings.clock.months)
    for _ in range(min(PLAIN_SKIPPED, settings.clock.months - months)):
        model.step()
    plain, watch, settle, first = reference.PlainSlice(model), Stopwatch(), model.settle, model.month
    watch.attach(plain, ("decide", "settle"), "")

    def settle_both(months: dict[str, Decided]) -> dict[str, Settled]:
        plain.decide_and_settle(model, months["car"])
        return settle(months)

    model.settle = settle_both  # type: ignore[method-assign]
    for _ in range(months):
        model.step()
    agent_months = lived(model, car_owners(model), first, model.month - 1)
    forget(model)
    forget(plain)
    return Rate(agent_months, watch.taken("decide", "settle"))


def plain_reference() -> Any:
    """Module of the plain slice, which lies with the tests and is not installed; None outside of a checkout."""
    tests = Path(sim.__file__).resolve().parents[1] / "tests"
    if not (tests / "reference" / "plain.py").exists():
        return None
    if str(tests) not in sys.path:
        sys.path.insert(0, str(tests))
    return importlib.import_module("reference.plain")


def car_owners(model: TradeInModel) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Everybody who has a car or room for one."""
    return np.unique(model.categories["car"].goods.owner).astype(np.int64)


def lived(model: TradeInModel, who: np.ndarray[Any, np.dtype[np.int64]], first: int, last: int) -> int:
    """Months that these owners live through between two months."""
    owners = model.district.owners
    start = np.maximum(owners.from_month[who].astype(np.int64), first)
    end = np.minimum(owners.until_month[who].astype(np.int64), last)
    return int(np.maximum(end - start + 1, 0).sum())


def measure_ensemble(settings: Settings) -> float:
    """Runs a minute of an ensemble like a forecast's: draws that are anchored, each with its seeds, on all workers."""
    workers = settings.executor.workers or os.cpu_count() or 1
    start = time.perf_counter()
    result = ensemble(settings, draws=1 if settings.executor.name == "serial" else workers)
    if result.failures:
        raise SimError(run_failed(result.failures[0]))
    return 60.0 * result.runs / (time.perf_counter() - start)


def peak_mb() -> float:
    """Most memory that this process has used."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage says on Linux includes the process that started this one
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return float(line.split()[1]) / 1024.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024.0 * 1024.0 if sys.platform == "darwin" else 1024.0)
