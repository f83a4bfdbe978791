"""What the page says of its levers: unit, limits and what is in force, from the same list as the verb ``levers``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sim.dashboard.controls import Control, value_of
from sim.settings import Settings
from sim.studies.levers.listing import LeverEntry, levers_of

Json = dict[str, Any]


def described(control: Control, entry: LeverEntry | None) -> Json:
    """A control with its unit and the limits of what may be typed; ``entry``: None for what is no lever of a measure or pot."""
    told = {name: getattr(control, name) for name in ("key", "form", "low", "high", "step", "choices")}
    told |= {"title": control.title.model_dump(), "unit": None, "meaning": None, "least": None, "most": None}
    if entry is None:
        return told
    words = entry.words
    unit = words.unit.model_dump() if control.form == "number" else None
    return told | {
        "unit": unit,
        "meaning": words.meaning.model_dump(),
        "least": entry.range.low,
        "most": entry.range.high,
    }


def by_key(settings: Settings) -> dict[str, LeverEntry]:
    """Every lever of these settings."""
    return {entry.key: entry for entry in levers_of(settings)}


def standings(settings: Settings, controls: Iterable[Control]) -> dict[str, Json]:
    """Where each control stands in these settings: its value, the number in force, that in words, and its dates."""
    entries = by_key(settings)
    return {control.key: _standing(settings, control, entries.get(control.key)) for control in controls}


def _standing(settings: Settings, control: Control, entry: LeverEntry | None) -> Json:
    if entry is None:
        value = _plain(value_of(settings, control.key))
        return {"value": value, "number": None, "told": None, "start": None, "end": None}
    dates = entry.dates if control.form == "number" else None
    return {
        "value": _plain(entry.value),
        "number": entry.number,
        "told": entry.told._asdict(),
        "start": str(dates.start) if dates else None,
        "end": str(dates.end) if dates and dates.end else None,
    }


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
