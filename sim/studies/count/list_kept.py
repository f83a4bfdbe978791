"""The list that ``count`` has left, for the workbook and the report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.settings import Settings
from sim.studies.common.output import left_by, made_by

LIST_FILE = "count_first.json"


def list_for(settings: Settings) -> Mapping[str, Any] | None:
    """What ``count`` has found for these very settings; None if it has not been run."""
    for folder in left_by("count", settings):
        if made_by(folder, "count", [settings]):
            return _read(folder)
    return None


def list_of_region(settings: Settings, region: str) -> Mapping[str, Any] | None:
    """What ``count`` has found last for a region, whatever else was set; None if it has not been run."""
    wanted = (region, settings.region.boundary)
    lists = (_read(folder) for folder in left_by("count", settings.model_copy(update={"output": None})))
    return next((told for told in lists if told and (told["region"], told["boundary"]) == wanted), None)


def _read(folder: Path) -> Mapping[str, Any] | None:
    """A list that is whole; None for one that somebody has damaged."""
    try:
        told = json.loads((folder / LIST_FILE).read_bytes())
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) and {"region", "boundary", "numbers", "outcomes"} <= told.keys() else None
