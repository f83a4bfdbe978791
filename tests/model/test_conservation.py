"""Nothing is lost: goods and money are counted again from the tables that a run hands out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from model_settings import Run, shared

from sim.clock import month_text
from sim.codes import COMMUNITY, EMPTY
from sim.population.stock import count_neighbours
from sim.schema.result_tables import FORGONE

GOODS = ("car", "truck")
HELD = ("owned", "lot", "idle", "yard")
ROADS = {
    ("factory", "owned"), ("factory", "lot"), ("outside", "owned"), ("outside", "lot"), ("lot", "owned"), ("lot", "outside"),
    ("owned", "lot"), ("owned", "outside"), ("owned", "idle"), ("owned", "yard"), ("owned", "informal_trade"),
    ("idle", "yard"), ("idle", "informal_trade"), ("yard", "dismantled"),
}  # fmt: skip
"""Every way that a good may take in a month."""
SCALE = 0.05
ENACTED = ("clock.end=2025-03",)
SHORT_OF_MONEY = (
    "clock.start=2024-03",
    "clock.end=2025-03",
    "pots.trade_in.amount_factor=0.15",
    "pots.car_vouchers.amount_factor=0.3",
    "policy.truck_scrappage.amount_factor=3",
    "pots.truck_renewal.amount_factor=4",
    "behaviour.gamed_share=0.2",
)
"""Claims wait, claimants are turned away, and dealers register cars to resell them."""


@pytest.fixture(params=[ENACTED, SHORT_OF_MONEY], ids=["enacted", "short_of_money"])
def run(request: pytest.FixtureRequest) -> Run:
    """A finished run; read only."""
    return shared(*request.param, scale=SCALE)


def months(run: Run) -> list[str]:
    first = run.model.settings.clock.first
    return [month_text(first + t) for t in range(run.model.settings.clock.months)]


def claimed(run: Run, measure: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Claims and fen of a measure by month as settled, and those of them that had to wait."""
    for good, category in run.model.categories.items():
        rows = [q for q, (name, _) in enumerate(category.calendar.versions) if name == measure]
        if rows:
            tallies = [month.tally for month in run.model.history.months[good]]
            table = [
                (t.claims[rows].sum(), t.claimed[rows].sum(), t.waiting[rows, 0].sum(), t.waiting[rows, 1].sum())
                for t in tallies
            ]
            claims, fen, held, held_fen = np.array(table, dtype=np.int64).T
            return claims, fen, held, held_fen
    raise AssertionError(f"no calendar has {measure}")


def by_month(run: Run, measure: str, column: str) -> np.ndarray:
    """A column of the ledger summed over payers, by month; claims and applications are those of one payer."""
    rows = run.result.ledger[run.result.ledger["measure"] == measure].groupby("month")[column]
    found = rows.first() if column in ("claims", "applications") else rows.sum()
    return np.asarray(found.reindex(months(run), fill_value=0))


@pytest.mark.parametrize("good", GOODS)
@pytest.mark.parametrize("place", HELD)
def test_every_place_holds_what_it_held_and_what_came_less_what_went(run: Run, good: str, place: str) -> None:
    flows = run.result.flows[run.result.flows["good"] == good]
    stocks = run.result.stocks[(run.result.stocks["good"] == good) & (run.result.stocks["place"] == place)]
    counted = stocks.set_index("month")["count"]
    came = flows[flows["to"] == place].groupby("month")["count"].sum().reindex(months(run), fill_value=0)
    went = flows[flows["from"] == place].groupby("month")["count"].sum().reindex(months(run), fill_value=0)
    assert list(counted.index) == [month_text(run.model.settings.clock.first - 1), *months(run)]
    np.testing.assert_array_equal(np.diff(counted.to_numpy()), (came - went).to_numpy())
    assert counted.min() >= 0
    assert came.sum() > 0, f"nothing ever came to {place}: the test would hold for an empty table"


def test_goods_take_no_route_that_does_not_exist(run: Run) -> None:
    flows = run.result.flows
    assert set(zip(flows["from"], flows["to"], strict=True)) <= ROADS
    assert (flows["count"] > 0).all()


@pytest.mark.parametrize("good", GOODS)
def test_no_variant_turns_into_another(run: Run, good: str) -> None:
    category, history = run.model.categories[good], run.model.history
    before = history.start[good].owned
    for month in history.months[good]:
        tally = month.tally
        used = tally.bought.reshape(category.variants, -1).sum(axis=1)
        expected = before + tally.new_sales.sum(axis=1) + used - tally.out_by_route.sum(axis=1)
        np.testing.assert_array_equal(month.stocks.owned, expected)
        before = month.stocks.owned


@pytest.mark.parametrize("good", GOODS)
def test_nev_are_booked_apart(run: Run, good: str) -> None:
    history = run.model.history
    nev = history.powertrain[good] > 0
    places = {name: number for number, name in enumerate(("owned", "lot", "idle", "yard"), start=2)}
    before = history.start[good]
    for month in history.months[good]:
        moved = month.tally.moved_nev
        assert (moved <= month.tally.moved).all()
        for name, place in places.items():
            change = getattr(month.stocks, name)[nev].sum() - getattr(before, name)[nev].sum()
            assert change == moved[:, place].sum() - moved[place].sum(), name
        before = month.stocks


def test_the_indicators_are_the_flows_re_weighted(run: Run) -> None:
    monthly, flows = run.result.monthly, run.result.flows
    made = flows[flows["from"] == "factory"].groupby("month")["count"].sum().reindex(months(run), fill_value=0)
    shown = monthly[(monthly["indicator"] == "new_registrations") & (monthly["group"] == "")]
    expected = made.to_numpy() / run.model.settings.population.scale
    np.testing.assert_allclose(shown["value"].to_numpy(), expected, rtol=1e-12)


def test_pots_hold_what_was_opened_less_what_lapsed_and_was_committed(run: Run) -> None:
    for _, rows in run.result.pots.groupby("pot"):
        flow = rows["opened"] - rows["lapsed"] - rows["committed"]
        np.testing.assert_array_equal(rows["balance"], flow.cumsum())
        assert list(rows["month"]) == months(run)
    assert (run.result.pots[["opened", "lapsed", "committed", "balance"]] >= 0).all(axis=None)


def test_what_a_pot_commits_is_what_its_measures_enter_in_the_ledger(run: Run) -> None:
    for pot, rows in run.result.pots.groupby("pot"):
        measures = [name for name, measure in run.model.settings.policy.items() if measure.pot == pot]
        entered = sum(by_month(run, measure, "amount_fen") for measure in measures)
        np.testing.assert_array_equal(rows["committed"], entered)


def test_every_claim_is_entered_or_waits(run: Run) -> None:
    government = run.model.government
    waiting = {name: np.zeros(2, dtype=np.int64) for name in run.model.settings.policy}
    for measure, claims, fen in government.waiting:
        waiting[measure] += claims, fen
    uptake = run.result.uptake.groupby("measure")[["claims", "amount_fen"]].sum()
    for measure, (claims, fen) in uptake.iterrows():
        entered = by_month(run, str(measure), "amount_fen").sum() - topped_up(run, str(measure)).sum()
        assert by_month(run, str(measure), "claims").sum() + waiting[str(measure)][0] == claims
        if measure != "car_scrappage":  # a top-up may wait too; test_ledger works one by hand
            assert entered + waiting[str(measure)][1] == fen
    assert sum(int(fen) for _, fen in waiting.values()) == government.waiting_fen


def topped_up(run: Run, measure: str) -> np.ndarray:
    """Fen by month that the rise of July 2024 owes to earlier claimants of the scrappage subsidy, worked by hand."""
    out = np.zeros(len(months(run)), dtype=np.int64)
    if measure != "car_scrappage":
        return out
    category = run.model.categories["car"]
    first = category.calendar.versions.index(("car_scrappage", "v2024a"))
    claims = np.sum([m.tally.claims[first] for m in run.model.history.months["car"]], axis=0).sum(axis=(1, 2))[:-1]
    nev = category.catalogue.powertrain > 0
    fen = 100 * (10_000 * claims[nev].sum() + 8_000 * claims[~nev].sum())
    out[months(run).index("2024-08")] = fen
    return out


def test_the_month_of_the_rise_pays_the_top_up_as_well() -> None:
    run = shared(*ENACTED, scale=SCALE)
    _, fen, held, _ = claimed(run, "car_scrappage")
    top_up = topped_up(run, "car_scrappage")
    assert held.sum() == 0
    assert top_up.sum() > 0
    np.testing.assert_array_equal(by_month(run, "car_scrappage", "amount_fen"), fen + top_up)


def test_without_a_queue_the_ledger_has_each_months_claims_to_the_fen(run: Run) -> None:
    for measure in ("car_replacement", "truck_scrappage", "car_vouchers_2023"):
        claims, fen, held, _ = claimed(run, measure)
        if not held.any():
            np.testing.assert_array_equal(by_month(run, measure, "claims"), claims)
            np.testing.assert_array_equal(by_month(run, measure, "amount_fen"), fen)


def test_the_run_that_is_short_of_money_has_a_queue_and_turns_people_away() -> None:
    run = shared(*SHORT_OF_MONEY, scale=SCALE)
    assert claimed(run, "car_replacement")[2].sum() > 0
    vouchers = run.result.pots[run.result.pots["pot"] == "car_vouchers"]
    assert (vouchers["balance"] < 3_500_00).any()
    vehicles = [m.pot for m in run.model.settings.policy.values() if m.pot is not None and set(m.goods) & {"car", "truck"}]
    assert (run.result.pots.groupby("pot")["committed"].sum()[vehicles] > 0).all()


def test_payers_bear_their_shares_and_together_the_whole(run: Run) -> None:
    ledger = run.result.ledger[run.result.ledger["payer"] != FORGONE]
    for (_, measure), rows in ledger.groupby(["month", "measure"]):
        shares = run.model.settings.policy[str(measure)].payers
        assert list(rows["payer"]) == list(shares)
        assert rows["claims"].nunique() == 1
        for column in ("amount_fen", "paid_fen"):
            exact = rows[column].sum() * np.array(list(shares.values()))
            assert (np.abs(rows[column] - exact) < len(shares)).all()


def test_claims_are_paid_in_full_after_the_lag_of_their_measure(run: Run) -> None:
    for measure, terms in run.model.settings.policy.items():
        entered, paid = by_month(run, measure, "amount_fen"), by_month(run, measure, "paid_fen")
        lag = terms.payment_lag_months
        assert not paid[:lag].any()
        if terms.application_lag_days is None:
            np.testing.assert_array_equal(paid[lag:], entered[: entered.size - lag])
        else:
            assert (paid[lag:].cumsum() <= entered[: entered.size - lag].cumsum()).all()


def test_every_claim_is_applied_for_or_pending(run: Run) -> None:
    backlogs = run.model.government.ledger.backlogs
    for measure, terms in run.model.settings.policy.items():
        claims, applications = by_month(run, measure, "claims"), by_month(run, measure, "applications")
        assert (applications >= 0).all()
        assert (applications.cumsum() <= claims.cumsum()).all()
        pending = sum(backlog.claims for (name, _), backlog in backlogs.items() if name == measure)
        assert claims.sum() == applications.sum() + pending
        assert terms.application_lag_days is not None or not pending


def test_everything_claimed_is_paid_or_outstanding(run: Run) -> None:
    ledger = run.result.ledger
    assert ledger["amount_fen"].sum() == ledger["paid_fen"].sum() + run.model.government.ledger.outstanding


def test_the_outlay_shown_is_what_was_paid(run: Run) -> None:
    monthly, ledger = run.result.monthly, run.result.ledger
    paid = ledger[ledger["payer"] != FORGONE]
    shown = monthly[monthly["indicator"] == "outlay"].pivot(index="month", columns="group", values="value")
    for column, prefix in (("measure", "measure:"), ("payer", "payer:")):
        table = paid.pivot_table(index="month", columns=column, values="paid_fen", aggfunc="sum", fill_value=0)
        for name in table.columns:
            expected = table[name].reindex(months(run), fill_value=0) / 100.0 / run.model.settings.population.scale
            pd.testing.assert_series_equal(shown[prefix + name], expected, check_names=False)
    np.testing.assert_allclose(shown[""], shown.filter(like="payer:").sum(axis=1))


def test_what_neighbours_drive_is_what_they_hold(run: Run) -> None:
    district, category = run.model.district, run.model.categories["car"]
    fresh = district.owners._replace(
        nev=np.zeros_like(district.owners.nev), linked_nev=np.zeros_like(district.owners.linked_nev)
    )
    communities = np.zeros_like(district.communities)
    count_neighbours(
        fresh, category.goods, category.catalogue.is_nev, communities, district.link_masks, district.households, COMMUNITY
    )
    rows = slice(district.households)
    np.testing.assert_array_equal(district.owners.nev[rows], fresh.nev[rows])
    np.testing.assert_array_equal(district.owners.linked_nev[rows], fresh.linked_nev[rows])
    np.testing.assert_array_equal(district.communities, communities)
    assert communities.sum() > 0


def test_households_that_are_not_there_hold_nothing(run: Run) -> None:
    owners, last = run.model.district.owners, run.model.month - 1
    gone = (owners.from_month > last) | (owners.until_month <= last)
    for category in run.model.categories.values():
        held = category.goods.variant != EMPTY
        assert not gone[category.goods.owner[held]].any()
    assert gone[: run.model.district.households].any()


def test_money_and_claims_keep_their_bounds(run: Run) -> None:
    owners = run.model.district.owners
    assert (owners.liquid >= 0.0).all()
    for category in run.model.categories.values():
        assert (category.goods.loan >= 0.0).all()
        assert not category.goods.loan[category.goods.variant == EMPTY].any()
