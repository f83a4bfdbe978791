"""What the months say of shocks to the nation: known answers, and that the shipped numbers are those of the shipped months."""

from __future__ import annotations

import numpy as np
import pytest

from sim.config import load_settings
from sim.errors import BadInput
from sim.settings import Settings
from sim.studies.calibrate.evidence import Evidence, read_evidence
from sim.studies.calibrate.shock_estimates import departures, estimated, known_shocks, national_estimates

SEASON = (0.8, 0.8, 0.9, 0.9, 0.9, 1.0, 1.0, 1.0, 1.1, 1.1, 1.1, 1.4)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(["population.goods=vehicles"])


def months(first: int, last: int) -> list[str]:
    return [f"{year}-{month:02d}" for year in range(first, last + 1) for month in range(1, 13)]


def evidence(sales: dict[str, float], share: float = 0.4, cutoff: str = "2024-12") -> Evidence:
    nev = {month: share * value for month, value in sales.items()}
    return Evidence(cutoff, {}, (), {"retail_total": sales, "retail_nev": nev})


def test_departures_are_from_the_line_and_from_nothing_else() -> None:
    wave = np.array([0.0, 1.0, 0.0, -1.0, -1.0, 0.0, 1.0, 0.0])
    line = 3.0 + 0.25 * np.arange(8)
    assert departures((line + wave).tolist()) == pytest.approx(departures(wave.tolist()))
    assert departures(line.tolist()) == pytest.approx(np.zeros(8))


def test_two_numbers_by_hand() -> None:
    """Departures 1, -1, -1, 1 are none of a line: four over two degrees of freedom, autocorrelation -1/4, taken as none."""
    found = estimated([1.0, -1.0, -1.0, 1.0])
    assert found.sd == pytest.approx(np.sqrt(2.0))
    assert found.persistence == 0.0


def test_a_long_autoregression_gives_back_its_numbers() -> None:
    luck = np.random.default_rng(4)
    state, series = 0.0, []
    for _ in range(6000):
        state = 0.6 * state + np.sqrt(1.0 - 0.6**2) * luck.standard_normal()
        series.append(0.065 * state)
    found = estimated((np.array(series) + 0.01 * np.arange(6000)).tolist())
    assert found.sd == pytest.approx(0.065, rel=0.06)
    assert found.persistence == pytest.approx(0.6, abs=0.04)


def test_growth_and_season_and_the_spring_festival_are_no_shock() -> None:
    sales = {m: 100.0 * 1.005**n * SEASON[n % 12] for n, m in enumerate(months(2022, 2024))}
    assert national_estimates(evidence(sales), SEASON)["sales"].sd == pytest.approx(0.0, abs=2e-3)
    for year, moved in ((2023, 20.0), (2024, -15.0)):
        sales[f"{year}-01"] -= moved
        sales[f"{year}-02"] += moved
    assert national_estimates(evidence(sales), SEASON)["sales"].sd == pytest.approx(0.0, abs=2e-3)
    assert national_estimates(evidence(sales), SEASON)["nev_share"].sd == pytest.approx(0.0, abs=1e-9)


def test_the_lockdowns_of_spring_2022_are_left_out() -> None:
    sales = {m: 100.0 * SEASON[n % 12] for n, m in enumerate(months(2022, 2024))}
    shut = {m: value * (0.5 if m < "2022-07" else 1.0) for m, value in sales.items()}
    assert national_estimates(evidence(shut), SEASON) == national_estimates(evidence(sales), SEASON)


def test_a_january_without_its_february_waits_for_it() -> None:
    sales = {m: 100.0 * SEASON[n % 12] for n, m in enumerate(months(2022, 2024))}
    before = national_estimates(evidence(sales), SEASON)
    assert national_estimates(evidence({**sales, "2025-01": 20.0}), SEASON) == before
    assert national_estimates(evidence({**sales, "2025-01": 20.0, "2025-02": 20.0}), SEASON) != before


def test_too_few_months_are_refused_with_the_first_date_that_will_do() -> None:
    sales = {m: 100.0 for m in months(2022, 2023) if m <= "2023-05"}
    with pytest.raises(BadInput, match="2023-06") as caught:
        national_estimates(evidence(sales, cutoff="2023-05"), SEASON)
    assert caught.value.key.en == "cutoff"
    sales["2023-06"] = 100.0
    assert national_estimates(evidence(sales, cutoff="2023-06"), SEASON)["sales"].sd >= 0.0


def test_the_shipped_shocks_are_those_of_the_shipped_months(settings: Settings) -> None:
    told = settings.uncertainty.shocks
    found = national_estimates(read_evidence(settings.parameters.cutoff or ""), settings.region.season)
    for shock, estimate in ((told.sales, found["sales"]), (told.nev_share, found["nev_share"])):
        assert shock.sd.value == round(estimate.sd, 3)
        assert shock.persistence.value == round(estimate.persistence, 2)
        assert {shock.sd.grade, shock.persistence.grade} == {"B"}
    assert {told.used_prices.sd.grade, told.used_prices.persistence.grade} == {"C"}


def test_evidence_takes_the_place_of_what_it_speaks_of_alone(settings: Settings) -> None:
    told = settings.uncertainty.shocks
    known = known_shocks(told, read_evidence("2023-12"), settings.region.season)
    assert known.used_prices == told.used_prices
    assert known.sales.sd.value == national_estimates(read_evidence("2023-12"), settings.region.season)["sales"].sd
    assert known.sales.sd.low is None
    assert known.sales != told.sales


def test_noise_would_show_in_the_second_autocorrelation_and_does_not(settings: Settings) -> None:
    """Error of measurement lowers the first autocorrelation below the root of the second; the months show the contrary."""
    total = read_evidence("2024-12").monthly["retail_total"]
    pooled = {m: total[m] for m in total if m >= "2022-07"}
    for year in (2023, 2024):
        both = (total[f"{year}-01"] + total[f"{year}-02"]) / 2.0
        pooled[f"{year}-01"] = pooled[f"{year}-02"] = both
    off = departures([float(np.log(v / settings.region.season[int(m[5:]) - 1])) for m, v in pooled.items()])
    first, second = (float((off[k:] * off[:-k]).sum() / (off * off).sum()) for k in (1, 2))
    assert second <= first**2
