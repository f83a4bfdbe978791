"""Which program made a result: commit, interpreter, libraries."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

SHOWN = ("mesa", "numpy", "numba", "pandas", "pyarrow", "hydra-core")


@cache
def provenance() -> dict[str, object]:
    """Commit of the checkout (empty outside of one) and versions of what numbers may depend on."""
    return {"commit": _commit(), "versions": {"python": sys.version.split()[0], **{name: version(name) for name in SHOWN}}}


def _commit() -> str:
    asked = ["git", "rev-parse", "HEAD"]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return said.stdout.strip()
