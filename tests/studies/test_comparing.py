"""A comparison of sides with changes of their own, and a sweep: each side under its name, money beside what it brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fake_runs import FAKE, settings_of

from sim.runs.ensemble import Ensemble, gathered
from sim.runs.executors import SerialExecutor
from sim.runs.plan import Plan
from sim.runs.schedule import carry_out, silent
from sim.runs.store.folder import Store
from sim.settings import Settings
from sim.studies.compare import verb as comparing
from sim.studies.compare.sides import Side
from sim.studies.forecast import sweep as sweeping

SUBSIDY = "policy.car_scrappage.nev_amount"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Fake runs in the place of the model's."""

    def cells(choices: Sequence[Settings], *_: Any) -> Iterator[tuple[int, Ensemble]]:
        plans = [Plan.of(settings) for settings in choices]
        for cell in carry_out(plans, Store(tmp_path / "results"), SerialExecutor(), silent, FAKE):
            yield cell.number, gathered(cell)

    monkeypatch.setattr(comparing, "run_cells", cells)
    monkeypatch.setattr(sweeping, "run_cells", cells)


def side(root: Path, name: str, *changes: str) -> Side:
    settings = settings_of(root, *changes, "ensemble.draws=4").model_copy(update={"output": str(root / "out")})
    return Side(name, name, settings, changes, name, changes)


def test_each_side_is_told_under_its_name_and_differs_by_what_was_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sides = [side(tmp_path, "as it is"), side(tmp_path, "more", f"{SUBSIDY}=25000"), side(tmp_path, "less", f"{SUBSIDY}=7000")]
    assert comparing.compare(sides) == 0
    told = capsys.readouterr().out
    assert "more - as it is" in told
    assert "less - as it is" in told
    gaps = pd.read_csv(tmp_path / "out" / "differences.csv")
    stocks = gaps[(gaps["indicator"] == "nev_stock") & (gaps["date"] == "2024")].set_index("variant")
    assert stocks["difference"].to_dict() == {"more": 15.0, "less": -3.0}
    assert stocks["p05"].to_dict() == stocks["p95"].to_dict() == {"more": 15.0, "less": -3.0}
    promised = pd.read_csv(tmp_path / "out" / "target_differences.csv")
    assert promised.groupby("variant")["difference"].first().to_dict() == {"more": 15.0, "less": -3.0}
    assert (tmp_path / "out" / "figures" / "nev_stock-more.png").exists()


def test_the_cost_of_a_unit_is_the_same_in_a_comparison_and_in_a_sweep(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sides = [side(tmp_path, "a"), side(tmp_path, "b", f"{SUBSIDY}=25000")]
    assert comparing.compare(sides) == 0
    compared = pd.read_csv(tmp_path / "out" / "costs.csv").set_index("indicator")
    capsys.readouterr()
    assert (
        sweeping.sweep([(name, each.settings) for name, each in (("x=10000", sides[0]), (f"{SUBSIDY}=25000", sides[1]))]) == 0
    )
    swept = pd.read_csv(tmp_path / "out" / "sweep_costs.csv").set_index("indicator")
    told = capsys.readouterr().out
    assert swept.loc["nev_stock", "yuan_per_unit"] == compared.loc["nev_stock", "yuan_per_unit"]
    paid = compared.loc["nev_stock", "outlay_difference"]
    assert paid > 0.0
    assert compared.loc["nev_stock", "yuan_per_unit"] == paid / 15.0
    assert f"每多一辆{paid / 15.0:,.0f}元" in told
    assert "财政支出  " in told
    assert f"第 2 个组合与第 1 个相比：{SUBSIDY}=25000" in told
    table = pd.read_csv(tmp_path / "out" / "sweep.csv").set_index("cell")
    assert table.loc[1, "outlay_p50"] - table.loc[0, "outlay_p50"] == pytest.approx(paid)
