"""The treasury's books: who pays what and when, who waits for money, and what earlier claimants are owed."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_settings import small

from sim.agents.government import Government
from sim.clock import parse_month
from sim.errors import BalanceBroken
from sim.model import TradeInModel
from sim.policy.calendar import Calendar, TopUp
from sim.policy.ledger import Ledger, split
from sim.policy.pot import Pot, Tranche
from sim.policy.pots import Pots
from sim.schema.result_tables import FORGONE, Entry
from sim.settings import Settings

MAY = parse_month("2024-05")
TEN_THOUSAND = 10_000_00
SHARES = {"central": 0.85, "province": 0.075, "city": 0.0525, "district": 0.0225}


def ledger(lag: int = 2) -> Ledger:
    return Ledger({"cars": SHARES, "tax": {FORGONE: 1.0}}, {"cars": lag})


@given(st.integers(0, 10**15), st.permutations(list(SHARES.items())))
def test_parts_sum_to_the_whole_and_only_the_first_payer_bears_the_rounding(
    amount: int, shares: list[tuple[str, float]]
) -> None:
    parts = split(amount, dict(shares))
    assert sum(parts.values()) == amount
    first, *others = shares
    for payer, share in others:
        assert 0 <= amount * share - parts[payer] < 1 + 1e-15 * amount
    assert -1e-15 * amount <= parts[first[0]] - amount * first[1] < len(shares)


def test_an_amount_that_divides_evenly_is_split_to_the_fen() -> None:
    assert split(2_000_000, SHARES) == {"central": 1_700_000, "province": 150_000, "city": 105_000, "district": 45_000}
    assert split(1, SHARES) == {"central": 1, "province": 0, "city": 0, "district": 0}


def test_claims_are_paid_after_the_lag_and_not_before() -> None:
    books = ledger()
    books.claim(MAY, "cars", 3, 4_000_000)
    books.pay(MAY)
    books.pay(MAY + 1)
    assert books.outstanding == 4_000_000
    books.pay(MAY + 2)
    assert books.outstanding == 0
    paid = {(e.month, e.payer): e.paid_fen for e in books.entries() if e.paid_fen}
    assert paid == {
        (MAY + 2, "central"): 3_400_000,
        (MAY + 2, "province"): 300_000,
        (MAY + 2, "city"): 210_000,
        (MAY + 2, "district"): 90_000,
    }


def test_two_entries_of_a_month_are_one() -> None:
    books = ledger(0)
    books.claim(MAY, "tax", 2, 500)
    books.claim(MAY, "tax", 1, 250)
    books.pay(MAY)
    assert books.entries() == [Entry(MAY, "tax", FORGONE, 3, 3, 750, 750)]


def test_what_was_missed_is_paid_with_the_next_payment() -> None:
    books = ledger(1)
    books.claim(MAY, "cars", 1, 100)
    books.pay(MAY + 5)
    assert books.outstanding == 0
    assert {e.month for e in books.entries() if e.paid_fen} == {MAY + 5}


def test_a_month_of_payments_alone_has_no_claims() -> None:
    books = ledger(1)
    books.claim(MAY, "cars", 2, 2_000_000)
    books.pay(MAY + 1)
    assert [(e.month, e.payer, e.claims, e.amount_fen, e.paid_fen) for e in books.entries()] == [
        (MAY, "central", 2, 1_700_000, 0),
        (MAY, "province", 2, 150_000, 0),
        (MAY, "city", 2, 105_000, 0),
        (MAY, "district", 2, 45_000, 0),
        (MAY + 1, "central", 0, 0, 1_700_000),
        (MAY + 1, "province", 0, 0, 150_000),
        (MAY + 1, "city", 0, 0, 105_000),
        (MAY + 1, "district", 0, 0, 45_000),
    ]


def test_entries_are_in_the_order_of_months_and_measures() -> None:
    books = ledger(0)
    for month, measure in ((MAY + 1, "cars"), (MAY, "tax"), (MAY, "cars")):
        books.claim(month, measure, 1, 100)
    books.pay(MAY)
    assert books.outstanding == 100
    assert [(e.month, e.measure) for e in books.entries() if e.payer in ("central", FORGONE)] == [
        (MAY, "cars"),
        (MAY, "tax"),
        (MAY + 1, "cars"),
    ]
    books.check()


def test_money_that_leaves_the_books_is_noticed() -> None:
    books = ledger()
    books.claim(MAY, "cars", 1, 100)
    books.check()
    books.due.clear()
    with pytest.raises(BalanceBroken, match="100 fen claimed, 0 paid, 0 outstanding"):
        books.check()


# the government, its pots and those who wait -----------------------------------------------------------------


def treasury(monthly: float, first: str = "2024-05", last: str = "2024-12", **levers: Any) -> tuple[Government, Settings]:
    """A government whose only pot for cars releases so many yuan a month, and lets claims wait."""
    given = {
        "title": {"zh": "资金", "en": "money"},
        "when_dry": "queue",
        "tranches": {"only": {"window": {"start": f"{first}-01", "end": f"{last}-28"}, "amount": 0.0, "release": "month"}},
    }
    months = parse_month(last) - parse_month(first) + 1
    given["tranches"]["only"]["amount"] = monthly * months  # type: ignore[index]
    settings = small(scale=1.0)
    settings = settings.model_copy(update={"pots": {"trade_in": Pot.model_validate(given | levers)}})
    policy = {name: settings.policy[name] for name in ("car_scrappage", "car_replacement")}
    settings = settings.model_copy(update={"policy": policy})
    return Government(mesa.Model(), settings), settings


def entered(government: Government, measure: str) -> tuple[int, int]:
    """Claims and fen in the ledger."""
    rows = [e for e in government.ledger.entries() if e.measure == measure]
    return sum(e.claims for e in rows if e.payer == "central"), sum(e.amount_fen for e in rows)


def settle(government: Government, settings: Settings, month: int, *waiting: tuple[str, int, int]) -> None:
    """Enter a month in which (measure, claims, fen) found the pot dry."""
    calendar = Calendar(settings.policy, "car", settings.products["car"])
    claims = np.zeros((len(calendar.versions), 1, 6, 2), dtype=np.int64)
    claimed, held = claims.copy(), np.zeros((len(calendar.versions), 2), dtype=np.int64)
    for measure, count, fen in waiting:
        q = next(n for n, (name, _) in enumerate(calendar.versions) if name == measure)
        claims[q, 0, 1, 0], claimed[q, 0, 1, 0], held[q] = count, fen, (count, fen)
    government.enter_claims(month, calendar, claims, claimed, held)


def test_claims_on_a_dry_pot_wait_and_are_not_in_the_ledger() -> None:
    government, settings = treasury(0.0)
    government.open_month(MAY)
    settle(government, settings, MAY, ("car_scrappage", 2, 4 * TEN_THOUSAND))
    assert government.waiting_fen == 4 * TEN_THOUSAND
    assert government.ledger.entries() == []


def test_those_who_wait_are_served_when_money_comes_and_entered_in_that_month() -> None:
    government, settings = treasury(40_000.0)
    government.open_month(MAY)
    government.pots.spend("trade_in", MAY, 4 * TEN_THOUSAND)
    settle(government, settings, MAY, ("car_scrappage", 2, 4 * TEN_THOUSAND))
    government.open_month(MAY + 1)
    assert government.waiting_fen == 0
    assert {e.month for e in government.ledger.entries()} == {MAY + 1}
    assert entered(government, "car_scrappage") == (2, 4 * TEN_THOUSAND)
    assert government.pots.available("trade_in", MAY + 1) == 0


def test_a_later_claim_is_not_served_before_an_earlier_one() -> None:
    government, settings = treasury(15_000.0)
    government.open_month(MAY)
    government.pots.spend("trade_in", MAY, 15_000_00)
    settle(government, settings, MAY, ("car_scrappage", 1, 2 * TEN_THOUSAND))
    government.open_month(MAY + 1)
    settle(government, settings, MAY + 1, ("car_replacement", 1, TEN_THOUSAND))
    assert entered(government, "car_replacement") == (0, 0)
    government.open_month(MAY + 2)
    assert entered(government, "car_scrappage") == (1, 2 * TEN_THOUSAND), "30,000 yuan are there by now"
    assert entered(government, "car_replacement") == (1, TEN_THOUSAND)


def test_money_too_little_for_the_first_in_line_is_kept_for_it() -> None:
    government, settings = treasury(15_000.0)
    government.open_month(MAY)
    government.pots.spend("trade_in", MAY, 15_000_00)
    settle(government, settings, MAY, ("car_scrappage", 1, 2 * TEN_THOUSAND))
    settle(government, settings, MAY, ("car_replacement", 1, TEN_THOUSAND))
    government.open_month(MAY + 1)
    assert entered(government, "car_replacement") == (0, 0)
    assert government.ration().free.max() == 0, "what is kept for those who wait is not for newcomers"


def test_a_line_longer_than_a_months_money_is_served_bit_by_bit() -> None:
    government, settings = treasury(30_000.0)
    government.open_month(MAY)
    government.pots.spend("trade_in", MAY, 3 * TEN_THOUSAND)
    settle(government, settings, MAY, ("car_scrappage", 5, 10 * TEN_THOUSAND))
    served = []
    for month in range(MAY + 1, MAY + 5):
        government.open_month(month)
        served.append(entered(government, "car_scrappage"))
    assert served == [(1, 20_000_00), (3, 60_000_00), (4, 80_000_00), (5, 100_000_00)]
    assert government.waiting_fen == 0


def test_in_a_run_newcomers_get_nothing_while_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int]] = []
    enter = Government.enter_claims

    def watched(self: Government, month: int, calendar: Calendar, claims: Any, claimed: Any, waiting: Any) -> None:
        line = sum(self.pot_of[measure] == "trade_in" for measure, _, _ in self.waiting)
        of_pot = [q for q, (measure, _) in enumerate(calendar.versions) if self.pot_of[measure] == "trade_in"]
        if calendar.measures and of_pot:
            seen.append((line, int(claims[of_pot].sum() - waiting[of_pot, 0].sum())))
        enter(self, month, calendar, claims, claimed, waiting)

    monkeypatch.setattr(Government, "enter_claims", watched)
    settings = small("clock.start=2025-01", "clock.end=2025-06", "pots.trade_in.amount_factor=0.2", scale=0.05)
    model = TradeInModel(settings, 1)
    for _ in range(settings.clock.months):
        model.step()
    assert any(line for line, _ in seen)
    assert any(served for _, served in seen)
    assert not any(served for line, served in seen if line)


# the rise of July 2024 -----------------------------------------------------------------------------------------


def rise(settings: Settings) -> tuple[Calendar, TopUp]:
    calendar = Calendar(settings.policy, "car", settings.products["car"])
    (change,) = calendar.top_ups(parse_month("2024-08"))
    return calendar, change


def test_the_rise_is_topped_up_once_when_it_is_known() -> None:
    calendar = rise(treasury(0.0)[1])[0]
    months = range(parse_month("2023-01"), parse_month("2027-12") + 1)
    assert [m for m in months if calendar.top_ups(m)] == [parse_month("2024-08")]


def test_earlier_claimants_get_the_difference() -> None:
    government, settings = treasury(100_000.0, "2024-08")
    calendar, change = rise(settings)
    variants = list(settings.products["car"].variants)
    claims = np.zeros((len(calendar.versions), len(variants)), dtype=np.int64)
    before = calendar.versions.index(("car_scrappage", "v2024a"))
    after = calendar.versions.index(("car_scrappage", "v2024b"))
    claims[before, variants.index("bev_family")] = 3
    claims[before, variants.index("ice_family")] = 2
    claims[after, variants.index("bev_family")] = 50
    claims[calendar.versions.index(("car_replacement", "v2024")), variants.index("bev_family")] = 50
    prices = np.array([variant.price.value for variant in settings.products["car"].variants.values()])
    august = parse_month("2024-08")
    government.open_month(august)
    government.top_up(august, calendar, change, claims, prices)
    owed = (3 * 10_000 + 2 * 8_000) * 100
    assert entered(government, "car_scrappage") == (0, owed), "no new claims, but money"
    assert entered(government, "car_replacement") == (0, 0)
    assert government.pots.available("trade_in", august) == 100_000_00 - owed


def test_a_top_up_that_finds_the_pot_dry_waits() -> None:
    government, settings = treasury(0.0, "2024-08")
    calendar, change = rise(settings)
    claims = np.zeros((len(calendar.versions), len(settings.products["car"].variants)), dtype=np.int64)
    claims[calendar.versions.index(("car_scrappage", "v2024a")), -1] = 1
    prices = np.array([variant.price.value for variant in settings.products["car"].variants.values()])
    government.open_month(parse_month("2024-08"))
    government.top_up(parse_month("2024-08"), calendar, change, claims, prices)
    assert government.waiting_fen == TEN_THOUSAND
    assert government.ledger.entries() == []


def test_tax_that_is_not_collected_is_booked_but_costs_no_pot() -> None:
    government = Government(mesa.Model(), small())
    government.open_month(MAY)
    before = government.ration().free
    government.forgo(MAY, "nev_purchase_tax", 2, 3_000_000)
    assert [e.payer for e in government.ledger.entries()] == [FORGONE]
    np.testing.assert_array_equal(government.ration().free, before)


# queues that lapse, caps and stops -----------------------------------------------------------------------------


def test_a_queue_that_lapses_is_not_paid_from_the_money_of_a_new_tranche() -> None:
    again = {"window": {"start": "2024-07-01", "end": "2024-12-31"}, "amount": 90_000.0}
    paid = []
    for carries_over in (True, False):
        government, settings = treasury(0.0, queue_carries_over=carries_over)
        pots = {"trade_in": settings.pots["trade_in"]}
        with_more = pots["trade_in"].model_copy(update={"tranches": {**pots["trade_in"].tranches, "more": Tranche(**again)}})
        government.pots = Pots({"trade_in": with_more}, 1.0)
        government.open_month(MAY)
        settle(government, settings, MAY, ("car_scrappage", 2, 4 * TEN_THOUSAND))
        government.open_month(MAY + 1)
        assert government.waiting_fen == 4 * TEN_THOUSAND, "parcelling out one tranche ends no queue"
        government.open_month(MAY + 2)
        assert government.waiting_fen == 0
        paid.append((entered(government, "car_scrappage"), dict(government.void)))
    assert paid == [((2, 4 * TEN_THOUSAND), {}), ((0, 0), {("trade_in", MAY + 2): 4 * TEN_THOUSAND})]


def test_a_monthly_cap_serves_the_line_bit_by_bit_though_the_money_is_there() -> None:
    cap = {"only": {"window": {"start": "2024-05-01", "end": "2024-12-28"}, "per": "month", "amount": 20_000.0}}
    government, settings = treasury(100_000.0, caps=cap)
    government.open_month(MAY)
    settle(government, settings, MAY, ("car_scrappage", 3, 6 * TEN_THOUSAND))
    served = []
    for month in range(MAY + 1, MAY + 4):
        government.open_month(month)
        served.append(entered(government, "car_scrappage"))
    assert served == [(1, 2 * TEN_THOUSAND), (2, 4 * TEN_THOUSAND), (3, 6 * TEN_THOUSAND)]
