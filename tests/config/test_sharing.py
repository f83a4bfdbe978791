"""What categories have in common is said once, and every number still knows which file says it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from policy_files import ROOT, read
from small_tree import product, quantity, refusal, write, write_tree

from sim.config import checks, load_settings

DEFAULTS, CAR = "configs/product_defaults/goods.yaml", "configs/products/car.yaml"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small tree whose one category takes its condition and the taste of its variants from a file of defaults."""
    monkeypatch.setattr(checks, "indicator_names", lambda: ["nev_stock"])
    write_tree(tmp_path)
    own = product()
    for variant in own["variants"].values():
        variant.pop("improvement_per_year", None)
    write(tmp_path, DEFAULTS, {"condition": own.pop("condition"), "variants": {"*": {"improvement_per_year": quantity(0.25)}}})
    write(tmp_path, CAR, own | {"based_on": ["goods"]})
    return tmp_path


def test_what_a_file_does_not_say_its_defaults_say(root: Path) -> None:
    car = load_settings(root=root).products["car"]
    assert car.condition.model_dump()["worn_at"]["value"] == product()["condition"]["worn_at"]["value"]
    assert {variant.improvement_per_year.value for variant in car.variants.values()} == {0.25}


def test_a_file_overrules_its_defaults_entry_by_entry(root: Path) -> None:
    own = read(root / CAR)
    first = next(iter(own["variants"]))
    own["variants"][first] = {**own["variants"][first], "improvement_per_year": quantity(0.5)}
    write(root, CAR, own)
    variants = load_settings(root=root).products["car"].variants
    assert {name: v.improvement_per_year.value for name, v in variants.items()} == dict.fromkeys(variants, 0.25) | {first: 0.5}


def test_a_later_file_of_defaults_overrules_an_earlier_one(root: Path) -> None:
    write(root, "configs/product_defaults/late.yaml", {"variants": {"*": {"improvement_per_year": quantity(0.75)}}})
    write(root, CAR, read(root / CAR) | {"based_on": ["goods", "late"]})
    variants = load_settings(root=root).products["car"].variants
    assert {variant.improvement_per_year.value for variant in variants.values()} == {0.75}


def test_the_file_of_defaults_is_blamed_for_what_it_says(root: Path) -> None:
    content = read(root / DEFAULTS)
    write(root, DEFAULTS, content | {"variants": {"*": {"improvement_per_year": {**quantity(0.25), "grade": "D"}}}})
    told = refusal(root, [])
    assert told.file.en == DEFAULTS
    assert told.key.en.endswith("improvement_per_year.grade")
    write(root, DEFAULTS, content | {"condition": {**content["condition"], "worn_at": quantity(1.5)}})
    assert (refusal(root, []).file.en, refusal(root, []).key.en) == (DEFAULTS, "products.car.condition.worn_at")


def test_defaults_that_are_not_there_are_refused_with_those_that_are(root: Path) -> None:
    write(root, CAR, read(root / CAR) | {"based_on": ["good"]})
    told = refusal(root, [])
    assert (told.file.en, told.key.en, told.value) == (CAR, "product_defaults", "good")
    assert "did you mean goods" in told.remedy.en
    write(root, CAR, read(root / CAR) | {"based_on": "goods"})
    assert (refusal(root, []).file.en, refusal(root, []).key.en) == (CAR, "based_on")


def test_no_number_stands_word_for_word_in_a_fifth_of_the_shipped_categories() -> None:
    """Such a number belongs into the defaults; prices and shares may well agree by chance in a few."""
    files = sorted((ROOT / "configs" / "products").glob("*.yaml"))
    held: Counter[tuple[str, str]] = Counter()
    for path in files:
        held.update(set(_numbers(read(path), "")))
    often = {where: count for where, count in held.items() if count > len(files) / 5 and not where[0].endswith(ALIKE)}
    assert often == {}


ALIKE = ("share_new", "share_stock", "formal_offer_per_t", "informal_premium", "growth_per_year", "idle_share", "scrap_mass_t")
"""Assumptions on a coarse grid, which several unlike categories share by chance."""


def _numbers(node: Any, place: str) -> list[tuple[str, str]]:
    if not isinstance(node, dict):
        return []
    if "value" in node:
        return [(place, json.dumps(node, sort_keys=True))]
    return [found for key, child in node.items() for found in _numbers(child, f"{place}.{key}")]
