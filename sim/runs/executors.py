"""Where the work of an ensemble is carried out: in this process, on this machine's cores, or by a Dask scheduler.

All offer one method, ``unordered``, and give back every task exactly once; which of them does what changes no number.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Protocol, TypeVar

from sim.errors import Both, SimError
from sim.numerics.compile import compiled
from sim.schema.execution import ExecutorSettings

T = TypeVar("T")
R = TypeVar("R")
CONNECT_SECONDS = 10
AHEAD = 2
"""Tasks handed out for each worker, so that none waits for its next one."""


@dataclass(frozen=True)
class Lost:
    """A task that came back without a result, because its worker died or the task could not be sent."""

    reason: str


class Executor(Protocol):
    """Carries out many independent tasks."""

    @property
    def workers(self) -> int:
        """How many tasks it carries out at once."""

    def unordered(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[tuple[T, R | Lost]]:
        """Each task with its result, as they are ready."""


@contextmanager
def open_executor(settings: ExecutorSettings) -> Iterator[Executor]:
    """The executor that the settings name; on leaving the context its processes are gone."""
    workers = settings.workers or os.cpu_count() or 1
    if settings.name == "dask":
        with _dask(settings.address or "") as client:
            yield DaskExecutor(client)
    elif settings.name == "local" and workers > 1:
        with LocalExecutor(workers) as local:
            yield local
    else:
        yield SerialExecutor()


def threads_each(executor: Executor, tasks: int) -> int:
    """Threads for each of so many tasks: cores of this machine would idle where there are fewer tasks than workers."""
    return max(executor.workers // max(tasks, 1), 1) if isinstance(executor, LocalExecutor) else 1


class SerialExecutor:
    """One task after the other in this process."""

    workers = 1

    def unordered(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[tuple[T, R | Lost]]:
        """Each task with its result, in the order given."""
        for task in tasks:
            yield task, function(task)


class LocalExecutor:
    """Worker processes of this machine.

    They are forked from a server process that has imported everything but started no threads: safe, and quick. A worker
    that dies takes its pool down; what was in flight is then repeated task by task, so that one that kills its worker
    is told from those that were only near it. Workers hold one end of a pipe and end as soon as the other is closed,
    which the system does even for a parent that was killed.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._context: Any = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
        if os.name == "posix":
            self._context.set_forkserver_preload(["sim.runs.worker"])
        self._pool: ProcessPoolExecutor | None = None
        self._alive: Connection | None = None

    def __enter__(self) -> LocalExecutor:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def unordered(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[tuple[T, R | Lost]]:
        """Each task with its result, as they are ready."""
        waiting, running = deque(tasks), dict[Future[R], T]()
        # Without compiled code the first task compiles it, alone: two would do the same work twice.
        room = self.workers * AHEAD if compiled() else 1
        while waiting or running:
            self._hand_out(function, waiting, running, room)
            broken = []
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                task = running.pop(future)
                if isinstance(future.exception(), BrokenExecutor):
                    broken.append(task)
                else:
                    got = _result(future)
                    yield task, got
            room = self.workers * AHEAD
            if broken:
                suspects = [*broken, *running.values()]
                running.clear()
                yield from ((task, self._alone(function, task)) for task in suspects)

    def _hand_out(self, function: Callable[[T], R], waiting: deque[T], running: dict[Future[R], T], room: int) -> None:
        while waiting and len(running) < room:
            try:
                running[self._open(self.workers).submit(function, waiting[0])] = waiting[0]
            except BrokenExecutor:
                if running:
                    return  # they will say so themselves
                self._close()
            else:
                waiting.popleft()

    def _alone(self, function: Callable[[T], R], task: T) -> R | Lost:
        """Repeat a task in a process of its own."""
        self._close()
        future = self._open(1).submit(function, task)
        got: R | Lost = _result(future)
        if isinstance(future.exception(), BrokenExecutor):
            got = Lost("the worker process died: it was killed, or memory ran out\n")
        self._close()
        return got

    def _open(self, workers: int) -> ProcessPoolExecutor:
        if self._pool is None:
            theirs, self._alive = self._context.Pipe(duplex=False)
            self._pool = ProcessPoolExecutor(
                workers, mp_context=self._context, initializer=_end_with_parent, initargs=(theirs,)
            )
        return self._pool

    def _close(self) -> None:
        """End all workers at once, whatever they are doing."""
        if self._alive is not None:
            self._alive.close()
            self._alive = None
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _result(future: Future[T]) -> T | Lost:
    """What a task gave; waits for it."""
    try:
        return future.result()
    except (Exception, CancelledError) as error:
        return Lost("".join(traceback.format_exception(error)))


def _end_with_parent(alive: Connection) -> None:
    """In a worker: leave interruptions to the parent, and end when it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        with suppress(EOFError, OSError):
            alive.recv_bytes()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class DaskExecutor:
    """Workers of a Dask scheduler, which looks after those that die and repeats what they had in hand."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._pool = client.get_executor(pure=False)

    @property
    def workers(self) -> int:
        """Threads of all workers that are there now."""
        return max(int(sum(self._client.ncores().values())), 1)

    def unordered(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[tuple[T, R | Lost]]:
        """Each task with its result, as they are ready."""
        waiting, running = iter(tasks), dict[Future[R], T]()
        for task in waiting:
            running[self._pool.submit(function, task)] = task
            if len(running) >= self.workers * AHEAD:
                yield from self._finished(running)
        while running:
            yield from self._finished(running)

    @staticmethod
    def _finished(running: dict[Future[R], T]) -> Iterator[tuple[T, R | Lost]]:
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            got = _result(future)
            yield running.pop(future), got


@contextmanager
def _dask(address: str) -> Iterator[Any]:
    """A client of the scheduler at this address."""
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise SimError(
            Both(
                "executor=dask 需要软件包 distributed：在项目目录中执行 pip install -e '.[cluster]'",
                "executor=dask needs the package distributed: pip install -e '.[cluster]' in the project folder",
            )
        ) from error
    try:
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise SimError(
            Both(
                f"executor.address={address} 处没有 Dask 调度器应答：{error}",
                f"no Dask scheduler answers at executor.address={address}: {error}",
            )
        ) from error
    try:
        yield client
    finally:
        client.close()
