"""Something quick in the place of the model, for tests of what is round it: every number can be worked out by hand."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from small_tree import scenario, target, write, write_tree

from sim.clock import month_text
from sim.config import load_settings
from sim.model.events import no_events
from sim.runs.result import Result
from sim.runs.worker import Simulator
from sim.schema.product import Anchor
from sim.schema.result_tables import POTS, Entry
from sim.settings import Settings

Runs = Sequence[tuple[int, int]]
"""Draws and seeds."""


def settings_of(root: Path, *overrides: str) -> Settings:
    """Settings of the small tree, with results below the root."""
    settings = _settings(overrides)
    return settings.model_copy(update={"results": settings.results.model_copy(update={"folder": str(root / "results")})})


@cache
def _settings(overrides: tuple[str, ...]) -> Settings:
    with TemporaryDirectory() as folder:
        root = write_tree(Path(folder))
        write(root, "configs/targets/nev_stock.yaml", {**target(), "promise": 1015.0})
        write(root, "scenarios/no_policy.yaml", scenario("no_policy", policy={"car_scrappage": {"enabled": False}}))
        return load_settings(["clock.end=2024-12", "executor=serial", *overrides], root)


def subsidy(settings: Settings) -> float:
    """What a new NEV gets, in thousand yuan: 10 as enacted, nothing without the measure."""
    measure = settings.policy["car_scrappage"]
    announced = min(version.announced for version in measure.versions.values())
    enacted = measure.enabled and (measure.enacted_until is None or announced <= measure.enacted_until)
    amount = measure.nev_amount if getattr(measure, "nev_amount", None) is not None else 10_000.0  # type: ignore[union-attr]
    return float(amount or 0.0) / 1000.0 if enacted else 0.0


def stock(settings: Settings, seed: int) -> float:
    """NEV in use in every month: 1,000, 10 for each draw, 1 for each seed, 1 for each thousand yuan, less the anchor's."""
    effort = settings.anchor["car"].effort_first if settings.anchor else 0.0
    return 1000.0 + 10.0 * settings.draw + seed + subsidy(settings) - effort


def fake_run(
    settings: Settings, seed: int, threads: int = 1, seconds: float = 0.0, fails: Runs = (), dies: Runs = (), note: str = ""
) -> Result:
    """A run with one rising stock and one measure.

    ``fails`` raise, ``dies`` kill their process; ``note``: a file that gets a line for each run.
    """
    if note:
        with open(note, "a", encoding="utf-8") as file:
            file.write(f"{settings.scenario.id} {subsidy(settings):g} {settings.draw} {seed}\n")
    time.sleep(seconds)
    if (settings.draw, seed) in fails:
        raise ZeroDivisionError(f"draw {settings.draw} seed {seed} fails")
    if (settings.draw, seed) in dies:
        os.kill(os.getpid(), signal.SIGKILL)
    months = [month_text(settings.clock.first + month) for month in range(settings.clock.months)]
    value, claims = stock(settings, seed), int(subsidy(settings))
    monthly = pd.DataFrame([row for month in months for row in _month(month, value, subsidy(settings))], columns=_MONTHLY)
    flows = [(month, "car", "outside", "owned", 10 + seed) for month in months]
    ledger = [(month, "car_scrappage", "central", claims, claims, 100 * claims, 100 * claims) for month in months if claims]
    return Result(
        settings=settings,
        seed=seed,
        monthly=monthly,
        flows=pd.DataFrame(flows, columns=["month", "good", "from", "to", "count"]),
        stocks=pd.DataFrame([(months[-1], "car", "owned", int(value))], columns=["month", "good", "place", "count"]),
        ledger=pd.DataFrame(ledger, columns=list(Entry._fields)),
        pots=pd.DataFrame([], columns=list(POTS)),
        uptake=pd.DataFrame([("car_scrappage", 1, True, claims, 100 * claims)], columns=_UPTAKE),
        targets=_targets(settings, value),
        events=no_events(),
    )


def fake_solve(settings: Settings, draw: int, draws: int, note: str = "", fails: Sequence[int] = ()) -> dict[str, Anchor]:
    """Constants that take back two for each draw."""
    if note:
        with open(note, "a", encoding="utf-8") as file:
            file.write(f"anchor {draw} of {draws}\n")
    if draw in fails:
        raise ZeroDivisionError(f"anchor of draw {draw} fails")
    return {"car": Anchor(effort_first=2.0 * draw)}


FAKE = Simulator(fake_solve, fake_run)


def faked(**how: Any) -> Simulator:
    """The fake with other behaviour, see ``fake_run``."""
    return Simulator(fake_solve, partial(fake_run, **how))


_MONTHLY = ["month", "indicator", "group", "value"]
_UPTAKE = ["measure", "income_quintile", "urban", "claims", "amount_fen"]


def _month(month: str, value: float, yuan: float) -> list[tuple[str, str, str, float]]:
    flows = {"new_registrations": 30.0, "used_car_transactions": 20.0, "elv_recovered": 5.0 + yuan}
    rows = [(month, name, "", amount) for name, amount in flows.items()]
    rows += [(month, "new_registrations", powertrain, 10.0) for powertrain in ("ice", "phev", "bev")]
    paid = [(month, "outlay", "", yuan)]
    if yuan:
        paid += [(month, "outlay", group, yuan) for group in ("measure:car_scrappage", "payer:central")]
    return [(month, "nev_stock", "", value), *rows, *paid]


def _targets(settings: Settings, value: float) -> pd.DataFrame:
    rows = [
        (name, target.by, target.comparator, target.promise, value, value >= target.promise, target.grade)
        for name, target in settings.targets.items()
    ]
    return pd.DataFrame(rows, columns=["id", "by", "comparator", "promise", "value", "met", "grade"])
