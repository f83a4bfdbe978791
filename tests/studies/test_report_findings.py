"""What the report is told of an ensemble: claims as the ledger has them, pots of goods that are simulated, commands."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from fake_runs import FAKE, settings_of
from findings_made import found

from sim.runs.dry_spells import pots_in_use
from sim.runs.ensemble import Ensemble, gathered
from sim.runs.executors import SerialExecutor
from sim.runs.plan import Plan
from sim.runs.schedule import carry_out, silent
from sim.runs.store.folder import Store
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


def test_commands_are_for_the_settings_of_the_report() -> None:
    findings = found(command="python -m sim report population.scale=0.05 ensemble.draws=30")
    assert findings.command_of("count") == "python -m sim count population.scale=0.05 ensemble.draws=30"


def test_pots_of_goods_that_are_left_out_say_nothing(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    measure = settings.policy["car_scrappage"].model_copy(update={"pot": "trade_in"})
    with_pot = settings.model_copy(update={"policy": {"car_scrappage": measure}})
    assert "trade_in" in pots_in_use(with_pot)
    assert "trade_in" not in pots_in_use(with_pot.model_copy(update={"products": {}}))
