"""The verb fingerprint: one digest for each table of a run, so that a change of code can be shown to change no number."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sim.runs.once import run
from sim.runs.result import Result
from sim.runs.store.parquet_tables import SCHEMAS
from sim.settings import Settings

SEED = 1
SAID = {"zh": "合计", "en": "in total"}


def fingerprint(settings: Settings) -> int:
    """Run the district once and print a digest for each table, and one of them all."""
    found = fingerprints(run(settings, SEED))
    for name, digest in found.items():
        print(f"{name:<10} {digest}")
    print(f"{total(found)}  {SAID[settings.language]}")
    return 0


def fingerprints(result: Result) -> dict[str, str]:
    """Table -> digest of all its rows, whatever their order; equal on every machine for equal integers and equal floats."""
    return {name: _table_digest(getattr(result, name), schema) for name, schema in SCHEMAS.items()}


def total(found: dict[str, str]) -> str:
    """One digest for all tables."""
    return hashlib.blake2b("|".join(f"{name}={digest}" for name, digest in found.items()).encode(), digest_size=16).hexdigest()


def _table_digest(frame: pd.DataFrame, schema: pa.Schema) -> str:
    digest = hashlib.blake2b(digest_size=16)
    columns = [_plain(frame[field.name], field) for field in schema]
    order = np.lexsort(columns[::-1]) if len(frame) else np.arange(0)
    for field, column in zip(schema, columns, strict=True):
        digest.update(f"{field.name}:{field.type}:{column.size};".encode())
        digest.update(_content(column[order]))
    return digest.hexdigest()


def _plain(column: pd.Series[Any], field: pa.Field) -> NDArray[Any]:
    """Text as fixed-width strings, numbers in eight bytes, lowest first; yes, no and undefined as 1, 0 and -1."""
    if pa.types.is_string(field.type):
        return np.asarray(column.astype(str).to_numpy(), dtype=np.str_)
    if pa.types.is_boolean(field.type):
        return np.asarray(column.astype("boolean").astype("Int8").fillna(-1).to_numpy(), dtype=np.int8)
    wide = {"int64": "<i8", "double": "<f8"}[str(field.type)]
    return np.asarray(column.to_numpy(), dtype=wide)


def _content(column: NDArray[Any]) -> bytes:
    if column.dtype.kind == "U":
        return "\0".join(column.tolist()).encode()
    return column.tobytes()
