"""Where results go, and how they are written: whole or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from sim.compile import model_version
from sim.errors import ResultsDamaged
from sim.experiments.ensemble import FRAMES, Ensemble
from sim.settings import Settings

SHOWN = ("mesa", "numpy", "numba", "pandas", "hydra-core")


def folder_of(settings: Settings, verb: str, name: str) -> Path:
    """``output`` if it is given, else a folder of its own below ``results``."""
    return Path(settings.output) if settings.output else Path(settings.results.folder) / f"{verb}-{name}"


def write(path: Path, save: Callable[[Path], object]) -> Path:
    """Save under a temporary name beside ``path``, flush it to the disk, then rename it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
        os.close(handle)
        try:
            save(Path(name))
            with open(name, "rb") as file:
                os.fsync(file.fileno())
            os.chmod(name, 0o644)
            os.replace(name, path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise ResultsDamaged(f"{path} cannot be written: {error}") from error
    return path


def write_csv(path: Path, frame: pd.DataFrame) -> Path:
    """A frame as CSV."""
    return write(path, lambda part: frame.to_csv(part, index=False, encoding="utf-8"))


def write_ensemble(folder: Path, result: Ensemble, table: pd.DataFrame) -> None:
    """Target table, all frames and a manifest that says how to get them again."""
    write_csv(folder / "targets.csv", table)
    for name in FRAMES:
        frame = result.frames[name]
        write(folder / f"{name}.parquet", partial(frame.to_parquet, index=False))
    text = json.dumps(manifest(result), ensure_ascii=False, indent=1, sort_keys=True)
    write(folder / "manifest.json", lambda part: part.write_text(text, encoding="utf-8"))


def manifest(result: Ensemble) -> dict[str, object]:
    """Settings, versions and commit of an ensemble."""
    return {
        "settings": result.settings.model_dump(mode="json"),
        "runs": result.runs,
        "failures": [{"draw": f.draw, "seed": f.seed, "traceback": f.traceback} for f in result.failures],
        "sources": model_version(),
        "commit": _commit(),
        "versions": {"python": sys.version.split()[0], **{name: version(name) for name in SHOWN}},
    }


def _commit() -> str:
    """Commit of the checkout, or nothing outside of one."""
    try:
        said = subprocess.run(
            ["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True, cwd=Path(__file__).parent
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return said.stdout.strip()
