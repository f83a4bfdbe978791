"""Read measure, pot and product files for tests, without the rest of the settings."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from sim.config.sharing import content_of
from sim.config.sources import Sources
from sim.config.strict_yaml import read_yaml
from sim.policy.instruments import Measure
from sim.policy.pot import Pot
from sim.schema.product import Product

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(__file__).parents[1] / "cases"
VEHICLES = ("car", "truck")
MEASURE: TypeAdapter[Measure] = TypeAdapter(Measure)


def read(path: Path) -> dict[str, Any]:
    """A YAML file as plain data; dates stay text."""
    return read_yaml(path, path.name)


@cache
def product(name: str) -> Product:
    """A product category as its file has it."""
    return Product.model_validate(content_of(Sources(ROOT), "products", name))


def measure(name: str, **levers: object) -> Measure:
    """A measure as its file has it, with levers."""
    return MEASURE.validate_python(read(ROOT / "configs" / "policy" / f"{name}.yaml") | levers)


def open_to_all(yuan: float, **versions: tuple[str, str, str]) -> Measure:
    """A subsidy for every new car and truck, to everybody, without a pot; by version: announced, first and last day."""
    content: dict[str, Any] = MEASURE.dump_python(measure("car_vouchers_2023"), mode="json")
    terms = content["versions"]["v2024"] | {
        "one_per_person": False, "owners": ["household", "firm", "institution"],
        "grants": {p: {"tiers": [{"price_from": 0, "amount": yuan}]} for p in ("bev", "phev", "ice")},
    }  # fmt: skip
    terms["amount_scale"] |= {"value": 1.0, "low": None, "high": None}
    said = {name: {"announced": told, "window": {"start": start, "end": end}} for name, (told, start, end) in versions.items()}
    dated = {name: terms | each for name, each in said.items()}
    return MEASURE.validate_python(content | {"goods": ["car", "truck"], "pot": None, "versions": dated})


@cache
def measures() -> dict[str, Measure]:
    """Every measure."""
    names = sorted(path.stem for path in (ROOT / "configs" / "policy").glob("*.yaml"))
    found = {name: measure(name) for name in names}
    return found


def pot(name: str, **levers: object) -> Pot:
    """A pot as its file has it, with levers."""
    return Pot.model_validate(read(ROOT / "configs" / "pots" / f"{name}.yaml") | levers)


@cache
def articles() -> dict[str, dict[str, str]]:
    """Articles of the plan: number -> title and, for those that measures carry out, text."""
    content: dict[str, dict[str, str]] = read(Path(__file__).parents[1] / "data" / "plan_articles.yaml")["articles"]
    return content


def words(text: str) -> str:
    """Chinese text without punctuation and spaces, which differ between prints of one document."""
    return re.sub(r"[\s，,。.、；;：:（）()“”\"‘’…]+", "", text)
