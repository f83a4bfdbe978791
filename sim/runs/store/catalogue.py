"""The results as tables that can be asked in SQL: DuckDB reads the Parquet files where they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sim.errors import BadInput, SimError
from sim.numerics.compile import model_version
from sim.runs.store.folder import Store
from sim.runs.store.tables import SCHEMAS

if TYPE_CHECKING:
    import duckdb

COLUMNS = (
    "scenario", "boundary", "scale", "first_month", "last_month", "draw", "draws", "seed", "model", "settings", "anchor",
    "seconds", "finished", "commit",
)  # fmt: skip
"""Of a manifest, in the order of the table ``runs``."""


def runs(store: Store) -> pd.DataFrame:
    """One row per run that is whole: key, current (made by this version of the model), and what its manifest says."""
    rows = [
        (manifest["key"], manifest["model"] == model_version(), *(manifest.get(name) for name in COLUMNS))
        for place, manifest in store.manifests()
        if manifest is not None and complete(place, manifest["files"])
    ]
    return pd.DataFrame(rows, columns=["run", "current", *COLUMNS])


def complete(place: Path, files: dict[str, dict[str, int]]) -> bool:
    """Whether all files of a run are there in full length: a quick look, without reading them."""
    sizes = {path.name: path.stat().st_size for path in place.glob("*.parquet")}
    return sizes == {name: file["bytes"] for name, file in files.items()}


def open_catalogue(store: Store) -> duckdb.DuckDBPyConnection:
    """A connection with the views runs, settings and one for each table of a run, which has the column ``run`` first.

    Raises SimError if DuckDB is not installed.
    """
    try:
        import duckdb
    except ImportError as error:
        raise SimError("the package duckdb is missing: pip install duckdb") from error
    catalogue = duckdb.connect()
    catalogue.register("runs", runs(store))
    keys = catalogue.sql("SELECT run FROM runs").fetchall()
    for name in SCHEMAS:
        paths = [str(store.place(key) / f"{name}.parquet") for (key,) in keys]
        catalogue.execute(f"CREATE VIEW {name} AS {_select(name, paths)}")
    texts = [(path.stem, path.read_text(encoding="utf-8")) for path in (store.folder / "settings").glob("*.json")]
    catalogue.register("settings", pd.DataFrame(texts, columns=["settings", "content"]))
    return catalogue


def _select(name: str, paths: Sequence[str]) -> str:
    if not paths:
        catalogue_types = {"string": "VARCHAR", "int64": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN"}
        fields = [f'NULL::{catalogue_types[str(f.type)]} AS "{f.name}"' for f in SCHEMAS[name]]
        return f"SELECT NULL::VARCHAR AS run, {', '.join(fields)} WHERE false"
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    return (
        "SELECT regexp_extract(filename, '([0-9a-f]{40})[/\\\\][^/\\\\]*$', 1) AS run, * EXCLUDE (filename) "
        f"FROM read_parquet([{listed}], filename = true)"
    )


def ask(store: Store, sql: str) -> pd.DataFrame:
    """The answer to one question in SQL; raises BadInput for what DuckDB cannot answer."""
    with open_catalogue(store) as catalogue:
        import duckdb

        try:
            return catalogue.sql(sql).df()
        except (duckdb.Error, AttributeError) as error:
            raise BadInput(
                file="command line",
                key="query",
                value=sql,
                allowed="one SELECT over runs, settings, " + ", ".join(SCHEMAS),
                remedy=str(error).strip().split("\n\n")[0],
            ) from error
