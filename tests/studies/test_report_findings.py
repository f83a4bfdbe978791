"""What the report is told of an ensemble: claims as the ledger has them, pots of goods that are simulated, commands."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from fake_runs import FAKE, settings_of
from findings_made import DAY, found, words

from sim.config import load_settings
from sim.config.sources import find_root
from sim.report.findings import ShippedWorth
from sim.report.scenario_report import report
from sim.runs.dry_spells import pots_in_use
from sim.runs.ensemble import Ensemble, gathered
from sim.runs.executors import SerialExecutor
from sim.runs.plan import Plan
from sim.runs.schedule import carry_out, silent
from sim.runs.store.folder import Store
from sim.studies.report.shipped import ABOUT, NUMBERS, about, shipped_worth
from sim.studies.report.verb import claims_granted


def ensemble(root: Path, *words: str) -> Ensemble:
    settings = settings_of(root, "ensemble.draws=3", "ensemble.seeds=2", *words)
    (cell,) = carry_out([Plan.of(settings)], Store(root / "results"), SerialExecutor(), silent, FAKE)
    return gathered(cell)


def test_claims_are_those_of_the_ledger_each_counted_once_and_of_the_district(tmp_path: Path) -> None:
    """The fake grants 10 claims in each of 24 months."""
    result = ensemble(tmp_path, "population.scale=0.5")
    assert claims_granted(result).to_dict() == {"car_scrappage": pytest.approx(10 * 24 / 0.5)}
    ledger = result.frames["ledger"]
    result.frames["ledger"] = pd.concat([ledger, ledger.assign(payer="district")], ignore_index=True)
    assert claims_granted(result).to_dict() == {"car_scrappage": pytest.approx(10 * 24 / 0.5)}, "payers repeat them"


def test_a_measure_that_nobody_claims_at_the_counter_has_its_claims_in_the_report() -> None:
    monthly = found().monthly
    told = monthly[monthly["indicator"] == "outlay"].assign(group="measure:consumer_loan_subsidy")
    findings = found(monthly=pd.concat([monthly, told], ignore_index=True))
    assert findings.by_measure.loc["consumer_loan_subsidy", "claims"] == 654.0


def test_what_ships_about_additionality_is_of_these_terms_and_of_measures_with_enough_claims(tmp_path: Path) -> None:
    columns = "measure,claims,additional,pulled_forward,anyway,cost_per_additional,pairs"
    rows = "car_scrappage,9000,2000,1000,6000,64000,3\nlift_renewal,40,1,1,38,500000,3\ntruck_scrappage,10000,1,1,9998,1,3\n"
    (tmp_path / "additionality.csv").write_text(f"{columns}\n{rows}", encoding="utf-8")
    settings = settings_of(tmp_path)
    assert shipped_worth(tmp_path, settings) is None, "it is not said what it was of"
    told = settings.model_dump(mode="json", include=set(ABOUT))
    backwards = {name: dict(reversed(told[name].items())) for name in reversed(ABOUT)}
    made = {"scale": 0.02, "about": about(backwards)}
    (tmp_path / "budget.json").write_text(json.dumps(made), encoding="utf-8")
    for other in ("policy.car_scrappage.nev_amount=15000", "scenario=no_policy", "region.boundary=B"):
        assert shipped_worth(tmp_path, settings_of(tmp_path, other)) is None
    assert shipped_worth(tmp_path, settings_of(tmp_path, "population.scale=0.5", "language=en")) is not None
    shipped = shipped_worth(tmp_path, settings)
    assert shipped is not None
    assert shipped.told["measure"].tolist() == ["truck_scrappage", "car_scrappage"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_report_without_a_budget_of_its_own_includes_what_ships_and_says_so(language: str) -> None:
    table = pd.DataFrame(
        {"measure": ["car_scrappage"], "claims": [9e3], "additional": [2e3], "pulled_forward": [1e3], "anyway": [6e3],
         "cost_per_additional": [64_321.0], "pairs": [3]}
    )  # fmt: skip
    shipped = ShippedWorth(table, 0.02)
    with_it = words(report(found(language, shipped_worth=shipped), DAY))
    assert "64,321" in with_it
    assert {"zh": "不得作为结论引用", "en": "quote nothing"}[language] in with_it
    assert "python -m sim budget" in with_it
    own = words(report(found(language, shipped_worth=shipped, additionality=table.assign(cost_per_additional=77_777.0)), DAY))
    assert "77,777" in own
    assert "64,321" not in own
    assert "python -m sim budget" not in own


def test_what_ships_can_be_read() -> None:
    shipped = shipped_worth(find_root() / NUMBERS, load_settings([]))
    assert shipped is not None
    assert (shipped.told[["additional", "pulled_forward", "anyway"]].sum(axis=1) - shipped.told["claims"]).abs().max() < 1.0


def test_commands_are_for_the_settings_of_the_report() -> None:
    findings = found(command="python -m sim report population.scale=0.05 ensemble.draws=30")
    assert findings.command_of("count") == "python -m sim count population.scale=0.05 ensemble.draws=30"


def test_pots_of_goods_that_are_left_out_say_nothing(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    measure = settings.policy["car_scrappage"].model_copy(update={"pot": "trade_in"})
    with_pot = settings.model_copy(update={"policy": {"car_scrappage": measure}})
    assert "trade_in" in pots_in_use(with_pot)
    assert "trade_in" not in pots_in_use(with_pot.model_copy(update={"products": {}}))
