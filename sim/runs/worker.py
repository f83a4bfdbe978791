"""The two pieces of work of an ensemble, as they are handed to a worker: solve the anchor of a draw, carry out a run."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sim.errors import Both, SimError
from sim.runs.draws import draw_settings
from sim.runs.once import run
from sim.runs.reference_year.constants import solve
from sim.runs.result import Result
from sim.runs.store.parquet_tables import Tables, encode
from sim.runs.store.version import model_version
from sim.schema.product import Anchor
from sim.settings import Settings


class Simulator(NamedTuple):
    """What simulates: the model, or something quick in its place."""

    solve: Callable[[Settings, int, int], dict[str, Anchor]] = solve
    run: Callable[[Settings, int, int], Result] = run
    """Of settings and a seed, with so many threads."""


MODEL = Simulator()


@dataclass(frozen=True)
class AnchorTask:
    """Find the constants of one draw."""

    key: str
    settings: Settings
    draw: int
    draws: int
    model: str
    """Version of the model that is asked for."""
    simulator: Simulator


@dataclass(frozen=True)
class RunTask:
    """Carry out one run."""

    key: str
    settings: Settings
    """Before anything is drawn."""
    draw: int
    draws: int
    seed: int
    anchor: Mapping[str, Anchor] | None
    """Constants of this draw; None: those of the settings."""
    model: str
    simulator: Simulator
    threads: int = 1


@dataclass(frozen=True)
class Solved:
    """Constants, and how long they took."""

    anchor: dict[str, Anchor]
    seconds: float


@dataclass(frozen=True)
class Ran:
    """Tables of a run, and how long it took."""

    tables: Tables
    seconds: float


@dataclass(frozen=True)
class Failed:
    """What went wrong."""

    traceback: str


def solve_task(task: AnchorTask) -> Solved | Failed:
    """Solve the constants; whatever goes wrong is told, not raised, so that the other tasks go on."""
    start = time.perf_counter()
    try:
        _require(task.model)
        return Solved(task.simulator.solve(task.settings, task.draw, task.draws), time.perf_counter() - start)
    except Exception:
        return Failed(traceback.format_exc())


def run_task(task: RunTask) -> Ran | Failed:
    """Draw and run; whatever goes wrong is told, not raised, so that the other tasks go on."""
    start = time.perf_counter()
    try:
        _require(task.model)
        settings = draw_settings(task.settings, task.draw, task.draws)
        if task.anchor is not None:
            settings = settings.model_copy(update={"anchor": dict(task.anchor)})
        return Ran(encode(task.simulator.run(settings, task.seed, task.threads)), time.perf_counter() - start)
    except Exception:
        return Failed(traceback.format_exc())


def _require(model: str) -> None:
    """A worker on another machine may have another version of the program."""
    if model != model_version():
        raise SimError(
            Both(
                f"此工作进程的模型版本是 {model_version()}，不是 {model}；请安装同一版本",
                f"this worker has version {model_version()} of the model, not {model}; install the same one",
            )
        )
