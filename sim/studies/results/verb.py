"""The verb results: what has been run? List, show, ask in SQL, export, tidy up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from rich.console import Console

from sim.errors import BadInput, Both, joined, refused
from sim.report.terminal import terminal
from sim.runs.store.catalogue import ask, open_catalogue
from sim.runs.store.disk import require_place
from sim.runs.store.folder import Store
from sim.runs.store.parquet_tables import decode
from sim.runs.store.tidying import throw_away, waste
from sim.settings import Settings

YES = "--yes"
LISTED = """
    SELECT scenario, boundary, scale, first_month || ' - ' || last_month AS months, draws, count(*) AS runs,
           count(DISTINCT seed) AS seeds, current, max(finished) AS finished, substr(settings, 1, 12) AS settings
    FROM runs GROUP BY ALL ORDER BY current, finished
"""
EXPORTED = """
    SELECT run, scenario, boundary, scale, draw, draws, seed, current, settings, id, "by", comparator, promise, value, met,
           grade
    FROM runs JOIN targets USING (run) ORDER BY scenario, settings, draws, draw, seed, id
"""
SAID = {
    "zh": {
        "none": "没有结果", "written": "已写入", "waste": "可删除", "total": "共 {count} 项，{size:,} 字节",
        "confirm": "删除？[y/N] ",
        "how": "未删除任何内容；要删除请加 --yes", "gone": "已删除 {count} 项", "leftover": "中断残留", "damaged": "损坏",
        "outdated": "旧版模型", "unused": "不再使用",
    },
    "en": {
        "none": "there are no results", "written": "written to", "waste": "can be deleted",
        "total": "{count} entries, {size:,} bytes",
        "confirm": "delete them? [y/N] ", "how": "nothing was deleted; to delete add --yes", "gone": "{count} entries deleted",
        "leftover": "leftover", "damaged": "damaged", "outdated": "made by another version", "unused": "not used any more",
    },
}  # fmt: skip


def results(words: Sequence[str], settings: Settings) -> int:
    """Carry out ``list``, ``show RUN``, ``query SQL``, ``export FILE.csv [SQL]`` or ``gc [--yes]``."""
    console, store = terminal(), Store(Path(settings.results.folder))
    action, *rest = words
    if action == "gc":
        return _tidy(store, rest == [YES], SAID[settings.language], console)
    if action == "show":
        return _show(store, rest[0], console)
    if action == "export":
        from sim.studies.common.output import write_csv  # brings all that runs need, which lists do not

        require_place("results export", rest[0], Path(rest[0]).parent)
        path = write_csv(Path(rest[0]), ask(store, rest[1] if rest[1:] else EXPORTED))
        console.print(f"{SAID[settings.language]['written']} {path}", soft_wrap=True)
        return 0
    table = ask(store, LISTED if action == "list" else rest[0])
    empty = SAID[settings.language]["none"] if action == "list" else ""
    _print(table, console, empty)
    return 0


def _print(table: pd.DataFrame, console: Console, empty: str = "") -> None:
    """All rows and columns, aligned, for people and for ``grep``."""
    text = empty if table.empty and empty else table.to_string(index=False, na_rep="")
    console.print(text, soft_wrap=True)


def _show(store: Store, key: str, console: Console) -> int:
    """Manifest and targets of the run whose key begins so."""
    matching = [manifest for _, manifest in store.manifests() if manifest is not None and manifest["key"].startswith(key)]
    if len(matching) != 1:
        with open_catalogue(store) as catalogue:
            known = [run for (run,) in catalogue.sql("SELECT run FROM runs LIMIT 3").fetchall()]
        raise _not_one(key, len(matching), known)
    (manifest,) = matching
    console.print(json.dumps(manifest, ensure_ascii=False, indent=1), soft_wrap=True)
    tables = store.load(manifest["key"])
    if tables is None:
        raise BadInput(
            file=str(store.place(manifest["key"])),
            key=Both("文件", "files"),
            value=Both("已损坏", "damaged"),
            allowed=Both("与写入时一致的文件", "files as they were written"),
            remedy=Both(
                "重新执行当初的命令：损坏的运行会重做", "give the command that made it again: it repeats what is damaged"
            ),
        )
    _print(decode(tables["targets"]).to_pandas(), console)
    return 0


def _not_one(key: str, matching: int, known: list[str]) -> BadInput:
    """The refusal of a beginning that no key has, or several."""
    example = Both(f"，例如 {known[0][:12]}", f", e.g. {known[0][:12]}") if known else Both("；目前没有运行", "; there is none")
    allowed = joined([Both("一次运行的编号的开头几位", "the beginning of the key of one run"), example])
    question = 'results query "SELECT run, scenario, draw, seed FROM runs"'
    listing = Both(f"用 {question} 列出编号", f"{question} lists them")
    longer = Both(f"有 {matching} 个编号以此开头：请多写几位", f"{matching} keys begin so: type more of it")
    return refused("results show", key, allowed, longer if matching else listing)


def _tidy(store: Store, confirmed: bool, said: dict[str, str], console: Console) -> int:
    """Say what can be deleted, and delete it once that is confirmed."""
    found = waste(store)
    for path, reason, size in found:
        console.print(f"{said[reason]}: {path} ({size:,})", soft_wrap=True)
    console.print(said["total"].format(count=len(found), size=sum(item.size for item in found)))
    if not found:
        return 0
    if not confirmed and console.is_terminal:
        confirmed = console.input(said["confirm"]).strip().lower() in ("y", "yes")
    if not confirmed:
        console.print(said["how"])
        return 0
    throw_away(found)
    console.print(said["gone"].format(count=len(found)))
    return 0
