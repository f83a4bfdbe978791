"""The budget: parts that sum to the fen, additionality by hand, a workbook that recalculates, the solver."""

from __future__ import annotations

import csv
import json
import math
import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from numpy.typing import NDArray
from rich.console import Console

from sim.cli import main
from sim.config import load_settings
from sim.report.budget.audit import Reconciliation
from sim.report.terminal import terminal
from sim.report.words import Words
from sim.runs.ensemble import Ensemble, ensemble
from sim.runs.executors import SerialExecutor
from sim.schema.result_tables import FORGONE
from sim.studies.budget.additionality import captured, kept
from sim.studies.budget.outlay import by_month, monthly_flows, outlay, totals, yearly
from sim.studies.budget.pairing import ADDITIONAL, ANYWAY, FORWARD, paired
from sim.studies.count.unknown_numbers import unknowns_of
from sim.studies.solve.advice import advice_lines, alternatives
from sim.studies.solve.evaluating import Evaluator
from sim.studies.solve.failing import Weakness, closest_inputs
from sim.studies.solve.levers import levers_for, usual_levers, widths
from sim.studies.solve.search import Effort, Goal, Outcome, on_grid, search
from sim.studies.solve.solve_printing import print_solution
from sim.studies.solve.standing import BestSoFar, stoppable

Floats = NDArray[np.float64]
SMALL = ("population.goods=vehicles", "population.scale=0.01", "clock.end=2025-12", "clock.now=2023-12", "executor=serial")


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory()


@cache
def result(*overrides: str) -> Ensemble:
    """Four draws with two seeds of a small district, kept for the other tests."""
    settings = load_settings([*SMALL, f"results.folder={_folder().name}", *overrides])
    return ensemble(settings, 2, 4, SerialExecutor())


# what it costs ---------------------------------------------------------------------------------------------------


def test_measures_months_and_payers_sum_to_the_total_to_the_fen() -> None:
    found = result()
    detail = outlay(found)
    everything = totals(found, detail).set_index("measure")["mean_fen"]
    assert everything[""] == detail["mean_fen"].sum() == everything.drop("").sum() == by_month(found, detail)["mean_fen"].sum()
    years = yearly(found, detail)
    assert years[(years["measure"] == "") & (years["payer"] == "")]["mean_fen"].sum() == everything[""]
    assert years[(years["measure"] != "") & (years["payer"] != "")]["mean_fen"].sum() == everything[""]


def test_the_mean_is_that_of_the_ledgers() -> None:
    found = result()
    paid = found.ledger[found.ledger["payer"] != FORGONE]
    paid = paid[paid["month"] <= "2025-12"]
    mean = paid.groupby(["draw", "seed"])["paid_fen"].sum().mean() / found.settings.population.scale
    detail = outlay(found)
    assert detail["mean_fen"].sum() == pytest.approx(mean, rel=1e-6)


# what it buys ----------------------------------------------------------------------------------------------------


def events(*rows: tuple[int, int]) -> pd.DataFrame:
    """Slot and month of purchases of cars."""
    return pd.DataFrame([("car", slot, month) for slot, month in rows], columns=["good", "slot", "month"])


@pytest.mark.parametrize(
    ("with_it", "without", "expected"),
    [
        (events((1, 10)), events((1, 10)), [(ANYWAY, 0)]),
        (events((1, 10)), events((1, 16)), [(FORWARD, 6)]),
        (events((1, 10)), events(), [(ADDITIONAL, 0)]),
        (events((1, 10)), events((1, 7)), [(ANYWAY, -3)]),
        (events((1, 10)), events((2, 10)), [(ADDITIONAL, 0)]),
        (events((1, 10), (1, 40)), events((1, 40)), [(ADDITIONAL, 0), (ANYWAY, 0)]),
        (events((1, 10), (1, 40)), events((1, 22), (1, 50)), [(FORWARD, 12), (FORWARD, 10)]),
    ],
)
def test_a_claim_is_classed_by_what_its_owner_would_have_done(
    with_it: pd.DataFrame, without: pd.DataFrame, expected: list[tuple[str, int]]
) -> None:
    found = paired(with_it, without)
    assert list(zip(found["class"], found["months"], strict=True)) == expected


@cache
def written(*overrides: str) -> Path:
    """The files of the verb."""
    folder = Path(_folder().name) / f"book{len(overrides)}"
    words = ["budget", *SMALL, "ensemble.draws=2", "ensemble.seeds=1", "pairs=1", "topup=0", f"results.folder={_folder().name}"]
    typed = {word.split("=")[0] for word in overrides}
    assert main([*(word for word in words if word.split("=")[0] not in typed), f"output={folder}", *overrides]) == 0
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_a_measure_that_pays_nothing_costs_nothing_and_buys_nothing() -> None:
    folder = written("policy.car_scrappage.amount_factor=0", "measures=[car_scrappage]")
    (row,) = rows(folder / "additionality.csv")
    assert [float(row[name]) for name in ("claims", "amount", "additional", "pulled_forward", "anyway")] == [0.0] * 5
    assert "car_scrappage" not in {line["measure"] for line in rows(folder / "outlay.csv")}


def test_claims_are_additional_or_pulled_forward_or_would_have_been_anyway() -> None:
    (row,) = rows(written("measures=[car_replacement]") / "additionality.csv")
    parts = [float(row[name]) for name in ("additional", "pulled_forward", "anyway")]
    assert float(row["claims"]) > 0
    assert sum(parts) == pytest.approx(float(row["claims"]))


# the workbook ----------------------------------------------------------------------------------------------------


def test_the_workbook_prints_on_a4_and_holds_live_totals_and_no_formula_from_text() -> None:
    book = openpyxl.load_workbook(written("measures=[car_replacement]") / "budget.xlsx")
    formulas = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    assert len(book.sheetnames) >= 7
    assert all(not name.isascii() for name in book.sheetnames)
    assert len(formulas) > 50
    assert all(sheet.page_setup.paperSize == 9 for sheet in book)  # type: ignore[comparison-overlap]
    assert any(sheet._charts for sheet in book)  # type: ignore[attr-defined]


@cache
def dry_book() -> Path:
    """The workbook of a district whose money for cars runs out, filled up by a quarter."""
    short = ("measures=[car_scrappage,car_replacement]", "pots.trade_in.amount_factor=0.3", "topup=0.25", "ensemble.draws=3")
    return written(*short) / "budget.xlsx"


REFERENCE = re.compile(r"(?:'([^']+)'!)?\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")


class Recalculated:
    """Formulas of a workbook, worked out from the values of the cells that they name."""

    def __init__(self, path: Path) -> None:
        self.formulas = openpyxl.load_workbook(path)
        self.values = openpyxl.load_workbook(path, data_only=True)

    def value(self, sheet: str, formula: str) -> Any:
        names = {"SUM": _sum, "SUMIFS": _sumifs, "ROUND": round, "IF": _if, "ABS": abs}
        return eval(self._python(sheet, formula.removeprefix("=")), {"cells": self._cells, **names})

    def _cells(self, sheet: str, place: str) -> Any:
        found = self.values[sheet][place]
        return [cell.value for line in found for cell in line] if ":" in place else found.value

    def _python(self, sheet: str, formula: str) -> str:
        def named(match: re.Match[str]) -> str:
            other, column, row, last_column, last_row = match.groups()
            place = f"{column}{row}" + (f":{last_column}{last_row}" if last_column else "")
            return f"cells({other or sheet!r},{place!r})"

        texts = re.split(r'("[^"]*")', formula)
        return "".join(
            text if text.startswith('"') else REFERENCE.sub(named, text).replace("=cells", "==cells") for text in texts
        )


def _sum(values: Any) -> float:
    return math.fsum(value for value in values if isinstance(value, int | float))


def _sumifs(values: list[Any], *conditions: Any) -> float:
    wanted = [all(conditions[n][row] == conditions[n + 1] for n in range(0, len(conditions), 2)) for row in range(len(values))]
    return math.fsum(value for value, there in zip(values, wanted, strict=True) if there)


def _if(condition: Any, yes: Any, no: Any) -> Any:
    return yes if condition else no


def test_every_formula_of_the_workbook_comes_to_what_is_written_beside_it() -> None:
    book = Recalculated(dry_book())
    cells = [cell for sheet in book.formulas for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    for cell in cells:
        if cell.value.startswith("=IF(") and "ROUND(" in cell.value:
            continue  # divides only where there is something to divide by; Python works out both branches
        said, found = book.values[cell.parent.title][cell.coordinate].value, book.value(cell.parent.title, cell.value)
        same = found == pytest.approx(said, abs=0.006) if isinstance(said, int | float) else found == said
        assert same, (cell.parent.title, cell.coordinate, said, found)


def test_whatever_stands_twice_in_the_workbook_is_one_number() -> None:
    book = Recalculated(dry_book())
    sheet = book.formulas["核对"]
    checked = [row for row in sheet.iter_rows(min_row=5) if row[3].data_type == "f"]
    for name, left, right, result in checked:
        values = [book.value("核对", cell.value) for cell in (left, right)]
        assert values[0] == pytest.approx(values[1], abs=0.005), name.value
        assert book.values["核对"][result.coordinate].value == "一致", name.value
    said = " ".join(str(row[0].value) for row in checked)
    for part in (
        "各月合计",
        "已核定",
        "单位成本表的金额",
        "敏感性表的 P50",
        "各类对象金额",
        "追加前用尽概率",
        "追加额",
        "年末未付",
    ):
        assert part in said


def test_the_audit_tells_what_does_not_agree(tmp_path: Path) -> None:
    check = Reconciliation("twice", "A1", 184.0e6, "B1", 218.9e6)
    assert not check.agrees
    assert Reconciliation("twice", "A1", 0.15, "B1", 0.15).agrees


def test_a_top_up_grants_no_more_than_it_brings() -> None:
    dry_book()
    (row,) = [line for line in rows(dry_book().parent / "topup.csv") if line["pot"] == "trade_in"]
    money, granted, unspent = (float(row[name]) for name in ("extra_money", "extra_granted", "extra_unspent"))
    assert money > 0.0
    assert granted + unspent == pytest.approx(money, abs=0.01)
    dry = {(line["pot"], line["year"]): float(line["chance"]) for line in rows(dry_book().parent / "pots.csv")}
    assert float(row["chance_before"]) == dry["trade_in", row["year"]]


def test_a_seller_keeps_a_share_only_where_the_pairs_agree_on_one() -> None:
    money = pd.Series([100.0, 100.0])
    assert kept(pd.Series([10.0, 20.0]), money) == pytest.approx(0.15)
    assert math.isnan(kept(pd.Series([-10.0, 20.0]), money))
    assert math.isnan(kept(pd.Series([-300.0, -400.0]), money))


def test_prices_are_compared_in_the_same_month_alone() -> None:
    """Prices fall by 10 a month on both sides; the measure raises them by 1. Two cars more are sold, one in another month."""
    columns = ["good", "variant", "month", "price"]
    usual = pd.DataFrame([("car", 0, "2024-01", 100.0), ("car", 0, "2024-03", 80.0)], columns=columns)
    asked = pd.DataFrame(
        [("car", 0, "2024-01", 101.0), ("car", 0, "2024-02", 91.0), ("car", 0, "2024-03", 81.0), ("car", 0, "2024-03", 81.0)],
        columns=columns,
    )
    assert captured(asked, usual) == pytest.approx(4.0)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice Calc to recalculate")
def test_libreoffice_finds_the_same_totals(tmp_path: Path) -> None:
    source = written("measures=[car_replacement]") / "budget.xlsx"
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    wanted = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path), str(source)]
    done = subprocess.run([*command, *wanted], capture_output=True, text=True, timeout=180)
    if not (tmp_path / "budget.xlsx").exists():
        pytest.skip(f"LibreOffice has no Calc here: {done.stderr.strip()[:80]}")
    ours, theirs = (openpyxl.load_workbook(path, data_only=True) for path in (source, tmp_path / "budget.xlsx"))
    formulas = openpyxl.load_workbook(source)
    cells = [cell for sheet in formulas for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    for cell in cells:
        mine, other = (book[cell.parent.title][cell.coordinate].value for book in (ours, theirs))
        same = mine == pytest.approx(other, abs=0.005) if isinstance(mine, float | int) else mine == other
        assert same, (cell.parent.title, cell.coordinate, mine, other)


# how much is needed ----------------------------------------------------------------------------------------------


FINE = np.full(3, 0.001)
"""Steps of a thousandth."""


def toy(points: Sequence[Floats]) -> list[Outcome]:
    """Outlay x + 2 y; the targets are met where x + y >= 1 (margin); the cheapest such point is (1, 0)."""
    return [Outcome(float(p[0] + 2.0 * p[1]), (float(p[0] + p[1] - 1.0),) * 4) for p in points]


def test_the_solver_finds_the_optimum_of_a_toy() -> None:
    tried = search(toy, Goal(0.8), Effort(30, 2, 1), np.array([0.3, 0.3]), FINE[:2])
    best = tried.outcomes[tried.best(Goal(0.8))]
    assert best.margin(0.8) >= 0.0
    assert best.outlay == pytest.approx(1.0, abs=0.05)


def test_it_beats_a_grid_of_as_many_points() -> None:
    def bowl(points: Sequence[Floats]) -> list[Outcome]:
        return [Outcome(float(((p - 0.37) ** 2).sum()), (float(p.sum() - 1.2),)) for p in points]

    goal, levels = Goal(1.0), np.linspace(0.0, 1.0, 3)
    grid = bowl([np.array([a, b, c]) for a in levels for b in levels for c in levels])
    tried = search(bowl, goal, Effort(27, 3, 1), np.full(3, 0.5), FINE)
    cheapest = min(outcome.outlay for outcome in grid if goal.feasible(outcome))
    assert tried.outcomes[tried.best(goal)].outlay < cheapest


def test_with_a_budget_it_spends_no_more() -> None:
    goal = Goal(0.8, budget=0.6)
    tried = search(toy, goal, Effort(24, 2, 1), np.array([0.3, 0.3]), FINE[:2])
    best = tried.outcomes[tried.best(goal)]
    assert best.outlay <= 0.6
    assert best.margin(0.8) == pytest.approx(-0.4, abs=0.05)


def test_what_is_tried_lies_on_the_grid_of_the_levers_and_nothing_is_tried_twice() -> None:
    start, steps = np.array([0.3, 0.3]), np.array([0.25, 0.1])
    tried = search(toy, Goal(0.8), Effort(20, 3, 1), start, steps)
    assert np.array_equal(tried.points[0], start)
    rest = np.array(tried.points[1:])
    assert np.allclose(rest / steps, np.round(rest / steps))
    assert len({tuple(point) for point in rest.tolist()}) == len(rest)
    odd = search(toy, Goal(0.8), Effort(66, 3, 1), np.array([0.7, 0.2]), np.array([0.1, 0.2])).points
    assert 0.7 != 7 * 0.1  # the same place, and apart in the last bit
    assert len({tuple(np.round(point, 6).tolist()) for point in odd}) == len(odd) == 66
    assert tried.outcomes[tried.best(Goal(0.8))].outlay == pytest.approx(1.0)


def test_a_search_ends_where_the_grid_has_no_more_points() -> None:
    tried = search(toy, Goal(0.8), Effort(50, 4, 1), np.zeros(2), np.array([1.0, 0.5]))
    assert sorted(tuple(point) for point in np.array(tried.points).tolist()) == [
        (x, y) for x in (0.0, 1.0) for y in (0.0, 0.5, 1.0)
    ]


def test_levers_are_proposed_in_steps_that_an_office_would_decide() -> None:
    levers = levers_for(["elv_recovered"], load_settings([]), {})
    points = on_grid(np.random.default_rng(1).random((50, len(levers))), widths(levers))
    for lever, places in zip(levers, points.T, strict=True):
        steps = [(lever.at(float(place)) - lever.low) / lever.step for place in places]
        assert np.allclose(steps, np.round(steps), atol=1e-6), lever.key


def test_the_front_is_not_beaten_by_anything_tried() -> None:
    tried = search(toy, Goal(0.8), Effort(16, 2, 1), np.array([0.3, 0.3]), FINE[:2])
    for n in tried.front():
        mine = tried.outcomes[n]
        assert not any(o.outlay < mine.outlay and o.probability >= mine.probability for o in tried.outcomes)


def solved(tmp_path: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """Exit code and solution of a small search for the levers of one subsidy."""
    folder = tmp_path / "out"
    lever = "policy.car_scrappage.amount_factor=interval(0.9,1.1)"
    search = ["evaluations=6", "search_scale=0.01", "search_draws=1", "ensemble.draws=1", "ensemble.seeds=1", lever]
    where = [f"results.folder={_folder().name}", f"output={folder}"]
    code = main(["budget", "solve", *SMALL, *search, *where, *words])
    return code, json.loads((folder / "solution.json").read_text(encoding="utf-8"))


def test_a_package_that_fails_its_verification_is_no_solution(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = solved(tmp_path, "targets=[elv_recovered]", "p=1", "targets.elv_recovered.promise=1e6", "language=en")
    assert code == 3
    assert (found["reached"], found["levers"]) == (False, None)
    assert set(found["closest"]["levers"]) == {"policy.car_scrappage.amount_factor"}
    told = " ".join(capsys.readouterr().out.split())
    assert "None found" in told
    assert "the best reaches 0%" in told
    assert "Taken for the present: 2023-12" in told
    assert "TRIAL 试算: 1% of the owners, 1 runs" in told
    assert (found["trial"], [each["trial"] for each in found["verified"]]) == (True, [True] * len(found["verified"]))


def test_a_package_that_holds_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = solved(tmp_path, "targets=[elv_recovered]", "p=1", "targets.elv_recovered.promise=1")
    assert code == 0
    assert found["reached"]
    assert found["levers"] == found["closest"]["levers"]
    assert (found["question"]["now"], found["question"]["levers_from"]) == ("2023-12", "2024-01")
    told = capsys.readouterr().out
    assert "视为现在：2023-12" in told
    assert "试算 TRIAL" in told
    whole = [{**each, "runs": 20} for each in found["verified"]]
    print_solution({**found, "verified": whole}, replace(Words.of(load_settings([])), scale=1.0), terminal())
    assert "TRIAL" not in capsys.readouterr().out, "all owners and twenty runs are no trial"


def test_a_target_whose_date_has_passed_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    later = [word.replace("clock.now=2023-12", "clock.now=2026-01") for word in SMALL]
    assert main(["budget", "solve", *later, "targets=[elv_recovered]"]) == 2
    assert "clock.now" in capsys.readouterr().err


def test_the_bounds_of_every_lever_stand_in_data_with_reason_and_source() -> None:
    settings = load_settings([])
    files = usual_levers()
    assert {indicator for file in files for indicator in file.indicators} >= {"nev_stock", "elv_recovered"}
    for file in files:
        for key, bounds in file.levers.items():
            assert min(map(len, (bounds.reason, bounds.source, bounds.decided_by.zh, bounds.decided_by.en))) > 0
            for end in (bounds.low, bounds.high):
                load_settings([f"{key}={end:g}"])
            if key.endswith("amount_factor"):
                assert bounds.low <= 1.0 <= bounds.high
    (loans,) = [file.levers["policy.car_loans.min_down_payment"] for file in files if "nev_stock" in file.indicators]
    assert loans.low >= 0.1
    assert {lever.key for lever in levers_for(["nev_stock"], settings, {})} == set(files[1].levers)


# the workbook, read month by month ----------------------------------------------------------------------------------


def test_months_tell_what_is_claimed_granted_paid_and_owed() -> None:
    found = result()
    detail = outlay(found)
    flows = monthly_flows(found, detail)
    assert flows["paid_fen"].sum() == detail["mean_fen"].sum()
    ledger = found.ledger[found.ledger["payer"] != FORGONE]
    scale, runs = found.settings.population.scale, len(found.tables)
    assert flows["granted_fen"].sum() == pytest.approx(ledger["amount_fen"].sum() / scale / runs, rel=1e-6)
    one = ledger.drop_duplicates(["draw", "seed", "month", "measure"])
    for column in ("claims", "applications"):
        assert flows[column].sum() == pytest.approx(one[column].sum() / scale / runs)
    owed = (flows["granted_fen"] - flows["paid_fen"]).cumsum()
    assert owed.min() >= 0
    assert owed.iloc[-1] == pytest.approx((ledger["amount_fen"].sum() - ledger["paid_fen"].sum()) / scale / runs, rel=1e-6), (
        "what is granted and not paid at the end"
    )


def test_the_sheet_by_month_tells_claims_by_purchase_from_applications() -> None:
    sheet = openpyxl.load_workbook(dry_book(), data_only=True)["逐月对账"]
    heads = next(line for line in sheet.iter_rows(values_only=True) if line[0] == "月份")
    assert heads[:5] == ("月份", "申领（按购买）", "申请量（按提交）", "核定（元）", "支付（元）")
    shown = [line for line in sheet.iter_rows(values_only=True) if re.fullmatch(r"20\d\d-\d\d", str(line[0]))]
    claims, applications = (np.array([float(line[n] or 0) for line in shown]) for n in (1, 2))
    assert 0 < applications.sum() <= claims.sum()
    assert (applications.cumsum() <= claims.cumsum() + 1e-9).all()
    assert (applications != claims).any()


def test_the_first_sheet_says_what_was_found_and_what_each_sheet_answers() -> None:
    book = openpyxl.load_workbook(dry_book(), data_only=True)
    guide = [[cell.value for cell in line] for line in book.worksheets[0].iter_rows()]
    told = [str(row[0]) for row in guide if row[0]]
    assert book.sheetnames[0] == "阅读说明"
    named = {row[0] for row in guide if row[1]}
    assert {name for name in book.sheetnames[1:] if not name.startswith("方案")} == named - {"工作表"}
    (line,) = [line for line in told if line.startswith("汽车报废更新补贴：每100笔申领中")]
    row = next(row for row in rows(dry_book().parent / "additionality.csv") if row["measure"] == "car_scrappage")
    shares = [100 * float(row[name]) / float(row["claims"]) for name in ("additional", "pulled_forward", "anyway")]
    numbers = [float(n) for n in re.findall(r"(\d+)笔", line)]
    assert numbers[0] == 100.0
    assert numbers[1:] == pytest.approx(shares, abs=0.51)


# what the solver says ---------------------------------------------------------------------------------------------------


def test_the_search_tells_each_better_package_as_it_is_found() -> None:
    console = Console(record=True, width=200)
    standing = BestSoFar(Goal(0.8), 12, console, "zh")
    tried = search(toy, Goal(0.8), Effort(12, 2, 1), np.array([0.3, 0.3]), FINE[:2], standing)
    told = console.export_text().splitlines()
    assert standing.done == 12
    assert told[0].startswith("已评估 2/12 个组合；目前最好（第 2 个）：支出 0 万元，全部目标同时实现的概率 100%，达到要求")
    assert len(told) < 6, "and says nothing where nothing got better"
    assert f"第 {tried.best(Goal(0.8)) + 1} 个" in told[-1]


def test_sigterm_stops_the_search_as_ctrl_c_does() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), stoppable():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_search_that_was_stopped_says_so_and_goes_on_from_the_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []
    evaluate = Evaluator.__call__

    def stopped(self: Evaluator, points: Sequence[Floats]) -> list[Outcome]:
        if runs:
            signal.raise_signal(signal.SIGTERM)
        runs.append(len(points))
        return evaluate(self, points)

    words = ["targets=[elv_recovered]", "p=1", "targets.elv_recovered.promise=1"]
    monkeypatch.setattr(Evaluator, "__call__", stopped)
    with pytest.raises(FileNotFoundError):
        solved(tmp_path, *words)
    told = capsys.readouterr()
    assert "已停止：评估了 2 个组合" in told.out
    assert "重复同一命令即从此处继续" in told.out
    assert "已中断" in told.err
    monkeypatch.setattr(Evaluator, "__call__", evaluate)
    code, found = solved(tmp_path, *words)
    assert (code, len(found["evaluations"])) == (0, 6)


def package(number: int, outlay: float, margin: float, lever: float) -> dict[str, Any]:
    return {
        "number": number, "outlay_yuan": outlay, "margin": margin, "probability_of_all": 1.0, "feasible": margin >= 0.0,
        "levers": {"policy.car_scrappage.amount_factor": lever},
    }  # fmt: skip


def test_alternatives_do_as_asked_within_a_twentieth_of_the_cost_the_surest_first() -> None:
    tried = [package(n, *each) for n, each in enumerate([(100, 0.01, 1.0), (104, 0.02, 1.1), (105, 0.03, 1.2), (106, 0.9, 1.5),
                                                         (96, -0.1, 0.9), (101, 0.01, 1.0)])]  # fmt: skip
    found = {"evaluations": tried, "closest": {"number": 0}}
    assert [one["number"] for one in alternatives(found)] == [2, 1]


def test_the_solution_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = solved(tmp_path, "targets=[elv_recovered]", "p=1", "targets.elv_recovered.promise=1")
    told = "".join(capsys.readouterr().out.split())
    assert code == 0
    assert "建议汽车报废更新补贴（补贴标准、比例和上限的倍数）由1调整为" in told
    assert "什么情况下会落空余量最小的是" in told
    assert "抽样少于10次" in told, "one draw names no input"
    weak = found["fails_if"]
    assert (weak["target"], weak["missed"], weak["runs"], weak["inputs"]) == ("elv_recovered", 0, 1, None)
    checked = found["verified"][-1]["targets"]["elv_recovered"]
    assert weak["margin"] == pytest.approx(checked["reached_with_p"] - 1.0), "in parts of the promise, which is one"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("zh", "未实现更常见于：政策调整时知晓率的跃升偏低、二手车交易量偏高。"),
        ("en", "Runs that miss have more often: jump of awareness when a measure changes low, used-car transactions high."),
    ],
)
def test_what_would_make_it_fail_is_told_by_name(language: str, sentence: str) -> None:
    settings = load_settings([f"language={language}"])
    known = {one.name: one for one in unknowns_of(settings, [])}
    one, other = known["behaviour.awareness_jump"], known["region.baseline.used_car_transactions"]
    weak = Weakness("elv_recovered", 0.02, 3, 20, ((one, 0.7), (other, -0.6)))
    found = {"reached": False, "question": {"p": 0.8}, "fails_if": json.loads(json.dumps(weak.told))}
    assert advice_lines(found, settings)[-1].strip() == sentence


def test_an_input_is_named_where_it_goes_along_with_the_margin_and_none_by_chance() -> None:
    draws = np.random.default_rng(3)
    places = draws.random((40, 200))
    names = [f"n{n}" for n in range(200)]
    ((name, correlation),) = closest_inputs(names, places, places[:, 7] + 0.05 * draws.random(40))
    assert (name, correlation > 0.95) == ("n7", True)
    named = [closest_inputs(names, places, draws.random(40)) for _ in range(20)]
    assert sum(map(bool, named)) <= 4, "one in twenty by chance, however many inputs there are"
