"""Every notebook runs from top to bottom, holds no outputs, and shows figures; the site can be built."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]_*.py"))
SECONDS = 600
RUN = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
import build
notebook = build.executed(pathlib.Path(sys.argv[2]))
print(sum("data" in output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs))
"""


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_six() -> None:
    assert [path.name[0] for path in NOTEBOOKS] == list("123456")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "NOTEBOOK_SCALE": "0.01",
        "NOTEBOOK_RUNS": "1",
        "PYTHONPATH": str(ROOT),
        "SIM_ROOT": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(ROOT / "notebooks"), str(path)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout.split()[-1]) >= 2


def test_the_reference_names_every_measure_and_target() -> None:
    text = loaded(ROOT / "docs" / "make_reference.py").reference()
    for folder, mark in (("policy", "`policy.{}`"), ("targets", "`{}`")):
        for path in (ROOT / "configs" / folder).glob("*.yaml"):
            assert mark.format(path.stem) in text, path.stem
    for path in (ROOT / "scenarios").glob("*.yaml"):
        assert f"`{path.stem}`" in text
