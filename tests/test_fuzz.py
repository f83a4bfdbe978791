"""Damaged files end in declared errors, soon, with nothing written; the whole run is ``make fuzz``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from fuzz.kinds import KINDS
from fuzz.running import Tally, fuzz
from fuzz.watch import judged

from sim.errors import BadInput
from sim.studies.calibrate.evidence import read_series

INPUTS = 400


@cache
def found() -> dict[str, Tally]:
    return fuzz(INPUTS, seed=2)


@pytest.mark.parametrize("kind", list(KINDS))
def test_damaged_input_ends_as_declared(kind: str) -> None:
    assert found()[kind].faults == {}


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"results"}))  # a damaged result counts as one that is not there
def test_damage_is_felt(kind: str) -> None:
    assert found()[kind].ended["refused"] > 0


def test_an_error_without_a_name_is_a_fault() -> None:
    verdict = judged(lambda: 1 // 0)
    assert verdict.ended == "broken"
    assert "ZeroDivisionError" in (verdict.fault or "")


def test_a_reader_that_writes_is_found_out(tmp_path: Path) -> None:
    verdict = judged(lambda: (tmp_path / "left.txt").write_text("x"))
    assert verdict.fault is not None
    assert "left.txt" in verdict.fault
    assert judged(lambda: (tmp_path / "left.txt").write_text("x"), tmp_path).fault is None


@pytest.mark.parametrize("damage", ["2023-02,-1", "2023-02,nan", "a\rb,1", "2023-02,0", "2023-01,6", "2023-02"])
def test_a_series_that_cannot_be_read_is_refused_by_line(tmp_path: Path, damage: str) -> None:
    (tmp_path / "china_monthly.csv").write_bytes(b"series,month,value\nretail_total,2023-01,5\nretail_total," + damage.encode())
    with pytest.raises(BadInput, match=r"china_monthly\.csv"):
        read_series(tmp_path)
