"""Findings made of small frames, and the words of the report on them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from report_frames import monthly, target_table, uptake

from sim.config import load_settings
from sim.report.blocks import Command, Document, Grid, Heading, Paragraph
from sim.report.findings import Findings

DRY = {
    "pot": "trade_in", "year": "2025", "chance": 0.25, "first_p05": "2025-06", "first_p50": "2025-06", "first_p95": "2025-07",
    "months": 1.5, "dry_days": 12.0, "capped_days": 3.0, "stopped_days": 42.0, "opened": 1.8e8,
}  # fmt: skip
"""What comes into a pot in a year, and when it is dry."""
DAY = dt.date(2026, 1, 31)


def found(language: str = "zh", **given: Any) -> Findings:
    table = target_table().assign(grade="B")
    whole = Findings(
        settings=load_settings([f"language={language}"]),
        table=table,
        monthly=monthly(),
        uptake=uptake(),
        granted=pd.Series({"car_scrappage": 321.0, "consumer_loan_subsidy": 654.0}),
        runs=3,
        failed=0,
        figures=Path("nowhere"),
        command="python -m sim report scenario=enacted",
        dry=pd.DataFrame([DRY]),
        made={"commit": "abc", "model": "m", "settings": "s", "store": "results", "versions": "python 3"},
    )
    return replace(whole, **given)


def words(document: Document) -> str:
    """All text of a document."""
    parts = []
    for block in document.blocks:
        if isinstance(block, Heading):
            parts.append(block.line)
        elif isinstance(block, (Paragraph, Command)):
            parts.append(block.text)
        elif isinstance(block, Grid):
            parts += [block.caption, *(cell for row in block.rows for cell in row)]
    return "\n".join(parts)
