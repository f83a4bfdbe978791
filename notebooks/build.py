"""Run every notebook of this folder and write it as HTML: ``python notebooks/build.py FOLDER``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter

HERE = Path(__file__).parent
NOTEBOOKS = sorted(HERE.glob("[0-9]_*.py"))
SECONDS = 600
os.environ.setdefault("PYTHONWARNINGS", "ignore:IProgress not found")  # a bar that HTML does not have


def executed(path: Path) -> nbformat.NotebookNode:
    """The notebook with its outputs; raises CellExecutionError if a cell fails."""
    notebook = jupytext.read(path)
    place = {"metadata": {"path": str(Path.cwd())}}
    return NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=place).execute()


def build(folder: Path) -> None:
    """Write all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in NOTEBOOKS:
        html, _ = HTMLExporter().from_notebook_node(executed(path))
        (folder / f"{path.stem}.html").write_text(html, encoding="utf-8")
        print(folder / f"{path.stem}.html")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
