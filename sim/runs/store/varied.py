"""What was varied between runs: the settings in which runs of one scenario differ, as a table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

Plain = Mapping[str, Any]
Path = tuple[str, ...]
TOLD = frozenset({"title", "unit", "source", "grade", "quote", "note"})
"""What describes a number and does not change it."""
APART = frozenset({"scenario", "anchor", "events"})
"""Groups that are columns of their own, are solved from the others, or say only what is recorded."""
NAMED = frozenset({("population", "scale"), ("clock", "start"), ("clock", "end"), ("region", "boundary")})
"""Settings that every run tells under a name of its own."""


def varied(settings: Mapping[str, Plain]) -> pd.DataFrame:
    """A row for each settings, by their key; a column for each value in which two of one scenario differ, under its path.

    Nothing in a cell: the files' own value holds, as nothing else was said.
    """
    first: dict[str, Plain] = {}
    paths: dict[Path, None] = {}
    for _, data in sorted(settings.items()):
        base = first.setdefault(data["scenario"]["id"], data)
        paths |= dict.fromkeys(path for path in _differing(base, data) if path not in NAMED)
    index = pd.Index(settings.keys(), dtype=object)
    columns = {".".join(path): _column([_at(data, path) for data in settings.values()], index) for path in sorted(paths)}
    return pd.DataFrame(columns, index=index)


def _differing(one: Plain, other: Plain, above: Path = ()) -> Iterator[Path]:
    """Paths of the values that are not the same; a number with its source and bounds is one value."""
    for key in dict.fromkeys([*one, *other]):
        mine, theirs, path = one.get(key), other.get(key), (*above, key)
        if mine == theirs or key in TOLD or path[0] in APART:
            continue
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            yield from [path] if mine.get("value") != theirs.get("value") else _differing(mine, theirs, path)
        else:
            yield path


def _at(data: Plain, path: Path) -> object:
    """The value at a path; nothing if the settings have no such entry."""
    value: Any = data
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value["value"] if isinstance(value, Mapping) and "value" in value else value


def _column(values: Sequence[object], index: pd.Index[Any]) -> pd.Series[Any]:
    """Numbers, truths or texts; what is mixed or nested is text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float}:
        return pd.Series(values, index, dtype="float64")
    if kinds == {bool}:
        return pd.Series(values, index, dtype="boolean")
    texts = [v if v is None or isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values]
    return pd.Series(texts, index, dtype=object)
