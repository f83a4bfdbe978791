"""Figures that need not be drawn again: their files still hold what drawing would put there, byte for byte."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from sim.numerics.closure import closure, digest_of
from sim.report.words import Words
from sim.runs.store.disk import write_file
from sim.runs.store.run_keys import canonical
from sim.runs.store.version import ROOT
from sim.schema.target import Target

LIST = ".drawn.json"
"""Beside the figures: what they were drawn from, and a digest of each file."""
DRAWING = "sim.report.figures"
"""The module that draws; whatever it imports may decide what a figure looks like."""
LIBRARIES = ("matplotlib", "contourpy", "fonttools", "kiwisolver", "numpy", "pandas", "pillow")
FONTS = ROOT / "report" / "fonts"


def figures_key(frames: Iterable[pd.DataFrame], targets: Mapping[str, Target], words: Words) -> str:
    """Digest of everything that decides the bytes of a forecast's figures: data, words, code, fonts and libraries."""
    told = {name: target.model_dump(mode="json") for name, target in targets.items()}
    digest = hashlib.blake2b(f"{_drawing()}\0{canonical(told)}\0{words!r}".encode(), digest_size=20)
    for frame in frames:
        digest.update(_content(frame))
    return digest.hexdigest()


def kept(folder: Path, key: str) -> bool:
    """Whether all figures that were drawn from ``key`` are there as they were drawn; they then count as written now."""
    told = _listed(folder)
    files = {folder / name: digest for name, digest in told.get("files", {}).items()}
    if told.get("key") != key or any(not path.is_file() or _digest(path) != digest for path, digest in files.items()):
        return False
    for path in (*files, folder / LIST):
        os.utime(path)
    return True


def keep(folder: Path, key: str, drawn: Sequence[Path]) -> None:
    """Note what the figures in a folder were drawn from."""
    told = {"key": key, "files": {path.name: _digest(path) for path in drawn}}
    write_file(folder / LIST, json.dumps(told, ensure_ascii=False, indent=1).encode())


def _content(frame: pd.DataFrame) -> pa.Buffer:
    """All of a frame, to the last bit."""
    table, sink = pa.Table.from_pandas(frame), pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue()


def _listed(folder: Path) -> dict[str, Any]:
    """What was noted; nothing if that cannot be read."""
    try:
        told = json.loads((folder / LIST).read_bytes())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) and isinstance(told.get("files"), dict) else {}


def _digest(path: Path) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=20).hexdigest()


@cache
def _drawing() -> str:
    """Digest of what draws: this program's code and fonts, the versions of interpreter and libraries."""
    fonts = [_digest(path) for path in sorted(FONTS.iterdir()) if path.is_file()]
    versions = [sys.version, *(f"{name} {version(name)}" for name in LIBRARIES)]
    return digest_of(ROOT, closure(ROOT, DRAWING), f"{versions} {fonts}")
