"""Write the reference of measures, targets, scenarios and indicators from the settings: a hook of mkdocs, or by hand."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from sim.config import load_settings
from sim.config.sources import Sources, find_root
from sim.report.fonts import FILES as FONTS
from sim.report.fonts import FOLDER
from sim.report.numerals import number
from sim.report.words import INDICATORS, UNITS
from sim.studies.levers.listing import LeverEntry, levers_of

MARK = "<!-- generated -->"


def reference() -> str:
    """The tables as Markdown."""
    return "\n".join([*_measures(), *_levers(), *_targets(), *_indicators(), *_scenarios()])


def _table(title: str, heads: str, rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    columns = heads.split("|")
    yield from (f"## {title}", "", "| " + " | ".join(columns) + " |", "|" + "---|" * len(columns))
    yield from ("| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in row) + " |" for row in rows)
    yield ""


def _measures() -> Iterator[str]:
    settings = load_settings([])
    rows = (
        (
            f"`policy.{name}`", f"{measure.title.zh}<br>{measure.title.en}",
            "<br>".join((measure.instrument, measure.article or "-", measure.pot or "-")),
            ", ".join(f"`{lever}`" for lever in (*type(measure).levers, "enabled", "until")),
            f"{min(v.window.start for v in measure.versions.values())}<br>"
            f"{max(str(v.window.end or '...') for v in measure.versions.values())}",
        )
        for name, measure in settings.policy.items()
    )  # fmt: skip
    heads = "measure 措施|what 名称|instrument, article, pot 工具、条款、补贴资金|levers 可调参数|in force 执行期"
    return _table("Measures 措施", heads, rows)


def _levers() -> Iterator[str]:
    rows = (
        (
            f"`{lever.key}`", f"{lever.thing.zh}：{lever.words.meaning.zh}<br>{lever.thing.en}: {lever.words.meaning.en}",
            f"{lever.words.unit.zh}<br>{lever.words.unit.en}", f"{lever.told.zh}<br>{lever.told.en}",
            _range(lever), f"`{lever.example}`",
        )
        for lever in levers_of(load_settings([]))
        if not lever.common
    )  # fmt: skip
    heads = "key 键|meaning 含义|unit 单位|in force 现行|range 可取范围|example 例"
    return _table("Levers 杠杆", heads, rows)


def _range(lever: LeverEntry) -> str:
    """What is accepted, and how far it could be decided."""
    low, high = ("" if end is None else number(end) for end in lever.range)
    decided = (
        f"<br>{lever.bounds.low:g} – {lever.bounds.high:g}: {lever.bounds.decided_by.en} {lever.bounds.decided_by.zh}"
        if lever.bounds
        else ""
    )
    return f"{low} – {high}{decided}"


def _targets() -> Iterator[str]:
    rows = (
        (f"`{name}`", t.title.zh, t.title.en, f"{t.comparator} {t.promise:g} {t.unit.en}", t.by, t.article, t.grade)
        for name, t in load_settings([]).targets.items()
    )
    return _table("Targets 目标", "id|中文|English|promise|by|article|grade", rows)


def _indicators() -> Iterator[str]:
    rows = ((f"`{name}`", zh, en, "、".join(UNITS[unit])) for name, (zh, en, unit) in INDICATORS.items())
    return _table("Indicators 指标", "id|中文|English|unit", rows)


def _scenarios() -> Iterator[str]:
    chosen = (load_settings([f"scenario={name}"]).scenario for name in Sources(find_root()).names("scenario"))
    rows = ((f"`{s.id}`", s.title.zh, s.title.en, s.decided_by, s.description) for s in chosen)
    return _table("Scenarios 情景", "id|中文|English|decided by 由谁决定|what it is", rows)


def on_page_markdown(markdown: str, page: Any, **_: object) -> str:
    """Put the tables into the page that has the mark."""
    return markdown.replace(MARK, reference()) if MARK in markdown else markdown


def on_files(files: Files, config: MkDocsConfig, **_: object) -> Files:
    """Put the shipped Chinese fonts beside the pages: a reader's machine may have none."""
    for name in FONTS:
        files.append(File.generated(config, f"fonts/{name}", abs_src_path=str(FOLDER / name)))
    return files


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "reference.md").write_text(reference(), encoding="utf-8")
