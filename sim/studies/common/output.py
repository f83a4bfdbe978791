"""The folder of tables and figures that a verb leaves behind for people and other programs."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from sim.numerics.compile import model_version
from sim.report.csv_file import csv_bytes
from sim.report.drawing import save_all
from sim.runs.ensemble import FRAMES, Ensemble
from sim.runs.store.disk import unwritable, write_file
from sim.runs.store.keys import canonical, digest, plain
from sim.runs.store.provenance import provenance
from sim.settings import Settings

KEY_DIGITS = 12


def folder_of(verb: str, choices: Iterable[Settings]) -> Path:
    """``output`` if it is given, else a folder of its own below ``results``, named by scenarios and a digest of it all."""
    settings = list(choices)
    first = settings[0]
    if first.output:
        return Path(first.output)
    names = list(dict.fromkeys(each.scenario.id for each in settings))
    told = [canonical({**plain(each), "ensemble": each.ensemble.model_dump()}) for each in settings]
    named = "-".join(names[:3]) + ("-and-more" if len(names) > 3 else "")
    return Path(first.results.folder) / f"{verb}-{named}-{digest(''.join(told))[:KEY_DIGITS]}"


def write_csv(path: Path, frame: pd.DataFrame) -> Path:
    """A frame as CSV."""
    return write_file(path, csv_bytes(frame))


def write_figures(figures: Iterable[tuple[str, Figure]], folder: Path) -> Path:
    """Figures by name; raises ResultsDamaged if one cannot be written."""
    try:
        save_all(figures, folder)
    except OSError as error:
        raise unwritable(folder, error) from error
    return folder


def write_ensemble(folder: Path, result: Ensemble, table: pd.DataFrame) -> None:
    """Target table, all frames and a manifest that says how to get them again."""
    write_csv(folder / "targets.csv", table)
    for name in FRAMES:
        sink = io.BytesIO()
        result.frames[name].to_parquet(sink, index=False)
        write_file(folder / f"{name}.parquet", sink.getvalue())
    text = json.dumps(manifest(result), ensure_ascii=False, indent=1, sort_keys=True)
    write_file(folder / "manifest.json", text.encode())


def manifest(result: Ensemble) -> dict[str, object]:
    """Settings, runs with their keys in the store, versions and commit of an ensemble."""
    return {
        "settings": result.settings.model_dump(mode="json"),
        "runs": [{"draw": draw, "seed": seed, "key": key} for (draw, seed), key in result.keys.items()],
        "ended": result.runs,
        "trial": result.trial,
        "failures": [{"draw": f.draw, "seed": f.seed, "traceback": f.traceback} for f in result.failures],
        "model": model_version(),
        **provenance(),
    }
