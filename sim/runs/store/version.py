"""The version of the model: what decides numbers, and nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sim.numerics.closure import closure, digest_of

ROOT = Path(__file__).resolve().parents[2]
WORK = "sim.runs.worker"
"""The module that carries out runs and solves constants; whatever it imports may decide numbers."""


@cache
def model_version() -> str:
    """Digest of the source files that decide what comes out of a run; results are kept under it."""
    return version_of(ROOT)


def version_of(root: Path) -> str:
    """The same of a package below another folder."""
    return digest_of(root, closure(root, WORK))
