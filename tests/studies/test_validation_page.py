"""A stranger can add a programme with docs/trust/validation.md alone: its example runs, it names all that a case may say."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from doc_pages import BLOCK, ROOT, put, text

from sim.runs.executors import SerialExecutor
from sim.runs.schedule import silent
from sim.studies.validate.case import Case, Score, load_case
from sim.studies.validate.market import Goods, Market
from sim.studies.validate.quantities import ARGUMENTS, QUANTITIES
from sim.studies.validate.scoring import predict, prepared, score

PAGE = ROOT / "docs" / "trust" / "validation.md"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The worked example of the page, as a file somewhere else."""
    ((path, where, content),) = BLOCK.findall(text(PAGE))
    place = tmp_path_factory.mktemp("case") / Path(path).name
    put(place, where, content)
    return load_case(place, place.name)


def test_the_worked_example_of_the_page_runs_and_ends_overnight(example: Case, tmp_path: Path) -> None:
    later = Score.model_validate(
        {
            "id": "later",
            "quantity": "claims_between",
            "given": {"period": "2009-04-15 to 2009-12-31"},
            "title": {"zh": "以后", "en": "later"},
        }
    )
    case = example.model_copy(update={"scores": (*example.scores, later)})
    told = predict(prepared([case], 0.02, str(tmp_path)), 0, SerialExecutor(), silent)
    assert all(math.isfinite(values[0]) for values in told[case.id].values())
    assert 0.0 < told[case.id]["sk_second_half_of_march"][0] <= told[case.id]["sk_claims"][0]
    assert told[case.id]["later"] == [0.0]
    assert told[case.id]["sk_spring"][0] < 0.0, "what March took is missing in spring"
    assert [verdict.passed for verdict in score([case], told)] == [None] * 5, "predictions, and no test"


@pytest.mark.parametrize("schema", [Case, Market, Goods, Score], ids=lambda schema: schema.__name__)
def test_the_page_names_every_key_of_a_case(schema: type[Case]) -> None:
    told = set(re.findall(r"\w+", text(PAGE)))
    assert set(schema.model_fields) <= told


def test_the_page_lists_every_quantity_and_argument() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", text(PAGE), re.MULTILINE)
    assert [*QUANTITIES, *ARGUMENTS] == [name for name in listed if name in QUANTITIES or name in ARGUMENTS]
