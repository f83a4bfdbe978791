"""Figures as files: PNG and SVG, the numbers that are drawn as CSV beside them, and none of them half-written."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from sim.report.csv_file import csv_bytes
from sim.report.fitting import DPI

FORMATS = ("png", "svg", "csv")


class Drawn(NamedTuple):
    """A finished figure, and what it shows: a row for each point or bar, in the units of the results."""

    figure: Figure
    data: pd.DataFrame


def png(drawn: Drawn) -> bytes:
    """A figure as the content of a PNG file, for notebooks."""
    sink = io.BytesIO()
    _image("png", drawn.figure, sink)
    return sink.getvalue()


def save_all(figures: Iterable[tuple[str, Drawn]], folder: Path, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Write each named figure as ``folder/name.png``, ``.svg`` and ``.csv``; a reader never sees half a file."""
    folder.mkdir(parents=True, exist_ok=True)
    return [path for name, drawn in figures for path in _save(drawn, folder, name, formats)]


def _save(drawn: Drawn, folder: Path, name: str, formats: Sequence[str]) -> Iterator[Path]:
    for each in formats:
        write = partial(_table, drawn.data) if each == "csv" else partial(_image, each, drawn.figure)
        yield _whole(write, folder / f"{name}.{each}")
        if each != "csv":
            drawn.figure.set_layout_engine("none")  # what the first format has arranged holds for the next


def _image(kind: str, figure: Figure, file: BinaryIO) -> None:
    # Letters as outlines, so that a reader without the font sees them; names of parts that are the same each time.
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "trade-in"}):
        figure.savefig(file, format=kind, dpi=DPI, metadata={"Date": None} if kind == "svg" else None)


def _table(data: pd.DataFrame, file: BinaryIO) -> None:
    file.write(csv_bytes(data))


def _whole(write: Callable[[BinaryIO], None], path: Path) -> Path:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return path
