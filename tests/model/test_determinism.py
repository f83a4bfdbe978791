"""Equal settings and seed give equal whole numbers: again, side by side, elsewhere, in another order, with idle company."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from elsewhere import PYTHONPATH
from model_settings import complete, district, finish, offered, small, whole_numbers
from numpy.typing import NDArray

from sim.clock import days_in, first_day
from sim.codes import COMMUNITY, EMPTY
from sim.model import TradeInModel
from sim.model.month import Considered
from sim.owners.agenda import Found
from sim.runs.once import run
from sim.settings import Settings

WINDOW = (
    "clock.start=2024-06",
    "clock.end=2024-09",
    "pots.trade_in.amount_factor=0.2",
    "pots.car_vouchers.amount_factor=0.3",
)
"""Across the rise of the subsidies, with pots that run dry."""
SEEDS = (1, 2, 3)
ELSEWHERE = """
import sys
from model_settings import district, dump, small
make = {"small": small, "district": district}[sys.argv[1]]
sys.stdout.write(dump(make(*sys.argv[4:], scale=float(sys.argv[2])), int(sys.argv[3])))
"""


@cache
def numbers(seed: int) -> dict[str, str]:
    return whole_numbers(finish(small(*WINDOW), seed).model)


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    assert one.keys() == other.keys()
    return [name for name in one if one[name] != other[name]]


def test_again() -> None:
    for _ in range(2):
        assert differing(numbers(1), whole_numbers(finish(small(*WINDOW), 1).model)) == []


def test_after_other_runs_of_the_same_process() -> None:
    other = small("clock.start=2025-06", "clock.end=2025-08", "scenario=no_policy", scale=0.01)
    finish(other, 7)
    assert differing(numbers(1), whole_numbers(finish(small(*WINDOW), 1).model)) == []


def test_several_models_at_once() -> None:
    settings = small(*WINDOW)
    with ThreadPoolExecutor(len(SEEDS)) as pool:
        found = list(pool.map(lambda seed: whole_numbers(finish(settings, seed).model), SEEDS))
    for seed, result in zip(SEEDS, found, strict=True):
        assert differing(numbers(seed), result) == [], seed


def test_categories_side_by_side_in_threads() -> None:
    """With household goods and equipment, whose stages go on in two and five threads."""
    settings = district(*WINDOW, scale=0.01)
    one, two, five = (whole_numbers(finish(settings, 1, threads).model) for threads in (1, 2, 5))
    assert differing(one, two) == []
    assert differing(one, five) == []


def test_models_that_take_turns() -> None:
    settings = small(*WINDOW)
    models = [TradeInModel(settings, seed) for seed in SEEDS[:2]]
    for _ in range(settings.clock.months):
        for model in models:
            model.step()
    for seed, model in zip(SEEDS, models, strict=False):
        assert differing(numbers(seed), whole_numbers(model)) == []


def elsewhere(root: Path, environment: dict[str, str], make: str, scale: float, seed: int) -> dict[str, str]:
    """Whole numbers of a district that another process has run."""
    command = [sys.executable, "-c", ELSEWHERE, make, str(scale), str(seed), *WINDOW]
    given = os.environ | {"PYTHONPATH": PYTHONPATH} | environment
    done = subprocess.run(command, env=given, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize(("threads", "hash_seed"), [("1", "0"), ("2", "4711")])
def test_in_another_process_with_other_threads(root: Path, threads: str, hash_seed: str) -> None:
    environment = {"PYTHONHASHSEED": hash_seed, "NUMBA_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
    assert differing(numbers(2), elsewhere(root, environment, "small", 0.02, 2)) == []


@pytest.mark.skipif(sys.platform != "linux", reason="glibc fills fresh memory on request")
@pytest.mark.parametrize("filled_with", ["85", "170"])
def test_with_memory_that_is_not_empty(root: Path, filled_with: str) -> None:
    """Of all categories: nothing that was never written is read."""
    settings = district(*WINDOW, scale=0.005)
    found = elsewhere(root, {"MALLOC_PERTURB_": filled_with}, "district", 0.005, 1)
    assert differing(whole_numbers(finish(settings, 1).model), found) == []


def test_tables_are_equal_too() -> None:
    one, other = run(small(*WINDOW), seed=3), run(small(*WINDOW), seed=3)
    for table in ("monthly", "flows", "stocks", "ledger", "pots", "uptake"):
        assert getattr(one, table).equals(getattr(other, table)), table


def test_another_seed_is_another_district() -> None:
    one, other = numbers(1), numbers(2)
    same = {name for name in one if one[name] == other[name]}
    assert not same & {"car.variant", "car.registered", "truck.end", "owners.quintile", "car.tally.new_sales", "ledger"}


# order ---------------------------------------------------------------------------------------------------------


def shuffled(month: Considered, luck: np.random.Generator) -> Considered:
    """The same month with those who are to be worked out in another order."""
    *looking, turned = month.found
    order = luck.permutation(month.found.slots.size)
    return dataclasses.replace(month, found=Found(*(column[order] for column in looking), luck.permutation(turned)))


def in_order(settings: Settings, seed: int, shuffle: bool) -> dict[str, str]:
    """Run with the owners who are worked out, and then their decisions, in order or shuffled."""
    model = TradeInModel(settings, seed)
    luck = np.random.default_rng(5)
    for _ in range(settings.clock.months):
        considered = model.fail_and_consider(offered(model))
        if shuffle:
            considered = {name: shuffled(month, luck) for name, month in considered.items()}
        complete(model, model.settle(model.decide(considered)))
    return whole_numbers(model)


def test_the_order_in_which_owners_are_worked_out_does_not_matter() -> None:
    settings = small(*WINDOW)
    assert in_order(settings, 1, shuffle=False) == numbers(1), "the stages in a row are a step"
    assert differing(numbers(1), in_order(settings, 1, shuffle=True)) == []


# inert company -------------------------------------------------------------------------------------------------


def without_company(model: TradeInModel, rows: int) -> dict[str, NDArray[np.generic]]:
    """Columns of the first ``rows`` households and of all organisations, as if no other household had a row."""
    households, owners = model.district.households, model.district.owners
    found: dict[str, NDArray[np.generic]] = {}
    for name, column in owners._asdict().items():
        found[f"owners.{name}"] = np.concatenate([column[:rows], column[households:]])
    for product, category in model.categories.items():
        slots = category.goods.variant.size
        keep = np.arange(slots)
        if category.first_slots:
            company = (keep < 2 * households) & (keep % households >= rows)
            assert (category.goods.variant[company] == EMPTY).all(), "the company stays inert"
            keep = keep[~company]
        for name, column in category.goods._asdict().items():
            found[f"{product}.{name}"] = column[keep]
        owner = category.goods.owner[keep]
        found[f"{product}.owner"] = np.where(owner >= households, owner - (households - rows), owner)
    return found


@cache
def alone() -> tuple[TradeInModel, dict[str, NDArray[np.generic]]]:
    model = finish(small(*WINDOW, scale=0.01), 1).model
    return model, without_company(model, model.district.households)


@pytest.mark.parametrize("spare", [1, 100, COMMUNITY, 300])
def test_an_inert_household_changes_nobody_else(spare: int) -> None:
    before, expected = alone()
    model = finish(small(*WINDOW, f"population.spare={spare}", scale=0.01), 1).model
    rows = before.district.households
    assert model.district.households == rows + spare
    found = without_company(model, rows)
    assert [name for name in expected if not np.array_equal(expected[name], found[name])] == []
    for product in model.categories:
        for one, other in zip(before.history.months[product], model.history.months[product], strict=True):
            np.testing.assert_array_equal(one.tally.moved, other.tally.moved)
            np.testing.assert_array_equal(one.tally.claimed, other.tally.claimed)
            np.testing.assert_array_equal(one.new_price, other.new_price)


def test_decisions_fall_on_days_of_their_month() -> None:
    model = alone()[0]
    for category in model.categories.values():
        bought = category.goods.owned_since[category.goods.variant != EMPTY]
        first, last = first_day(model.month - 1), first_day(model.month - 1) + days_in(model.month - 1) - 1
        assert bought.max() <= last
        assert (bought >= first).any()
