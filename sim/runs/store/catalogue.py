"""The results as tables that can be asked in SQL: DuckDB reads the Parquet files where they are, and can do nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow.fs import LocalFileSystem

from sim.errors import BadInput, Both, SimError, refused
from sim.runs.store.folder import Store
from sim.runs.store.parquet_tables import SCHEMAS
from sim.runs.store.run_keys import canonical
from sim.runs.store.varied import varied
from sim.runs.store.version import model_version
from sim.schema.result_tables import FORGONE

if TYPE_CHECKING:
    import duckdb

COLUMNS = (
    "scenario", "boundary", "scale", "first_month", "last_month", "draw", "draws", "seed", "model", "settings", "anchor",
    "seconds", "finished", "commit",
)  # fmt: skip
"""Of a manifest, in the order of the table ``runs``."""
LOCKED = ("python_enable_replacements = false", "enable_external_access = false", "lock_configuration = true")
"""Settings of DuckDB under which a question reaches these tables alone: no file, no other database, no way back."""
VIEWS = {
    "claims": """
        SELECT run, month, measure, max(claims) AS claims, max(applications) AS applications,
               sum(amount_fen)::BIGINT AS amount_fen
        FROM ledger GROUP BY ALL
    """,
    "outlay": f"""
        SELECT run, month, measure, payer, paid_fen / 100.0 / scale AS yuan
        FROM ledger JOIN runs USING (run) WHERE payer <> '{FORGONE}'
    """,
    "chances": """
        SELECT settings, draws, id, any_value(scenario) AS scenario, any_value(scale) AS scale, count(*) AS runs,
               count(*) FILTER (defined) AS defined, quantile_cont(value, 0.05) FILTER (defined) AS p05,
               quantile_cont(value, 0.5) FILTER (defined) AS p50, quantile_cont(value, 0.95) FILTER (defined) AS p95,
               avg(met::INT) FILTER (defined) AS probability
        FROM (SELECT *, value IS NOT NULL AND NOT isnan(value) AS defined FROM targets) JOIN runs USING (run)
        WHERE current GROUP BY settings, draws, id
    """,
}
"""Questions people ask: how many claims and applications (the ledger repeats them for each payer), who pays how much (yuan of
the whole district), will a target be met (one row for each settings, never across them)."""

WRONG = {
    "ParserException": "语法有误，请更正",
    "BinderException": "列名不存在或用法有误，请更正",
    "CatalogException": "没有这个表或函数，请更正",
    "ConversionException": "文字不能换算成数字或日期，请更正",
    "InvalidInputException": "取值不合要求，请更正",
    "PermissionException": "只能查询这些表，不能读取别处的文件或更改设置",
}
"""What is wrong with a question, in Chinese, by the kind of error; DuckDB itself speaks English."""
OTHERWISE_WRONG = "请更正查询"


def runs(store: Store) -> pd.DataFrame:
    """One row per run that is whole: key, current (made by this version of the model), and what its manifest says.

    Settings that were varied between runs of one scenario follow as columns, each under its path.
    """
    rows = [
        (manifest["key"], manifest["model"] == model_version(), *(manifest.get(name) for name in COLUMNS))
        for place, manifest in store.manifests()
        if manifest is not None and complete(place, manifest["files"])
    ]
    table = pd.DataFrame(rows, columns=["run", "current", *COLUMNS])
    known = {key: store.settings(key) for key in table["settings"].dropna().unique()}
    changed = varied({key: data for key, data in known.items() if data is not None})
    return table.join(changed, on="settings")


def complete(place: Path, files: dict[str, dict[str, int]]) -> bool:
    """Whether all files of a run are there in full length: a quick look, without reading them."""
    sizes = {path.name: path.stat().st_size for path in place.glob("*.parquet")}
    return sizes == {name: file["bytes"] for name, file in files.items()}


def open_catalogue(store: Store) -> duckdb.DuckDBPyConnection:
    """A connection that can only read, with runs, settings, each table of a run (the column ``run`` first) and VIEWS.

    Raises SimError if DuckDB is not installed.
    """
    try:
        import duckdb
    except ImportError as error:
        raise SimError(
            Both("缺少软件包 duckdb：pip install duckdb", "the package duckdb is missing: pip install duckdb")
        ) from error
    catalogue, table = duckdb.connect(), runs(store)
    catalogue.register("runs", table)
    for name in SCHEMAS:
        catalogue.register(name, _dataset(store, name, table["run"].tolist()))
    kept = {path.stem: store.settings(path.stem) for path in sorted((store.folder / "settings").glob("*.json"))}
    texts = [(key, canonical(data)) for key, data in kept.items() if data is not None]
    catalogue.register("settings", pd.DataFrame(texts, columns=["settings", "content"]))
    for name, question in VIEWS.items():
        catalogue.execute(f"CREATE VIEW {name} AS {question}")
    for setting in LOCKED:
        catalogue.execute(f"SET {setting}")
    return catalogue


def _dataset(store: Store, name: str, keys: Sequence[str]) -> ds.FileSystemDataset:
    """One table of all runs. Files are opened by their names as they are; what folders are called is never looked at."""
    schema = pa.schema([("run", pa.string()), *SCHEMAS[name]])
    paths = [str(store.place(key).absolute() / f"{name}.parquet") for key in keys]
    which = [ds.field("run") == key for key in keys]
    return ds.FileSystemDataset.from_paths(
        paths, schema=schema, format=ds.ParquetFileFormat(), filesystem=LocalFileSystem(), partitions=which
    )


def ask(store: Store, sql: str) -> pd.DataFrame:
    """The answer to one question in SQL; raises BadInput for what is none, and for what DuckDB cannot answer."""
    with open_catalogue(store) as catalogue:
        import duckdb

        try:
            asked = catalogue.extract_statements(sql)
            if len(asked) != 1 or asked[0].type != duckdb.StatementType.SELECT:
                raise _unanswered(sql, _SELECT_ONLY)
            answer: Any = catalogue.sql(sql)
            return pd.DataFrame(answer.df())
        except duckdb.Error as error:
            told, kind = " ".join(str(error).split("\n\n")[0].split()), WRONG.get(type(error).__name__, OTHERWISE_WRONG)
            raise _unanswered(sql, Both(f"{kind}（DuckDB 原文：{told}）", f"correct the question ({told})")) from error


_SELECT_ONLY = Both(
    "用 SELECT 查询；不能改写，也不能读取别处的文件", "ask with SELECT; nothing can be changed, written, or read from elsewhere"
)


def _unanswered(sql: str, remedy: Both) -> BadInput:
    tables = ["runs", "settings", *SCHEMAS, *VIEWS]
    allowed = Both("对这些表的一条 SELECT：" + "、".join(tables), "one SELECT over " + ", ".join(tables))
    return refused("query", sql, allowed, remedy)
