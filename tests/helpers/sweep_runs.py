"""A sweep of quick runs in a process of its own, for tests that kill it, starve it, or spread it over many workers."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from elsewhere import PYTHONPATH
from fake_runs import faked, settings_of

from sim.errors import SimError
from sim.runs.ensemble import Ensemble, gathered
from sim.runs.executors import Executor, LocalExecutor, SerialExecutor
from sim.runs.plan import Plan
from sim.runs.schedule import Cell, carry_out, silent
from sim.runs.store.folder import Store

SCENARIOS = ("enacted", "no_policy")


def plans(root: Path, draws: int, seeds: int) -> list[Plan]:
    """The same draws and seeds of two scenarios."""
    cells = [settings_of(root, f"scenario={name}") for name in SCENARIOS]
    return [Plan.of(settings, seeds, draws) for settings in cells]


def sweep(root: Path, executor: Executor, draws: int = 6, seeds: int = 2, **how: Any) -> list[Ensemble]:
    """All cells of a sweep, in order."""
    cells = carry_out(plans(root, draws, seeds), Store(root / "results"), executor, silent, faked(**how))
    return in_order(cells)


def in_order(cells: Iterable[Cell]) -> list[Ensemble]:
    """The ensembles of cells as they are ready, in the order of the plans."""
    return [gathered(cell) for cell in sorted(cells, key=lambda cell: cell.number)]


def told(results: Sequence[Ensemble]) -> str:
    """Digest of everything that came out, sorted."""
    digest = hashlib.sha256()
    for number, result in enumerate(results):
        for name in ("monthly", "flows", "ledger", "targets"):
            frame: pd.DataFrame = result.frames[name].drop(columns="run")
            ordered = frame.sort_values(list(frame.columns)).reset_index(drop=True)
            digest.update(f"{number} {name}\n{ordered.to_csv(index=False)}".encode())
    return digest.hexdigest()


def kept(root: Path) -> list[str]:
    """Keys of the runs that are whole."""
    store = Store(root / "results")
    return [manifest["key"] for _, manifest in store.manifests() if manifest and store.load(manifest["key"]) is not None]


def temporary(root: Path) -> list[Path]:
    """Everything that is not yet, or will never be, a result."""
    return [path for path in root.rglob(".new-*") if path.exists()]


def start(root: Path, *words: str, **how: Any) -> subprocess.Popen[str]:
    """Begin ``main`` in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "sweep_runs", str(root), json.dumps(how), *words],
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def main(root: Path, how: dict[str, Any], workers: int, draws: int, seeds: int, user: int = 0, largest: int = 0) -> int:
    """Run a sweep as the verbs do: failures are counted, what cannot be written ends it with its words.

    ``user``: whom to become first; ``largest``: bytes that a file may have; both once everything is imported and read.
    """
    with TemporaryDirectory() as elsewhere:
        sweep(Path(elsewhere), SerialExecutor(), 1, 1)
    if largest:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    if user:
        os.setuid(user)
    print("begun", flush=True)
    try:
        with LocalExecutor(workers) if workers > 1 else nullcontext(SerialExecutor()) as executor:
            results = sweep(root, executor, draws, seeds, **how)
    except SimError as error:
        print(error, file=sys.stderr)
        return 1
    print(sum(result.runs for result in results), sum(len(result.failures) for result in results), flush=True)
    return int(any(result.failures for result in results))


if __name__ == "__main__":
    place, options, *numbers = sys.argv[1:]
    sys.exit(main(Path(place), json.loads(options), *(int(n) for n in numbers)))
