"""Every number has a unit, a source and a grade, and the page of the docs shows the numbers that are shipped."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.config import load_settings
from sim.runs.draws import uncertain_paths
from sim.settings import Settings
from sim.studies.pedigree.verb import GRADES, counts, numbers, page

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings([])


@pytest.fixture(scope="module")
def table(settings: Settings) -> pd.DataFrame:
    return numbers(settings)


def test_every_number_says_what_it_is_and_where_it_comes_from(table: pd.DataFrame) -> None:
    for column in ("unit", "source"):
        assert table.loc[table[column].fillna("").str.strip() == "", "path"].tolist() == []
    assert set(table["grade"]) == set(GRADES)
    assert not table["path"].duplicated().any()


def test_the_numbers_with_a_range_are_those_that_are_drawn(table: pd.DataFrame, settings: Settings) -> None:
    assert sorted(table.loc[table["low"].notna(), "path"]) == uncertain_paths(settings)


def test_counts_add_up(table: pd.DataFrame) -> None:
    groups = table["path"].str.split(".").str[0]
    rows = [[int(cell.replace(",", "")) for cell in row[1:]] for row in counts(table, groups, "all")]
    assert [sum(column) for column in zip(*rows[:-1], strict=True)] == rows[-1]
    assert all(sum(row[1:4]) == row[0] for row in rows)


def test_the_page_shows_the_shipped_numbers(table: pd.DataFrame) -> None:
    shown = (ROOT / "docs" / "trust" / "data_quality.md").read_text(encoding="utf-8")
    assert shown == page(table), "run: python -m sim pedigree --write"
