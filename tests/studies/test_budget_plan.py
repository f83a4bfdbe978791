"""The budget's workbook as a form: what it offers, what is read back, what is refused, and who pays from when."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from plan_book import BASIS, PLACES, filled_plan

from sim.cli import main
from sim.config import load_settings
from sim.schema.result_tables import Entry
from sim.settings import Settings
from sim.studies.budget.plan_form import GUIDE, TABS, PlanBase, plan_book
from sim.studies.budget.plan_reading import BudgetPlan, open_plan, read_plan
from sim.studies.budget.plan_rows import payable, plan_rows
from sim.studies.budget.plan_shares import ledger_shared
from sim.studies.common.form_layout import HEAD_ROW

NEV, LAST = "policy.car_scrappage.nev_amount", "policy.car_scrappage.until"
NEXT, ADDED, CAPPED = (f"pots.trade_in.{name}" for name in ("tranches.y2027.amount", "tranches.added", "caps.capped"))
CENTRAL, DISTRICT = (f"policy.car_replacement.payers.{payer}" for payer in ("central", "district"))
Read = Callable[[Mapping[str, object]], BudgetPlan]


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings([])


@pytest.fixture(scope="module")
def book(settings: Settings) -> bytes:
    return plan_book(PlanBase(settings, "dongchangfu"))


@pytest.fixture
def read(book: bytes, settings: Settings, tmp_path: Path) -> Read:
    def of(values: Mapping[str, object]) -> BudgetPlan:
        path = tmp_path / "方案.xlsx"
        path.write_bytes(filled_plan(book, values))
        return read_plan(open_plan(path, []), settings, load_settings)

    return of


def test_the_form_offers_money_that_can_still_be_changed_and_every_payer(settings: Settings) -> None:
    codes = {row.code for row in plan_rows(settings)}
    assert {NEV, LAST, NEXT, "pots.trade_in.amount_factor", f"{ADDED}.amount", f"{CAPPED}.per", CENTRAL, DISTRICT} <= codes
    assert "pots.trade_in.tranches.y2026.amount" not in codes, "has begun: its money is handed out"
    assert {code.split(".")[1] for code in codes if ".payers." in code} == set(payable(settings))
    assert "nev_purchase_tax" not in payable(settings), "tax that is forgone is paid by nobody"


def test_only_new_values_and_reasons_are_open_and_each_value_says_what_it_takes(book: bytes, settings: Settings) -> None:
    opened = openpyxl.load_workbook(io.BytesIO(book))
    assert opened.sheetnames == [GUIDE, *TABS.values()]
    seen = 0
    for name in TABS.values():
        sheet = opened[name]
        assert sheet.protection.sheet, name
        checked = {str(cell) for rule in sheet.data_validations.dataValidation for cell in rule.sqref.ranges}
        for row in sheet.iter_rows(min_row=HEAD_ROW + 2):
            unlocked = [cell.column for cell in row if not cell.protection.locked]
            assert unlocked == [PLACES["new"], PLACES["basis"]], row[0].value
            assert row[PLACES["new"] - 1].coordinate in checked, row[0].value
            seen += 1
    assert seen == len(plan_rows(settings))


def test_a_plan_becomes_what_would_have_been_typed(read: Read) -> None:
    plan = read(
        {
            NEV: 25000, LAST: dt.datetime(2026, 9, 30), NEXT: "180,000,000", f"{ADDED}.amount": 3e7,
            f"{ADDED}.window.start": "2026年4月1日", f"{ADDED}.window.end": "2026-12-31", f"{CAPPED}.amount": 5e5,
            f"{CAPPED}.per": "day", f"{CAPPED}.window.start": "2026-05-01", f"{CAPPED}.window.end": "2026-12-31",
        }
    )  # fmt: skip
    changed = load_settings(plan.words)
    measure, pot = changed.policy["car_scrappage"], changed.pots["trade_in"]
    assert (measure.nev_amount, measure.until) == (25000.0, dt.date(2026, 9, 30))  # type: ignore[union-attr]
    assert pot.tranches["y2027"].amount.value == 180_000_000.0
    assert (pot.tranches["added"].amount.value, str(pot.tranches["added"].span.start)) == (30_000_000.0, "2026-04-01")
    assert (pot.caps["capped"].per, pot.caps["capped"].amount.value) == ("day", 500_000.0)
    assert plan.shares == {}
    assert {entry.basis for entry in plan.entries.values()} == {BASIS}
    assert len(plan.told) == 2, "the day and the amount that were not written plainly"


def test_payers_that_are_left_alone_keep_their_shares(read: Read) -> None:
    plan = read({CENTRAL: 0.8, DISTRICT: "7.25%"})
    assert plan.shares == {"car_replacement": {"central": 0.8, "province": 0.075, "city": 0.0525, "district": 0.0725}}
    assert plan.words == [], "who pays moves nobody: it is no setting of the runs"


def test_a_form_that_carries_a_plan_reads_back_as_that_plan(read: Read, settings: Settings, tmp_path: Path) -> None:
    plan = read({NEV: 25000, CENTRAL: 0.8, DISTRICT: 0.0725, LAST: "2026-09-30"})
    sink = tmp_path / "again.xlsx"
    import xlsxwriter

    from sim.studies.budget.plan_form import add_plan

    workbook = xlsxwriter.Workbook(str(sink))
    add_plan(workbook, PlanBase(settings, "dongchangfu"), plan.given)
    workbook.close()
    again = read_plan(open_plan(sink, []), settings, load_settings)
    assert (again.words, again.shares, again.given) == (plan.words, plan.shares, plan.given)


@pytest.mark.parametrize(
    ("values", "row_of", "said"),
    [
        ({NEV: 2.5}, NEV, "confirm=[policy.car_scrappage.nev_amount]"),
        ({NEV: "2万"}, NEV, "不带单位的数字"),
        ({NEV: -1}, NEV, "0 至 10,000,000 的数（元）"),
        ({LAST: "2025-12-31"}, LAST, "2026-02-01 至 2027-12-31 的日期"),
        ({CENTRAL: 0.8}, CENTRAL, "各级合计为 1（现为 0.95，未填的按现行）"),
        ({f"{ADDED}.amount": 3e7}, f"{ADDED}.amount", "另填 window.start、window.end"),
        ({f"{CAPPED}.per": "decade"}, f"{CAPPED}.per", "day、week、month、quarter、year"),
        (
            {f"{ADDED}.amount": 3e7, f"{ADDED}.window.start": "2026-12-31", f"{ADDED}.window.end": "2026-04-01"},
            f"{ADDED}.window.end", "有效期的结束早于开始",
        ),
        ({}, "", "至少一个新值"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_by_sheet_and_row_before_anything_runs(
    values: Mapping[str, object], row_of: str, said: str, book: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, output = tmp_path / "方案.xlsx", tmp_path / "out"
    path.write_bytes(filled_plan(book, values))
    assert main(["budget", f"from={path}", f"output={output}", f"results.folder={tmp_path / 'results'}"]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert not (tmp_path / "results").exists()
    assert not output.exists() or not list(output.iterdir())
    if row_of:
        opened = openpyxl.load_workbook(io.BytesIO(book))
        (place,) = [(name, row[0].row) for name in TABS.values() for row in opened[name].iter_rows() if row[0].value == row_of]
        assert f"第 {place[1]} 行“{place[0]} › 新值 New value”列" in told


def test_a_number_far_off_is_taken_once_it_is_confirmed(book: bytes, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "方案.xlsx"
    path.write_bytes(filled_plan(book, {NEV: 900}))
    assert read_plan(open_plan(path, []), settings, load_settings, [NEV]).words == [f"{NEV}=900"]


def test_a_form_of_other_settings_is_refused(book: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "方案.xlsx"
    path.write_bytes(filled_plan(book, {NEV: 25000}))
    assert main(["budget", f"from={path}", "scenario=no_policy"]) == 2
    assert "enacted（该表所属）" in capsys.readouterr().err
    path.write_bytes(filled_plan(filled_plan(book, {NEV: 25000}), {NEV: "价格的13%"}, "told"))
    assert main(["budget", f"from={path}"]) == 2
    assert "输入制表时的同样设置" in capsys.readouterr().err


def test_another_workbook_and_a_confirmation_without_a_form_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.xlsx"
    sheet = openpyxl.Workbook()
    sheet.active["A1"] = "x"  # type: ignore[index]
    sheet.save(other)
    assert main(["budget", f"from={other}"]) == 2
    assert "budget template" in capsys.readouterr().err
    assert main(["budget", f"confirm=[{NEV}]"]) == 2
    assert "from=" in capsys.readouterr().err


def test_payers_change_from_the_day_of_the_plan_on_and_payments_after_the_lag(settings: Settings) -> None:
    months, old = ("2026-01", "2026-02", "2026-03", "2026-04"), {"central": 86, "province": 7, "city": 5, "district": 2}
    rows = [(m, "car_replacement", payer, 3, 3, fen, fen) for m in months for payer, fen in old.items()]
    rows += [(m, "truck_scrappage", "central", 1, 1, 7, 7) for m in months]
    ledger = pd.DataFrame(rows, columns=list(Entry._fields))
    lag = settings.policy["car_replacement"].payment_lag_months
    assert lag == 2
    shared = ledger_shared(
        ledger, {"car_replacement": {"central": 0.5, "province": 0.0, "city": 0.0, "district": 0.5}}, settings
    )
    mine = shared[shared["measure"] == "car_replacement"].set_index(["month", "payer"])
    assert mine.loc[("2026-01", "central"), ["amount_fen", "paid_fen"]].tolist() == [86, 86]
    assert mine.loc[("2026-02", "central"), ["amount_fen", "paid_fen"]].tolist() == [50, 86], "paid in February: of December"
    assert mine.loc[("2026-04", "district"), ["amount_fen", "paid_fen"]].tolist() == [50, 50]
    sums = shared.groupby(["month", "measure"])[["amount_fen", "paid_fen"]].sum()
    assert sums.equals(ledger.groupby(["month", "measure"])[["amount_fen", "paid_fen"]].sum()), "to the fen"
    assert set(mine["claims"]) == {3}
