"""Shocks to the nation: what they are drawn from, who shares them, and that they do to a month what they say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from model_settings import district, finish, lawless, offered, small
from numpy.typing import NDArray

from sim.clock import MONTHS_A_YEAR, parse_month
from sim.codes import NEW
from sim.model import TradeInModel, trade_in_model
from sim.model.nation import AS_EXPECTED, Nation, discrepancy, national_shocks
from sim.model.offering import FREE_TO_CHOOSE
from sim.runs.draws import undisturbed
from sim.schema.uncertainty import Shock
from sim.settings import Settings

Floats = NDArray[np.float64]
DRAWS = 4000
FIRST = parse_month("2024-01")
PULSE = 0.15


def drawn(settings: Settings, draw: int) -> Settings:
    """The central values, taken for those of a draw: what differs is the nation alone."""
    return settings.model_copy(update={"draw": draw})


def states(settings: Settings, month: int, seed: int = 1) -> Floats:
    """The nation of one month in many draws [draws, 3]."""
    return np.array([national_shocks(drawn(settings, draw), seed, month) for draw in range(1, DRAWS + 1)])


def without_discrepancy() -> Settings:
    settings = small()
    return settings.model_copy(update={"parameters": settings.parameters.model_copy(update={"discrepancy": {}})})


@pytest.mark.parametrize("months", [0, 7])
def test_shocks_have_the_stated_spread_in_the_first_month_as_in_a_later_one(months: int) -> None:
    settings = without_discrepancy()
    told = settings.uncertainty.shocks
    seen = states(settings, FIRST + months)
    for column, shock in zip(seen.T, (told.sales, told.nev_share, told.used_prices), strict=True):
        sd = shock.sd.value
        assert abs(column.mean()) < 4.0 * sd / math.sqrt(DRAWS)
        assert column.std() == pytest.approx(sd, rel=4.0 / math.sqrt(2.0 * DRAWS))
    assert np.abs(np.corrcoef(seen.T)[np.triu_indices(3, 1)]).max() < 4.0 / math.sqrt(DRAWS)


@pytest.mark.parametrize("apart", [1, 3])
def test_shocks_have_the_stated_persistence(apart: int) -> None:
    settings = without_discrepancy()
    told = settings.uncertainty.shocks
    before, after = states(settings, FIRST + 4), states(settings, FIRST + 4 + apart)
    for n, shock in enumerate((told.sales, told.nev_share, told.used_prices)):
        expected = shock.persistence.value**apart
        error = (1.0 - expected**2) / math.sqrt(DRAWS)
        assert abs(np.corrcoef(before[:, n], after[:, n])[0, 1] - expected) < 4.0 * error


def test_scenarios_share_the_nation_and_seeds_and_draws_do_not() -> None:
    one, other = drawn(small(), 3), drawn(lawless("clock.end=2025-12", "region.boundary=B"), 3)
    assert one.policy != other.policy
    for month in (FIRST, FIRST + 11):
        assert national_shocks(one, 7, month) == national_shocks(other, 7, month)
        assert national_shocks(one, 7, month) != national_shocks(one, 8, month)
        assert national_shocks(one, 7, month) != national_shocks(drawn(one, 4), 7, month)


def test_nothing_happens_to_the_nation_in_the_central_run_nor_in_the_reference_year_nor_where_it_is_left_out() -> None:
    settings = small()
    assert national_shocks(settings, 1, FIRST) == AS_EXPECTED
    assert national_shocks(drawn(settings, 1), 1, FIRST - 1) == AS_EXPECTED
    assert national_shocks(drawn(settings, 1), 1, settings.clock.first) == AS_EXPECTED
    assert national_shocks(drawn(settings, 1), 1, FIRST) != AS_EXPECTED
    assert national_shocks(undisturbed(drawn(settings, 1)), 1, FIRST) == AS_EXPECTED
    assert national_shocks(drawn(small("uncertainty=none", "parameters=prior"), 1), 1, FIRST) == AS_EXPECTED


def off(name: str, sd: float, draw: int) -> Settings:
    """A district in which the calibration has found the model to be off in something."""
    settings = drawn(small("uncertainty=none"), draw)
    return settings.model_copy(update={"parameters": settings.parameters.model_copy(update={"discrepancy": {name: sd}})})


def test_what_the_calibration_found_off_stays_the_same_for_all_months_and_seeds_of_a_draw() -> None:
    settings = off("sales", 0.2, 5)
    told = national_shocks(settings, 1, FIRST)
    assert told == Nation(sales=discrepancy(settings, "sales"))
    assert told.sales != 0.0
    assert national_shocks(settings, 2, FIRST + MONTHS_A_YEAR) == told
    seen = np.array([discrepancy(off("nev_share", 0.2, draw), "nev_share") for draw in range(1, 201)])
    assert seen.std() == pytest.approx(0.2, rel=4.0 / math.sqrt(400.0))


def forced(monkeypatch: pytest.MonkeyPatch, nation: Nation) -> None:
    """This happens to the nation, up in odd months and down in even ones, from 2024 on."""

    def told(settings: Settings, seed: int, month: int) -> Nation:
        sign = (1.0 if month % 2 else -1.0) * (month >= FIRST)
        return Nation(*(sign * each for each in nation))

    monkeypatch.setattr(trade_in_model, "national_shocks", told)


def test_a_shock_shifts_the_month_by_what_it_says_and_leaves_what_is_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eagerness by the shock to sales, taste of NEV by the logit, used prices by the log; what is expected by nothing."""
    settings = small("clock.start=2023-01", "clock.end=2024-12")
    plain, moved = TradeInModel(settings), TradeInModel(settings)
    plain.month = moved.month = FIRST + 2
    before = offered(plain)["car"]
    forced(monkeypatch, Nation(sales=0.1, nev_share=0.3, used_prices=0.2))
    sign = 1.0 if (FIRST + 2) % 2 else -1.0
    after = offered(moved)["car"]
    car = moved.categories["car"].catalogue
    choices = car.choices
    shift = after.circumstances.season - before.circumstances.season
    assert shift == pytest.approx(sign * 0.1 / FREE_TO_CHOOSE, rel=1e-9)
    taste = after.circumstances.taste - before.circumstances.taste
    new, nev = choices.kind == NEW, car.is_nev[choices.variant]
    assert taste[new & nev] - taste[new & ~nev].mean() == pytest.approx(np.full((new & nev).sum(), sign * 0.3))
    assert np.ptp(taste[~new]) == 0.0
    assert after.prices.used == pytest.approx(before.prices.used * math.exp(sign * 0.2))
    assert (after.prices.new == before.prices.new).all()
    forced(monkeypatch, Nation(sales=0.1, nev_share=0.3))
    quiet = TradeInModel(settings)
    quiet.month = FIRST + 2
    same = offered(quiet)["car"].expected
    for one, other in zip(same.beliefs, before.expected.beliefs, strict=True):
        assert (one.values.waiting == other.values.waiting).all()


def test_other_goods_than_vehicles_have_no_shock(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = district("clock.end=2024-12")
    settings = settings.model_copy(update={"products": {name: settings.products[name] for name in ("car", "washer")}})
    plain, moved = TradeInModel(settings), TradeInModel(settings)
    plain.month = moved.month = FIRST
    before = offered(plain)["washer"].circumstances
    forced(monkeypatch, Nation(sales=0.1, nev_share=0.3))
    after = offered(moved)["washer"].circumstances
    assert after.season == before.season
    assert (after.taste == before.taste).all()


def pulsed(monkeypatch: pytest.MonkeyPatch, nation: Nation) -> tuple[Floats, Floats, Floats]:
    """Sign of each month of 2024 and 2025, all new cars and trucks, and NEV among them."""
    forced(monkeypatch, nation)
    monthly = finish(small("clock.end=2025-12", scale=0.1)).result.monthly
    new = monthly[(monthly["indicator"] == "new_registrations") & (monthly["month"] >= "2024-01")]
    total = new[new["group"] == ""].set_index("month")["value"]
    nev = new[new["group"].isin(["bev", "phev"])].groupby("month")["value"].sum()
    sign = np.array([1.0 if parse_month(month) % 2 else -1.0 for month in total.index])
    return sign, total.to_numpy(), nev.to_numpy()


def test_sales_follow_a_shock_one_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """In months that go up and down by turns, where what is put off comes back at once, a little more."""
    _, usual, _ = pulsed(monkeypatch, AS_EXPECTED)
    sign, sold, _ = pulsed(monkeypatch, Nation(sales=PULSE))
    response = float((sign * np.log(sold / usual)).mean()) / PULSE
    assert 0.9 < response < 1.5


def test_sales_follow_shocks_that_last_one_to_one() -> None:
    """Twelve draws of shocks as they are estimated, but four times as large."""
    settings = small("clock.end=2024-12", scale=0.05)
    found = settings.uncertainty.shocks
    four = Shock.model_validate({"sd": 4.0 * found.sales.sd.value, "persistence": found.sales.persistence})
    large = found.model_copy(update={"sales": four})
    moving = settings.model_copy(update={"uncertainty": settings.uncertainty.model_copy(update={"shocks": large})})
    moves, told = [], []
    for seed in range(1, 13):
        with_shocks, without = (sales_2024(drawn(given, seed), seed) for given in (moving, undisturbed(settings)))
        moves.append(np.log(with_shocks / without))
        told.append([national_shocks(drawn(moving, seed), seed, FIRST + n).sales for n in range(12)])
    shocks, responses = np.array(told), np.array(moves)
    assert 0.85 < (responses * shocks).sum() / (shocks**2).sum() < 1.15


def sales_2024(settings: Settings, seed: int) -> Floats:
    """New vehicles by month of 2024."""
    monthly = finish(settings, seed).result.monthly
    chosen = (monthly["indicator"] == "new_registrations") & (monthly["group"] == "") & (monthly["month"] >= "2024-01")
    return monthly[chosen]["value"].to_numpy()


def test_the_share_of_nev_follows_a_shock_one_to_one_and_sales_hardly_do(monkeypatch: pytest.MonkeyPatch) -> None:
    _, usual, usual_nev = pulsed(monkeypatch, AS_EXPECTED)
    sign, sold, nev = pulsed(monkeypatch, Nation(nev_share=2.0 * PULSE))
    moved = np.log(nev / (sold - nev)) - np.log(usual_nev / (usual - usual_nev))
    assert 0.8 < float((sign * moved).mean()) / (2.0 * PULSE) < 1.2
    assert abs(float((sign * np.log(sold / usual)).mean())) / (2.0 * PULSE) < 0.25


def test_bands_are_wider_with_a_nation_that_moves() -> None:
    """Sales of 2024 in eight runs that differ by luck alone, and by the nation too."""
    settings = small("clock.end=2024-12", scale=0.05)

    def spread(told: Settings) -> float:
        return float(np.std(np.log([sales_2024(drawn(told, seed), seed) for seed in range(1, 9)]), axis=0).mean())

    shocks = settings.uncertainty.shocks.model_copy(
        update={"sales": Shock.model_validate({"sd": 0.25, "persistence": settings.uncertainty.shocks.sales.persistence})}
    )
    moving = settings.model_copy(update={"uncertainty": settings.uncertainty.model_copy(update={"shocks": shocks})})
    assert spread(moving) > 1.5 * spread(undisturbed(settings))
