"""A small set of configuration files, complete enough for the schema, that tests may damage as they like."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from sim.config import load_settings
from sim.errors import BadInput
from sim.schema.behaviour import Behaviour, Money
from sim.schema.bricks import Quantity
from sim.schema.market import Market
from sim.schema.product import EndOfLife, OwnerType, Survival, UsedMarket, Variant, Wear
from sim.schema.uncertainty import MeasurementErrors, NationalShocks, Shock

TITLE = {"zh": "名", "en": "name"}


def quantity(value: float, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    """A number as files write it."""
    return {"value": value, "unit": "-", "source": "test", "grade": "C", "low": low, "high": high}


def numbers(model: type[BaseModel], **others: Any) -> dict[str, Any]:
    """Content for a model: 0.5 for every number that ``others`` does not give."""
    filled = {name: quantity(0.5) for name, field in model.model_fields.items() if field.annotation is Quantity}
    return {**filled, **others}


def product() -> dict[str, Any]:
    """A product with one variant and two owner types."""
    variant = numbers(Variant, title=TITLE, powertrain="ice", fuel="petrol", size="family")
    owner = numbers(OwnerType, title=TITLE, owner="firm")
    return {
        "title": TITLE,
        "unit": TITLE,
        "luck": 0,
        "baseline_stock": "cars",
        "baseline_sales": "sales",
        "variants": {"ice": variant},
        "owners": {"firm": owner, "household": {**owner, "owner": "household"}},
        "owner_shares": {"firm": 0.1},
        "survival": numbers(Survival),
        "condition": numbers(Wear),
        "emission": {"petrol": [{"standard": 3, "start": "2008-07-01"}]},
        "used_market": numbers(UsedMarket, age_bands=[3, 6], residual={"ice": [0.9, 0.8]}),
        "end_of_life": numbers(EndOfLife),
    }


def measure() -> dict[str, Any]:
    """A scrappage subsidy in two versions, one after the other."""

    def version(start: str, end: str, amount: float) -> dict[str, Any]:
        return {
            "announced": start,
            "window": {"start": start, "end": end},
            "reference": "test",
            "quote": "test",
            "grade": "A",
            "old": {"registered_by": {"petrol": "2011-06-30"}},
            "grants": {"bev": {"amount": amount}},
        }

    return {
        "title": TITLE,
        "article": "（十三）",
        "quote": "test",
        "goods": ["car"],
        "instrument": "scrappage_subsidy",
        "payers": {"central": 0.6, "province": 0.4},
        "pot": "bonds",
        "versions": {
            "v2024": version("2024-04-24", "2024-12-31", 10000),
            "v2025": version("2025-01-01", "2025-12-31", 20000),
        },
    }


def pot() -> dict[str, Any]:
    """Money for one year."""
    window = {"start": "2024-01-01", "end": "2024-12-31"}
    return {"title": TITLE, "tranches": {"first": {"window": window, "amount": quantity(1e6, 8e5, 2e6)}}}


def target() -> dict[str, Any]:
    """A promise about the stock of NEV."""
    return {
        "title": TITLE,
        "quote": "test",
        "article": "一",
        "indicator": "nev_stock",
        "by": "2025-12",
        "period": "at",
        "comparator": ">=",
        "promise": 5,
        "unit": TITLE,
        "units": 26_000,
        "grade": "B",
    }


def scenario(name: str, **departures: Any) -> dict[str, Any]:
    """A scenario that departs as told."""
    return {"scenario": {"id": name, "title": TITLE, "decided_by": "test"}, **departures}


def region() -> dict[str, Any]:
    """A region that reads two tables."""
    return {
        "title": TITLE,
        "boundary": "A",
        "files": {"baseline": "here/baseline.csv", "vintages": "here/vintages.csv"},
        "income_quintiles": {"urban": [0.3, 0.6, 0.9, 1.2, 2.0], "rural": [0.3, 0.6, 0.9, 1.2, 2.0]},
        "ownership_by_quintile": [0.4, 0.8, 1.0, 1.2, 1.6],
        "season": [1.0] * 12,
    }


BASELINE = """indicator,boundary,date,value,unit,source,grade,low,high
cars,A,2023,348000,cars,test,B,300000,400000
cars,B,2023,253000,cars,test,B,,
sales,both,2023,27700,cars,test,B,,
"""
VINTAGES = "product,registration_year,share\ncar,2010,0.25\ncar,2023,0.75\n"
DEFAULTS = """defaults:
  - region: here
  - behaviour: central
  - money: central
  - market: central
  - uncertainty: central
  - parameters: prior
  - scenario: enacted
  - optional experiment: null
in_force: [enacted]
clock: {start: 2023-01, end: 2027-12, now: 2023-12}
population: {scale: 1.0}
ensemble: {draws: 12, seeds: 2}
executor: {name: local}
results: {folder: results}
"""

HEAD = "# @package _global_\nscenario: {id: mine, title: {zh: 甲, en: a}, decided_by: test}\n"
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def write(root: Path, name: str, content: Any) -> Path:
    """Write one file below the root; text as it is, anything else as JSON, which is YAML."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
    head = "# @package _global_\n" if name.startswith(("scenarios/", "configs/experiment/")) else ""
    path.write_text(text if isinstance(content, str) else head + text, encoding="utf-8")
    return path


def write_tree(root: Path) -> Path:
    """Write the whole small tree and return its root."""
    market = numbers(Market, paths={"petrol": [["2023-01", 7.5], ["2024-01", 7.0]]}, path_factor={"petrol": quantity(1)})
    market |= dict.fromkeys(("dealers", "used_dealers", "dismantlers", "banks"), 2)
    behaviour = numbers(Behaviour, foresight=quantity(0.8, 0.6, 1.0))
    files: dict[str, Any] = {
        "configs/defaults.yaml": DEFAULTS,
        "configs/region/here.yaml": region(),
        "configs/region/here/baseline.csv": BASELINE,
        "configs/region/here/vintages.csv": VINTAGES,
        "configs/behaviour/central.yaml": behaviour,
        "configs/behaviour/myopic.yaml": {**behaviour, "foresight": quantity(0.1)},
        "configs/money/central.yaml": numbers(Money),
        "configs/market/central.yaml": market,
        "configs/uncertainty/central.yaml": {
            "shocks": dict.fromkeys(NationalShocks.model_fields, numbers(Shock)),
            "measurement": numbers(MeasurementErrors),
        },
        "configs/parameters/prior.yaml": {"title": TITLE},
        "configs/products/car.yaml": product(),
        "configs/policy/car_scrappage.yaml": measure(),
        "configs/groups/enacted.yaml": {"title": TITLE, "measures": ["car_scrappage"]},
        "configs/pots/bonds.yaml": pot(),
        "configs/targets/nev_stock.yaml": target(),
        "scenarios/enacted.yaml": scenario("enacted"),
        "scenarios/boundary_b.yaml": scenario("boundary_b", region={"boundary": "B"}),
    }
    for name, content in files.items():
        write(root, name, content)
    return root


def files(root: Path) -> dict[Path, bytes]:
    """Every file below the root and what it holds."""
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def refusal(root: Path, overrides: list[str], load: Callable[[list[str], Path], object] = load_settings) -> BadInput:
    """The refusal that loading ends with; it names everything it has to, and nothing was written."""
    before = files(root)
    with pytest.raises(BadInput) as caught:
        load(overrides, root)
    assert files(root) == before
    assert caught.value.exit_code == 2
    for part in (caught.value.file.en, caught.value.key.en, caught.value.allowed.en, caught.value.remedy.en):
        assert part
        assert part in str(caught.value)
    return caught.value
