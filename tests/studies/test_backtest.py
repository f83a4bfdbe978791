"""Scores by hand, simple forecasts by hand, and that nothing later than the cut-off reaches a forecast."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from sim.config import load_settings
from sim.errors import BadInput
from sim.runs.plan import Plan
from sim.schema.uncertainty import EXACT
from sim.settings import Settings
from sim.studies.backtest.forecasting import (
    Forecast,
    ahead,
    before,
    expit,
    forecasting,
    line,
    logit,
    measured,
    observed,
    simple,
)
from sim.studies.backtest.proper_scores import brier, covered, fair_crps, score
from sim.studies.calibrate.calibrating import found_for
from sim.studies.calibrate.evidence import FOLDER, SERIES, Evidence, read_evidence, read_series
from sim.studies.calibrate.shock_estimates import national_estimates
from sim.studies.calibrate.simulating import as_known

ROOT = Path(__file__).parents[2]
CUTOFF = "2024-06"


@pytest.mark.parametrize(
    ("cutoff", "after", "allowed"),
    [("2030-01", 0, "to 2025-09"), ("2025-10", 0, "to 2025-09"), ("2025-06", 6, "to 2025-03"), ("2020-01", 0, "2022-12 to")],
)
def test_a_cutoff_beyond_the_evidence_is_refused_before_anything_runs(cutoff: str, after: int, allowed: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_evidence(cutoff, after=after)
    assert allowed in caught.value.allowed.en


def test_fair_crps_by_hand() -> None:
    """Draws 1 and 3, seen 2: mean distance 1, mean distance between two different draws 2: 1 - 2/2."""
    assert fair_crps([1.0, 3.0], 2.0) == 0.0
    assert fair_crps([1.0, 3.0], 5.0) == 2.0
    assert fair_crps([4.0], 1.0) == 3.0


def test_fair_crps_is_that_of_the_normal_for_few_draws_too() -> None:
    """The expected score of n draws of a standard normal at 0 is 2 phi(0) - 1/sqrt(pi), whatever n."""
    luck = np.random.default_rng(5)
    mean = np.mean([fair_crps(luck.standard_normal(4).tolist(), 0.0) for _ in range(20_000)])
    assert mean == pytest.approx(2.0 / np.sqrt(2.0 * np.pi) - 1.0 / np.sqrt(np.pi), abs=0.01)


def test_coverage_and_brier_by_hand() -> None:
    values = {"a": [0.0, 1.0, 2.0, 3.0, 4.0], "b": [0.0, 1.0, 2.0, 3.0, 4.0]}
    assert covered(values, {"a": 2.5, "b": 3.5}, (0.25, 0.75)) == 0.5
    assert brier({"a": 1.0, "b": 0.5}, {"a": True, "b": False}) == 0.125


def test_months_around_a_cutoff() -> None:
    assert (before("2024-06")[0], before("2024-06")[-1]) == ("2023-07", "2024-06")
    assert (ahead("2024-06")[0], ahead("2024-06")[-1]) == ("2024-07", "2025-06")


def toy(growth: float) -> Evidence:
    """Two years of 100 and of 100 x growth cars a month; the NEV share has a logit that grows by 0.1 a month."""
    months = before("2023-12") + before("2024-12")
    total = {m: 100.0 * (growth if m >= "2024-01" else 1.0) for m in months}
    nev = {m: total[m] * expit(-1.0 + 0.1 * n) for n, m in enumerate(months)}
    return Evidence("2024-12", {}, (), {"retail_total": total, "retail_nev": nev})


def test_simple_forecasts_by_hand() -> None:
    said = simple(toy(1.2), 50.0)
    assert list(said["sales"]["no_change"].values()) == pytest.approx([50.0] * 12)
    assert list(said["sales"]["trend"].values()) == pytest.approx([60.0] * 12)
    assert said["nev_share"]["no_change"]["2025-12"] == pytest.approx(expit(1.3))
    assert said["nev_share"]["trend"]["2025-12"] == pytest.approx(expit(-1.0 + 0.1 * 35))
    assert line([1.0, 3.0, 5.0]) == (1.0, 2.0)


def test_a_forecast_that_is_right_scores_better_than_one_that_is_not() -> None:
    evidence = toy(1.2)
    naive = simple(evidence, 50.0)
    seen = {"sales": dict.fromkeys(ahead("2024-12"), 55.0), "nev_share": dict.fromkeys(ahead("2024-12"), 0.6)}
    right = {name: {m: [v * 0.99, v, v * 1.01] for m, v in values.items()} for name, values in seen.items()}
    wrong = {name: {m: [v * 0.5, v * 0.6, v * 0.7] for m, v in values.items()} for name, values in seen.items()}
    good, bad = score(Forecast("2024-12", right, naive), seen), score(Forecast("2024-12", wrong, naive), seen)
    assert all(a.crps < b.crps and a.brier < b.brier for a, b in zip(good, bad, strict=True))
    assert [(each.half, each.most) for each in good] == [(1.0, 1.0)] * 2
    assert [each.most for each in bad] == [0.0, 0.0]
    assert good[0].simple_crps == pytest.approx(5.0)


def test_what_happened_is_scaled_by_the_year_before() -> None:
    series = read_series()
    told = observed(series, CUTOFF, 2000.0)
    usual = np.mean([series["retail_total"][m] for m in before(CUTOFF)])
    assert told["sales"]["2024-07"] == pytest.approx(2000.0 * series["retail_total"]["2024-07"] / usual)
    assert told["nev_share"]["2024-07"] == series["retail_nev"]["2024-07"] / series["retail_total"]["2024-07"]


def changed_later(settings: Settings) -> Settings:
    """Everything that came after the cut-off is something else, or not there at all."""
    paths = {
        name: tuple((month, value if month <= CUTOFF else 2.0 * value) for month, value in points)
        for name, points in settings.market.paths.items()
    }
    policy = {
        name: measure.model_copy(
            update={"versions": {n: v for n, v in measure.versions.items() if v.announced.isoformat()[:7] <= CUTOFF}}
        )
        for name, measure in settings.policy.items()
    }
    pots = {
        name: pot.model_copy(
            update={"tranches": {n: t for n, t in pot.tranches.items() if t.window.start.isoformat()[:7] <= CUTOFF}}
        )
        for name, pot in settings.pots.items()
    }
    market = settings.market.model_copy(update={"paths": paths})
    return settings.model_copy(update={"market": market, "policy": policy, "pots": pots})


def test_bands_hold_the_error_of_measurement_too() -> None:
    """Draws that agree on every month differ by the stated error, the same whenever it is asked for; none adds nothing."""
    errors = load_settings([]).uncertainty.measurement
    said = {"sales": dict.fromkeys(ahead(CUTOFF), [100.0] * 300), "nev_share": dict.fromkeys(ahead(CUTOFF), [0.4] * 300)}
    found = measured(said, errors)
    sales = np.log(list(found["sales"].values())) - np.log(100.0)
    share = np.array([[logit(v) for v in values] for values in found["nev_share"].values()]) - logit(0.4)
    for off, sd in ((sales, errors.sales.value), (share, errors.nev_share.value)):
        assert off.std() == pytest.approx(sd, rel=4.0 / np.sqrt(2.0 * off.size))
        assert abs(off.mean()) < 4.0 * sd / np.sqrt(off.size)
    assert abs(np.corrcoef(sales.ravel(), share.ravel())[0, 1]) < 4.0 / np.sqrt(sales.size)
    assert measured(said, errors) == found
    exact = measured(said, EXACT)
    assert exact["sales"] == said["sales"]
    assert exact["nev_share"]["2024-07"] == pytest.approx(said["nev_share"]["2024-07"])


def test_a_forecast_draws_the_nation_as_it_was_seen_by_the_cutoff_and_what_the_calibration_found_off() -> None:
    settings, evidence = load_settings(["population.goods=vehicles", "population.scale=0.1"]), read_evidence("2023-12")
    told = forecasting(settings, evidence, settings.parameters)
    seen = national_estimates(evidence, settings.region.season)
    assert told.uncertainty.shocks.sales.sd.value == seen["sales"].sd
    assert told.uncertainty.shocks.nev_share.persistence.value == seen["nev_share"].persistence
    assert told.uncertainty.shocks.used_prices == settings.uncertainty.shocks.used_prices
    assert told.parameters.discrepancy == settings.parameters.discrepancy
    assert (told.clock.end, told.population.scale) == ("2024-12", 0.4)


def test_nothing_after_the_cutoff_reaches_a_forecast(tmp_path: Path) -> None:
    """The settings of every run, the evidence and its digest are the same, so every digit of the forecast is."""
    settings, evidence = load_settings(["population.goods=vehicles"]), read_evidence(CUTOFF)
    later = changed_later(settings)
    assert later.market != settings.market
    assert later.policy != settings.policy
    shutil.copytree(ROOT / FOLDER, tmp_path, dirs_exist_ok=True)
    rows = (tmp_path / SERIES).read_text(encoding="utf-8").splitlines()
    (tmp_path / SERIES).write_text("\n".join(r if r[:7] <= CUTOFF else more(r) for r in rows))
    assert read_series(tmp_path) != read_series()
    assert read_evidence(CUTOFF, tmp_path) == evidence
    known = [as_known(each, CUTOFF, ahead(CUTOFF)[-1]) for each in (settings, later)]
    assert found_for(known[0], evidence) == found_for(known[1], evidence)
    assert Plan.of(known[0], 1, 5).settings_key == Plan.of(known[1], 1, 5).settings_key
    runs = [
        forecasting(each, read_evidence(CUTOFF, folder), settings.parameters)
        for each, folder in ((settings, None), (later, tmp_path))
    ]
    assert Plan.of(runs[0], 1, 5).settings_key == Plan.of(runs[1], 1, 5).settings_key
    assert known[0].clock.end == "2025-06"


def more(row: str) -> str:
    """A row of the series with twice its value; the row of names as it is."""
    month, series, value, *rest = row.split(",", 3)
    return row if month == "month" else ",".join([month, series, str(2.0 * float(value)), *rest])
