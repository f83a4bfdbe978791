"""A region says by how much the sums and promises that are written for another district are larger there."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from small_tree import write_tree

from sim.config import load_settings
from sim.config.scaling import scale_taken
from sim.errors import BadInput

TAKEN = {
    "pots": {
        "cars": {"tranches": {"y24": {"amount": {"value": 10.0, "low": 5.0, "high": 20.0, "unit": "yuan"}}}},
        "farms": {"tranches": {"y24": {"amount": {"value": 8.0, "unit": "yuan"}}}},
    },
    "targets": {"nev": {"promise": 50000.0, "title": {"zh": "名"}}},
}


def after(factors: object) -> dict[str, Any]:
    taken: dict[str, Any] = copy.deepcopy(TAKEN)
    scale_taken(taken, factors, "configs/region/here.yaml")
    return taken


def test_a_pattern_multiplies_every_number_it_fits_with_its_range_and_nothing_else() -> None:
    found = after({"pots.*.tranches.*.amount": 0.5})
    assert found["pots"]["cars"]["tranches"]["y24"]["amount"] == {"value": 5.0, "low": 2.5, "high": 10.0, "unit": "yuan"}
    assert found["pots"]["farms"]["tranches"]["y24"]["amount"] == {"value": 4.0, "unit": "yuan"}
    assert found["targets"] == TAKEN["targets"]


def test_a_path_that_names_one_number_goes_before_a_pattern() -> None:
    found = after({"pots.*.tranches.*.amount": 0.5, "pots.farms.tranches.*.amount": 3.0})
    assert found["pots"]["farms"]["tranches"]["y24"]["amount"]["value"] == 24.0
    assert found["pots"]["cars"]["tranches"]["y24"]["amount"]["value"] == 5.0


def test_a_plain_number_is_multiplied_too() -> None:
    assert after({"targets.nev.promise": 0.2})["targets"]["nev"] == {"promise": 10000.0, "title": {"zh": "名"}}


@pytest.mark.parametrize(
    ("factors", "key"),
    [
        ([1], "scaled"),
        ({"targets.nev.promise": 0}, "scaled.targets.nev.promise"),
        ({"targets.nev.promise": "2"}, "scaled.targets.nev.promise"),
        ({"targets.nev.promise": True}, "scaled.targets.nev.promise"),
        ({"targets.nev.title": 2}, "scaled.targets.nev.title"),
        ({"targets.nev.promize": 2}, "scaled.targets.nev.promize"),
        ({"market.dealers": 2}, "scaled.market.dealers"),
    ],
)
def test_what_cannot_be_multiplied_is_refused_and_named(factors: object, key: str) -> None:
    with pytest.raises(BadInput) as refusal:
        after(factors)
    assert refusal.value.parts("en")["file"] == "configs/region/here.yaml"
    assert refusal.value.parts("en")["key"] == key


def test_scenarios_depart_from_the_scaled_values(tmp_path: Path) -> None:
    root = write_tree(tmp_path)
    path = root / "configs" / "region" / "here.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    name, target = next(iter(load_settings([], root).targets.items()))
    path.write_text(yaml.safe_dump({**content, "scaled": {f"targets.{name}.promise": 0.5}}), encoding="utf-8")
    assert load_settings([], root).targets[name].promise == pytest.approx(target.promise / 2.0)
    assert load_settings([f"targets.{name}.promise=7.0"], root).targets[name].promise == 7.0


def test_a_boundary_without_rows_is_refused(tmp_path: Path) -> None:
    root = write_tree(tmp_path)
    path = root / "configs" / "region" / "here" / "baseline.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text(
        "\n".join([lines[0], *(line.replace(",both,", ",A,").replace(",B,", ",A,") for line in lines[1:])]), encoding="utf-8"
    )
    with pytest.raises(BadInput) as refusal:
        load_settings(["region.boundary=B"], root)
    assert refusal.value.parts("en")["key"] == "region.boundary"
