"""A set of agents kept as columns reads and writes as Mesa's sets do."""

from __future__ import annotations

import mesa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_settings import small

from sim.codes import EMPTY
from sim.model import TradeInModel
from sim.population.columnar import ColumnarSet


@pytest.fixture
def people() -> ColumnarSet:
    return ColumnarSet(
        {
            "age": np.array([30, 41, 30, 67, 41, 30]),
            "income": np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
            "cars": np.array([0, 1, 0, 2, 1, 1], dtype=np.int8),
        }
    )


def ids(agents: ColumnarSet) -> list[int]:
    return [agent.unique_id for agent in agents]


def test_a_set_has_a_length_and_columns(people: ColumnarSet) -> None:
    assert len(people) == 6
    assert people.columns == ("age", "income", "cars")
    assert ids(people) == [0, 1, 2, 3, 4, 5]


def test_columns_are_read_whole_or_several_at_once(people: ColumnarSet) -> None:
    assert people.get("age").tolist() == [30, 41, 30, 67, 41, 30]
    age, cars = people.get(["age", "cars"])
    assert (age[3], cars[3]) == (67, 2)


def test_a_selection_takes_a_predicate_on_columns_or_a_mask(people: ColumnarSet) -> None:
    assert ids(people.select(lambda p: p.get("age") == 30)) == [0, 2, 5]
    assert ids(people.select(people.get("cars") > 0)) == [1, 3, 4, 5]
    assert ids(people.select(np.zeros(6, dtype=bool))) == []


def test_selections_of_selections_keep_the_population_s_numbers(people: ColumnarSet) -> None:
    old = people.select(lambda p: p.get("age") > 30)
    rich = old.select(lambda p: p.get("income") > 2.0)
    assert ids(rich) == [3, 4]
    assert rich.get("age").tolist() == [67, 41]
    assert len(people) == 6


def test_at_most_counts_agents_or_is_a_share(people: ColumnarSet) -> None:
    assert ids(people.select(at_most=2)) == [0, 1]
    assert ids(people.select(at_most=0.5)) == [0, 1, 2]
    assert ids(people.select(at_most=1)) == [0], "a whole number is a count"
    assert len(people.select(at_most=1.0)) == 6, "a float up to one is a share"
    assert ids(people.select(lambda p: p.get("cars") == 1, at_most=2)) == [1, 4]
    assert len(people.select(at_most=99)) == 6


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.integers(0, 3))
def test_selecting_agrees_with_mesa(ages: list[int], wanted: int) -> None:
    model = mesa.Model()
    for age in ages:
        mesa.Agent(model).age = age  # type: ignore[attr-defined]
    columns = ColumnarSet({"age": np.array(ages)})
    theirs, ours = model.agents.select(lambda agent: agent.age == wanted), columns.select(lambda p: p.get("age") == wanted)
    assert len(ours) == len(theirs)
    assert [agent.unique_id - 1 for agent in theirs] == ids(ours)
    assert columns.agg("age", sum) == model.agents.agg("age", sum)
    assert {key: len(part) for key, part in columns.groupby("age").items()} == {
        key: len(part) for key, part in model.agents.groupby("age")
    }


def test_one_value_or_one_for_each_is_written(people: ColumnarSet) -> None:
    assert people.set("cars", 3) is people
    assert people.get("cars").tolist() == [3] * 6
    people.select(lambda p: p.get("age") == 41).set("income", [20.0, 50.0])
    assert people.get("income").tolist() == [1.0, 20.0, 3.0, 4.0, 50.0, 6.0]
    people.select(np.zeros(6, dtype=bool)).set("income", 0.0)
    assert people.get("income").min() == 1.0


def test_what_a_selection_reads_is_a_copy_and_what_the_population_reads_is_not(people: ColumnarSet) -> None:
    people.select(at_most=2).get("age")[:] = 0
    assert people.get("age")[0] == 30
    people.get("age")[0] = 99
    assert people[0].age == 99


def test_columns_are_aggregated(people: ColumnarSet) -> None:
    assert people.agg("income", np.sum) == 21.0
    assert people.select(lambda p: p.get("age") == 30).agg("income", np.max) == 6.0


def test_groups_part_the_set_in_the_order_of_their_keys(people: ColumnarSet) -> None:
    groups = people.select(lambda p: p.get("income") < 6.0).groupby("age")
    assert list(groups) == [30, 41, 67]
    assert {key: ids(part) for key, part in groups.items()} == {30: [0, 2], 41: [1, 4], 67: [3]}
    groups[41].set("cars", 0)
    assert people.get("cars").tolist() == [0, 0, 0, 2, 0, 1]


def test_do_hands_over_the_set(people: ColumnarSet) -> None:
    def birthday(group: ColumnarSet, years: int = 1) -> None:
        group.set("age", group.get("age") + years)

    assert people.select(at_most=2).do(birthday).get("age").tolist() == [31, 42]
    assert people.get("age").tolist() == [31, 42, 30, 67, 41, 30]


def test_rows_read_and_write_the_columns(people: ColumnarSet) -> None:
    row = people[3]
    assert (row.unique_id, row.age, row.cars) == (3, 67, 2)
    row.cars = 5
    assert people.get("cars")[3] == 5
    assert "age=67" in repr(row)
    for agent in people.select(lambda p: p.get("age") == 30):
        agent.income = 0.0
    assert people.get("income").tolist() == [0.0, 2.0, 0.0, 4.0, 5.0, 0.0]


def test_rows_are_counted_from_either_end(people: ColumnarSet) -> None:
    some = people.select(lambda p: p.get("age") == 41)
    assert (some[0].unique_id, some[1].unique_id) == (1, 4)
    assert some[-1].unique_id == 4
    assert people[-1].unique_id == 5


@pytest.mark.parametrize("number", [6, -7])
def test_a_row_that_is_not_there_is_refused(people: ColumnarSet, number: int) -> None:
    with pytest.raises(IndexError):
        people[number]
    with pytest.raises(IndexError):
        people.select(people.get("age") > 0)[number]


def test_an_unknown_column_is_refused_and_the_known_ones_are_named(people: ColumnarSet) -> None:
    with pytest.raises(KeyError, match="no column 'wealth'; there are age, income, cars"):
        people.get("wealth")
    with pytest.raises(KeyError, match="age, income, cars"):
        people.set("wealth", 1)
    with pytest.raises(KeyError, match="age, income, cars"):
        people.groupby("wealth")
    with pytest.raises(AttributeError, match="age, income, cars"):
        _ = people[0].wealth
    with pytest.raises(AttributeError, match="age, income, cars"):
        people[0].wealth = 1


def test_a_mask_of_the_wrong_length_is_refused(people: ColumnarSet) -> None:
    with pytest.raises(IndexError):
        people.select(np.ones(5, dtype=bool))


def test_a_frame_holds_every_column(people: ColumnarSet) -> None:
    frame = people.select(lambda p: p.get("cars") == 1).to_frame()
    assert list(frame.columns) == list(people.columns)
    assert frame["age"].tolist() == [41, 41, 30]


def test_an_empty_set_can_be_asked_everything() -> None:
    nobody = ColumnarSet({"age": np.array([], dtype=np.int64)})
    assert len(nobody) == 0
    assert ids(nobody) == []
    assert nobody.groupby("age") == {}
    assert nobody.agg("age", np.sum) == 0


def test_the_model_s_sets_are_the_columns_it_works_on() -> None:
    model = TradeInModel(small("clock.end=2023-02"), 1)
    households, cars = model.households, model.cars
    assert len(households) == model.district.households
    assert len(households) + len(model.organisations) == model.district.owners.kind.size
    assert set(households.get("kind").tolist()) == {0}
    assert set(model.organisations.get("kind").tolist()) == {1, 2}
    held = cars.select(lambda c: c.get("variant") != EMPTY)
    assert held.agg("variant", len) == int(model.history.start["car"].owned.sum())
    households[5].liquid = 1_234.0
    assert model.district.owners.liquid[5] == 1_234.0
    model.organisations[0].liquid = 77.0
    assert model.district.owners.liquid[len(households)] == 77.0
    trucks = model.trucks.select(lambda t: t.get("variant") != EMPTY)
    assert {int(kind) for kind in model.district.owners.kind[trucks.get("owner")]} == {1}
