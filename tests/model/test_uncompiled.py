"""The kernels are plain Python: uncompiled they give the same whole numbers, and compiled they stay within their arrays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from elsewhere import PYTHONPATH
from model_settings import compact, finish, small, whole_numbers

from sim.settings import Settings

TINY = ("clock.start=2024-11", "clock.end=2024-12", "behaviour.gamed_share=0.3", "pots.trade_in.amount_factor=0.2")
SCALE = 0.004
SEED = 3
WIDE = ("clock.start=2024-07", "clock.end=2024-09", "behaviour.gamed_share=0.3", "pots.trade_in.amount_factor=0.2")
RUN_TINY = """
import sys
from model_settings import dump
from test_uncompiled import SEED, tiny
sys.stdout.write(dump(tiny(), SEED))
"""
RUN_WIDE = """
import sys
from model_settings import dump
from test_uncompiled import SEED, wide
sys.stdout.write(dump(wide(), SEED))
"""


def tiny() -> Settings:
    return compact(small(*TINY, scale=SCALE))


def wide() -> Settings:
    """Large enough that firms' rows lie far behind those of the households."""
    return small(*WIDE, scale=0.1)


def elsewhere(root: Path, program: str, **variables: str) -> dict[str, Any]:
    """What a program prints in a process of its own; warnings are errors there too, but for the wrap-around of luck's words."""
    path = os.pathsep.join([PYTHONPATH, str(root / "tests" / "model")])
    wrapping = "ignore:overflow encountered in scalar:RuntimeWarning"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-W", wrapping, "-c", program],
        env=os.environ | {"PYTHONPATH": path} | variables, cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def test_plain_python_gives_the_same_whole_numbers(root: Path) -> None:
    run = finish(tiny(), SEED)
    places = {(row.good, row.place): row.count for row in run.result.stocks.itertuples(index=False)}
    assert places["car", "owned"] > 500
    assert len(run.result.flows) > 15, "something happens in this district"
    compiled = whole_numbers(run.model)
    plain = elsewhere(root, RUN_TINY, NUMBA_DISABLE_JIT="1")
    assert [name for name in compiled if compiled[name] != plain[name]] == []


@pytest.mark.full
def test_no_kernel_leaves_its_arrays(root: Path, tmp_path: Path) -> None:
    """An index out of bounds raises IndexError in this build; without it, garbage would be read or written."""
    checked = elsewhere(root, RUN_WIDE, NUMBA_BOUNDSCHECK="1", NUMBA_CACHE_DIR=str(tmp_path))
    usual = whole_numbers(finish(wide(), SEED).model)
    assert [name for name in usual if usual[name] != checked[name]] == []
