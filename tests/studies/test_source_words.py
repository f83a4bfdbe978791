"""Where numbers come from is told in Chinese, whatever file a number stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.config import load_settings
from sim.errors import Both
from sim.studies.local.source_words import read_source_words, sources_told

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile("[\u4e00-\u9fff]")


def sources_of(node: Any) -> Iterator[str]:
    """Every ``source`` below."""
    if isinstance(node, dict):
        if isinstance(node.get("source"), str):
            yield node["source"]
        for part in node.values():
            yield from sources_of(part)
    elif isinstance(node, (list, tuple)):
        for part in node:
            yield from sources_of(part)


EVERY_MEASURE = ",".join(sorted(path.stem for path in (ROOT / "configs/policy").glob("*.yaml")))


@pytest.mark.parametrize("typed", [[], ["region.boundary=B"], ["parameters=prior"], [f"in_force=[{EVERY_MEASURE}]"]])
def test_every_source_has_its_chinese(typed: list[str]) -> None:
    words = read_source_words(ROOT)
    found = set(sources_of(load_settings(typed, ROOT).model_dump()))
    assert len(found) > 200
    lacking = {source for source in found if not CHINESE.search(words.of(source).zh)}
    assert not lacking


def test_figures_of_a_source_stand_in_its_chinese_too() -> None:
    """Years and percentages, which no change of units touches."""
    for english, chinese in read_source_words(ROOT).sources.items():
        kept = re.findall(r"(?<![\d.])(?:19|20)\d\d(?![\d.,])|\d+(?:\.\d+)?(?= ?%)", english)
        assert [each for each in kept if each not in chinese] == [], english


def test_own_words_stay_as_they_are() -> None:
    assert read_source_words(ROOT).of("区商务局台账") == Both("区商务局台账", "区商务局台账")
    assert sources_told(ROOT, "en") == {}
