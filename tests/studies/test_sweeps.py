"""Sweeps lose nothing: whatever the workers, the order, interruptions, crashes, full disks and damaged files."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest
from elsewhere import PYTHONPATH
from fake_runs import faked, settings_of
from sweep_runs import in_order, kept, plans, start, sweep, temporary, told

from sim.runs.executors import LocalExecutor, Lost, SerialExecutor, open_executor
from sim.runs.schedule import carry_out, silent
from sim.runs.store.folder import Store

T = TypeVar("T")
R = TypeVar("R")
RUNS = 24
"""Two scenarios, six draws, two seeds."""
KILLS = 20
MANY = (50, 2)
"""Draws and seeds of the sweep that is killed: 200 runs."""


class Shuffled(SerialExecutor):
    """Carries tasks out in a random order."""

    def unordered(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[tuple[T, R | Lost]]:
        waiting = list(tasks)
        random.Random(3).shuffle(waiting)
        return super().unordered(function, waiting)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What one worker finds, in order, without interruption."""
    return told(sweep(tmp_path_factory.mktemp("serial"), SerialExecutor()))


# one result, whoever carries it out ------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [2, 8])
def test_the_number_of_workers_changes_nothing(tmp_path: Path, expected: str, workers: int) -> None:
    with LocalExecutor(workers) as executor:
        assert told(sweep(tmp_path, executor)) == expected


def test_the_order_changes_nothing(tmp_path: Path, expected: str) -> None:
    assert told(sweep(tmp_path, Shuffled())) == expected


def test_a_sweep_that_is_taken_up_again_ends_as_if_it_had_not_stopped(tmp_path: Path, expected: str) -> None:
    note = tmp_path / "note"
    stopped = carry_out(plans(tmp_path, 6, 2)[:1], Store(tmp_path / "results"), SerialExecutor(), silent)
    stopped.close()  # type: ignore[attr-defined]
    sweep(tmp_path, SerialExecutor(), draws=6, seeds=1)
    assert len(kept(tmp_path)) == RUNS // 2
    again = sweep(tmp_path, SerialExecutor(), note=str(note))
    assert told(again) == expected
    assert [result.found for result in again] == [6, 6]
    assert len(note.read_text().splitlines()) == RUNS // 2


def test_asking_for_what_exists_runs_nothing(tmp_path: Path, expected: str) -> None:
    sweep(tmp_path, SerialExecutor())
    note = tmp_path / "note"
    assert told(sweep(tmp_path, SerialExecutor(), note=str(note))) == expected
    assert not note.exists()


def test_two_sweeps_at_once_on_one_folder_share_what_they_find(tmp_path: Path, expected: str) -> None:
    both = [start(tmp_path, "2", "6", "2", seconds=0.02) for _ in range(2)]
    told_by = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], told_by
    assert len(kept(tmp_path)) == RUNS
    assert told(sweep(tmp_path, SerialExecutor())) == expected
    assert not temporary(tmp_path)


# failures --------------------------------------------------------------------------------------------------------


def test_one_failing_run_of_fifty_leaves_the_others(tmp_path: Path) -> None:
    with LocalExecutor(2) as executor:
        first, second = sweep(tmp_path, executor, draws=5, seeds=5, fails=((3, 4),))
    assert [result.runs for result in (first, second)] == [24, 24]
    (failure,) = first.failures
    assert (failure.draw, failure.draws, failure.seed) == (3, 5, 4)
    assert "ZeroDivisionError: draw 3 seed 4 fails" in failure.traceback
    assert len(kept(tmp_path)) == 48
    completed = sweep(tmp_path, SerialExecutor(), draws=5, seeds=5)
    assert [(result.runs, result.found) for result in completed] == [(25, 24), (25, 24)]


def test_a_run_that_kills_its_worker_is_told_from_those_beside_it(tmp_path: Path) -> None:
    with LocalExecutor(2) as executor:
        results = sweep(tmp_path, executor, dies=((2, 1),))
    assert [result.runs for result in results] == [11, 11]
    assert all("the worker process died" in result.failures[0].traceback for result in results)


# crashes ---------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX")
def test_a_sweep_that_is_killed_twenty_times_ends_whole(tmp_path: Path) -> None:
    note, luck = tmp_path / "note", random.Random(11)
    for _ in range(KILLS):
        process = start(tmp_path, "2", *(str(n) for n in MANY), note=str(note), seconds=0.01)
        assert process.stdout is not None
        process.stdout.readline()
        enough = _lines(note) + luck.randint(1, 5)  # counted in runs, not seconds: machines are not equally fast
        _await(lambda lines=enough: _lines(note) >= lines)
        time.sleep(0.05 * luck.random())
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    killed = len(kept(tmp_path))
    last = start(tmp_path, "2", *(str(n) for n in MANY), note=str(note))
    words, _ = last.communicate(timeout=120)
    assert last.returncode == 0
    assert words.split()[-2:] == ["200", "0"]
    assert len(kept(tmp_path)) == 200
    runs = [line for line in note.read_text().splitlines() if not line.startswith("anchor")]
    repeated = len(runs) - len(set(runs))
    assert len(set(runs)) == 200
    assert 0 < killed < 200, "the moments of killing were all too early or too late to test anything"
    assert repeated <= KILLS * 2 * 2, "only what two workers had in hand or were about to hand back is repeated"


def _lines(note: Path) -> int:
    return len(note.read_text(encoding="utf-8").splitlines()) if note.exists() else 0


@pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX")
def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    process = start(tmp_path, "2", "6", "2", seconds=150.0)
    parent = psutil.Process(process.pid)
    deadline = time.monotonic() + 120.0
    while len(parent.children(recursive=True)) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    workers = parent.children(recursive=True)
    assert len(workers) >= 3
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert not alive


# no room, no right -----------------------------------------------------------------------------------------------


def _sweep_under(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A sweep in one process; ``words``: who runs it, and how large a file may become."""
    return subprocess.run(
        [sys.executable, "-B", "-m", "sweep_runs", str(root), "{}", "1", "6", "2", *words],
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
        capture_output=True,
        text=True,
        timeout=120,
    )


def _refused(found: subprocess.CompletedProcess[str], root: Path) -> None:
    assert found.returncode == 1, found.stderr
    assert str(root / "results") in found.stderr
    assert "cannot be written" in found.stderr
    assert "Traceback" not in found.stderr
    assert not temporary(root)


def _resumed(root: Path, expected: str) -> None:
    assert told(sweep(root, SerialExecutor())) == expected
    assert len(kept(root)) == RUNS


def test_a_file_size_limit_is_told_and_nothing_half_written_stays(tmp_path: Path, expected: str) -> None:
    _refused(_sweep_under(tmp_path, "0", "1500"), tmp_path)
    assert kept(tmp_path) == []
    _resumed(tmp_path, expected)


def test_a_folder_that_may_not_be_written_is_told_before_anything_runs(tmp_path: Path, expected: str) -> None:
    (tmp_path / "results" / "runs").mkdir(parents=True)
    (tmp_path / "results" / "runs").chmod(0o555)
    root = os.geteuid() == 0  # who may write everywhere, and becomes somebody else for this
    for folder in (tmp_path, *tmp_path.parents):
        if root and "pytest" in folder.name:
            folder.chmod(0o755)
    found = _sweep_under(tmp_path, *(["65534"] if root else []))
    _refused(found, tmp_path)
    assert "Permission denied" in found.stderr
    (tmp_path / "results" / "runs").chmod(0o755)
    _resumed(tmp_path, expected)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for a few runs."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=250k", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small file system needs root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.skipif(shutil.which("mount") is None, reason="no mount")
def test_a_full_disk_is_told_and_what_was_written_counts(small_disk: Path, expected: str) -> None:
    _refused(_sweep_under(small_disk), small_disk)
    there = len(kept(small_disk))
    assert 0 < there < RUNS
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    _resumed(small_disk, expected)


# damage ----------------------------------------------------------------------------------------------------------


def _files(root: Path) -> list[Path]:
    return sorted((root / "results" / "runs").glob("??/*/monthly.parquet"))


def _truncate(files: list[Path]) -> int:
    files[0].write_bytes(files[0].read_bytes()[:-7])
    return 1


def _flip(files: list[Path]) -> int:
    content = bytearray(files[3].read_bytes())
    content[len(content) // 2] ^= 0x10
    files[3].write_bytes(bytes(content))
    return 1


def _swap(files: list[Path]) -> int:
    first, last = files[0].read_bytes(), files[-1].read_bytes()
    files[0].write_bytes(last)
    files[-1].write_bytes(first)
    return 2


def _remove(files: list[Path]) -> int:
    files[2].unlink()
    return 1


@pytest.mark.parametrize("damage", [_truncate, _flip, _swap, _remove])
def test_damaged_runs_and_only_they_are_run_again(tmp_path: Path, expected: str, damage: Callable[[list[Path]], int]) -> None:
    sweep(tmp_path, SerialExecutor())
    damaged = damage(_files(tmp_path))
    note = tmp_path / "note"
    assert told(sweep(tmp_path, SerialExecutor(), note=str(note))) == expected
    assert len([line for line in note.read_text().splitlines() if not line.startswith("anchor")]) == damaged


# a distributed engine --------------------------------------------------------------------------------------------


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler with two workers on this machine: its address, and the workers."""
    pytest.importorskip("distributed")
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH}
    file = tmp_path / "scheduler.json"

    def begin(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", *words, "--scheduler-file", str(file)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(command, env=environment, start_new_session=True, **quiet)  # type: ignore[call-overload,no-any-return]

    scheduler = begin("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    workers = [
        begin("distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        for _ in range(2)
    ]
    deadline = time.monotonic() + 60.0
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    yield json.loads(file.read_text())["address"], workers
    for process in (*workers, scheduler):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.filterwarnings("default")  # what Dask says of a lost worker is not this program's to fix
def test_a_cluster_that_loses_a_worker_gives_every_run_once(
    tmp_path: Path, expected: str, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, workers = cluster
    settings = settings_of(tmp_path).executor.model_copy(update={"name": "dask", "address": address})
    with open_executor(settings) as executor:
        _await(lambda: executor.workers == 2)
        done = 0

        def killing(now: Any) -> None:
            nonlocal done
            if now.done >= RUNS // 2 and workers[0].poll() is None:
                os.killpg(workers[0].pid, signal.SIGKILL)
                workers[0].wait()
            done = now.done

        how = faked(note=str(tmp_path / "note"), seconds=0.05)
        results = in_order(carry_out(plans(tmp_path, 6, 2), Store(tmp_path / "results"), executor, killing, how))
    assert workers[0].poll() is not None
    assert done == RUNS
    assert told(results) == expected
    assert len(kept(tmp_path)) == RUNS


def _await(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60.0
    while not ready():
        assert time.monotonic() < deadline, "it has not come"
        time.sleep(0.02)
