"""Which program made a result: commit, interpreter, libraries."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DECIDING = ("sim", "configs", "scenarios", "pyproject.toml")
"""What a result comes from; other files may be changed without a word."""
SHOWN = ("mesa", "numpy", "numba", "pandas", "pyarrow", "hydra-core")


@cache
def provenance() -> dict[str, object]:
    """Commit of this project's checkout (empty outside of one) and versions of what numbers may depend on."""
    return {
        "commit": commit_of(ROOT),
        "versions": {"python": sys.version.split()[0], **{name: version(name) for name in SHOWN}},
    }


def commit_of(root: Path) -> str:
    """Commit of the repository that is the project, with ``edited`` if sources or data differ from it.

    Empty without one: a repository that merely surrounds the program says nothing of it.
    """
    top = _git(root, "rev-parse", "--show-toplevel")
    if not top or Path(top).resolve() != root.resolve():
        return ""
    commit, changes = _git(root, "rev-parse", "HEAD"), _git(root, "status", "--porcelain", "--", *DECIDING)
    return f"{commit} edited" if commit and changes else commit


def _git(root: Path, *words: str) -> str:
    """What git says; nothing where it fails or is not there."""
    try:
        said = subprocess.run(["git", *words], capture_output=True, text=True, check=True, cwd=root)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return said.stdout.strip()
