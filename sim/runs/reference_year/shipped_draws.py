"""Constants of the draws of the main job, which come with the program: a first forecast does not have to solve them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.config.sources import find_root
from sim.runs.reference_year.anchor_keys import draws_mark
from sim.schema.product import Anchor
from sim.settings import Settings

PLACE = Path("configs") / "anchor_draws.parquet"
MARK = b"solved_for"
OF_VARIANT = "taste."
Constants = dict[str, Anchor]


def shipped(settings: Settings, mark: str, draws: int) -> Mapping[int, Constants]:
    """By draw; none if the file's are those of other values. ``mark``: ``solved_for(settings)``."""
    path = find_root() / PLACE
    if not draws or not path.exists():
        return {}
    solved, constants = _read(path, path.stat().st_mtime_ns)
    return constants if solved == draws_mark(settings, mark, draws) else {}


def content_of(mark: str, constants: Mapping[int, Constants]) -> bytes:
    """The file with these constants; ``mark``: ``draws_mark`` of the settings that they are for."""
    rows = [(draw, good, *entry) for draw, goods in constants.items() for good, one in goods.items() for entry in _entries(one)]
    table = pa.Table.from_pandas(pd.DataFrame(rows, columns=["draw", "good", "constant", "value"]), preserve_index=False)
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata({MARK: mark.encode()}), sink, compression="zstd")
    return bytes(sink.getvalue())


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> tuple[str, Mapping[int, Constants]]:
    """Mark and constants of a file that was last ``changed`` then."""
    table = pq.read_table(path)
    told: dict[int, dict[str, dict[str, float]]] = {}
    for row in table.to_pylist():
        told.setdefault(row["draw"], {}).setdefault(row["good"], {})[row["constant"]] = row["value"]
    constants = {draw: {good: _anchor(values) for good, values in goods.items()} for draw, goods in told.items()}
    return table.schema.metadata[MARK].decode(), constants


def _entries(anchor: Anchor) -> Iterator[tuple[str, float]]:
    """Names and values of its constants, one for each variant's taste."""
    yield from ((name, value) for name, value in anchor if isinstance(value, float))
    yield from ((f"{OF_VARIANT}{variant}", value) for variant, value in anchor.taste.items())


def _anchor(values: Mapping[str, float]) -> Anchor:
    taste = {name.removeprefix(OF_VARIANT): value for name, value in values.items() if name.startswith(OF_VARIANT)}
    others = {name: value for name, value in values.items() if not name.startswith(OF_VARIANT)}
    return Anchor.model_validate({"taste": taste, **others})
