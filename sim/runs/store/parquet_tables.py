"""The tables of a run as Parquet, with the same columns and types whatever a run happens to hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from sim.schema.result_tables import EVENTS, POTS, Entry

if TYPE_CHECKING:
    import pandas as pd

    from sim.runs.result import Result

TEXT, COUNT, NUMBER, YES = pa.string(), pa.int64(), pa.float64(), pa.bool_()
EVENT_TYPES = {"month": TEXT, "good": TEXT, "measure": TEXT, "urban": YES, "new": YES}
SCHEMAS: Mapping[str, pa.Schema] = {
    "monthly": pa.schema({"month": TEXT, "indicator": TEXT, "group": TEXT, "value": NUMBER}),
    "flows": pa.schema({"month": TEXT, "good": TEXT, "from": TEXT, "to": TEXT, "count": COUNT}),
    "stocks": pa.schema({"month": TEXT, "good": TEXT, "place": TEXT, "count": COUNT}),
    "ledger": pa.schema([(name, TEXT if name in ("month", "measure", "payer") else COUNT) for name in Entry._fields]),
    "pots": pa.schema([(name, TEXT if name in ("pot", "month") else COUNT) for name in POTS]),
    "uptake": pa.schema({"measure": TEXT, "income_quintile": COUNT, "urban": YES, "claims": COUNT, "amount_fen": COUNT}),
    "targets": pa.schema(
        {"id": TEXT, "by": TEXT, "comparator": TEXT, "promise": NUMBER, "value": NUMBER, "met": YES, "grade": TEXT}
    ),
    "events": pa.schema([(name, EVENT_TYPES.get(name, COUNT)) for name in EVENTS]),
}
"""Table -> columns; an attribute of ``Result`` each."""

Tables = Mapping[str, bytes]
"""Table -> content of its Parquet file."""


def encode(result: Result) -> dict[str, bytes]:
    """Every table of a run."""
    return {name: encoded(getattr(result, name), schema) for name, schema in SCHEMAS.items()}


def encoded(frame: pd.DataFrame, schema: pa.Schema) -> bytes:
    """One table; raises ValueError if its columns are not those of the schema."""
    if list(frame.columns) != schema.names:
        raise ValueError(f"columns {list(frame.columns)} instead of {schema.names}")
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pandas(frame, schema, preserve_index=False), sink, compression="zstd")
    return bytes(sink.getvalue())


def decode(content: bytes) -> pa.Table:
    """The table that was encoded."""
    return pq.read_table(pa.BufferReader(content))
