"""Predictions are written down, with what they were made with and when, before anything is scored."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sim.errors import Both, ResultsDamaged
from sim.numerics.closure import closure, digest_of
from sim.runs.store.disk import write_file
from sim.runs.store.run_keys import digest, settings_key
from sim.settings import Settings
from sim.studies.validate.case import Case

PREDICTIONS = "predictions.json"
ROOT = Path(__file__).resolve().parents[2]


@cache
def code(module: str) -> str:
    """Digest of the source files that decide what a module does, those of the model among them."""
    return digest_of(ROOT, closure(ROOT, module))


def made_with(cases: Sequence[Case], settings: Settings, module: str) -> dict[str, Any]:
    """What predictions depend on: each case, the source files, the parameters and all other settings."""
    return {
        "cases": {case.id: digest(case.model_dump_json()) for case in cases},
        "code": code(module),
        "parameters": digest(settings.parameters.model_dump_json()),
        "settings": settings_key(settings),
        "draws": settings.ensemble.draws,
    }


def write_predictions(folder: Path, predictions: Mapping[str, Any], made: Mapping[str, Any]) -> str:
    """Write them with the time, what they were made with, and the digest of all of it; returns the digest."""
    content = {"written": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "made_with": made, "predictions": predictions}
    seal = _seal(content)  # what a draw does not tell is NaN
    write_file(folder / PREDICTIONS, json.dumps({"hash": seal, **content}, sort_keys=True, indent=1).encode())
    return seal


def read_predictions(folder: Path) -> dict[str, Any]:
    """What was written before scoring; raises ResultsDamaged if anything of it has been changed since."""
    content = json.loads((folder / PREDICTIONS).read_text(encoding="utf-8"))
    if _seal({name: value for name, value in content.items() if name != "hash"}) != content["hash"]:
        place = folder / PREDICTIONS
        raise ResultsDamaged(Both(f"{place} 写入后被改动", f"{place} was changed after it was written"))
    return dict(content)


def _seal(content: Mapping[str, Any]) -> str:
    return digest(json.dumps(content, sort_keys=True))
