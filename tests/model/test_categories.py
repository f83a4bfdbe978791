"""Every category of goods keeps what the vehicles keep: one suite over the files of configs/products."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
from model_settings import Run, district, finish
from policy_files import ROOT, read

from sim.codes import DISMANTLED, FACTORY, OWNED, YARD
from sim.config import load_settings
from sim.errors import BadInput
from sim.settings import Settings

CATEGORIES = sorted(path.stem for path in (ROOT / "configs" / "products").glob("*.yaml"))
DRAWN = [name for name in CATEGORIES if "stock" in read(ROOT / "configs" / "products" / f"{name}.yaml")]
"""Those without a table of registration years."""
OBSERVED = {"refrigerator": 540_000, "washer": 515_000, "air_conditioner": 819_000, "television": 564_000}
"""Goods in use in the district at the end of 2023."""
WASTE = 74_000
"""Waste appliances recovered formally in 2023."""
WINDOW = ("clock.start=2024-01", "clock.end=2025-03")
SCALE = 0.02
ERRORS = 4.0


def settings(*overrides: str, scale: float = SCALE) -> Settings:
    return district(*overrides, scale=scale)


@cache
def enacted() -> Run:
    return finish(settings(*WINDOW))


@cache
def reference_year() -> Run:
    return finish(settings("clock.end=2023-12", scale=0.1))


def measures(instruments: set[str]) -> list[str]:
    return [name for name, measure in load_settings([]).policy.items() if measure.instrument in instruments]


def purchases(run: Run, name: str) -> int:
    """New goods bought over the whole run."""
    return sum(int(month.tally.new_sales.sum()) for month in run.model.history.months[name])


@pytest.mark.parametrize("name", CATEGORIES)
def test_nothing_is_lost_or_made_up(name: str) -> None:
    """Balances rebuilt from the tables: what a place holds is what it held, plus what came, less what went."""
    result = enacted().result
    flows, stocks = result.flows[result.flows["good"] == name], result.stocks[result.stocks["good"] == name]
    for place in ("owned", "lot", "idle", "yard"):
        held = stocks[stocks["place"] == place].set_index("month")["count"]
        came = flows[flows["to"] == place].groupby("month")["count"].sum().reindex(held.index, fill_value=0)
        went = flows[flows["from"] == place].groupby("month")["count"].sum().reindex(held.index, fill_value=0)
        assert (held.diff().iloc[1:] == (came - went).iloc[1:]).all(), place
    assert (stocks["count"] >= 0).all()


@pytest.mark.parametrize("name", CATEGORIES)
def test_the_columns_hold_what_was_booked(name: str) -> None:
    model = enacted().model
    goods, last = model.categories[name].goods, model.history.months[name][-1].stocks
    held = goods.variant[goods.variant >= 0].astype(np.int64)
    assert (np.bincount(held, minlength=last.owned.size) == last.owned).all()
    assert (goods.end[goods.variant >= 0] > model.month - 1).all(), "no good is held beyond its end"


@pytest.mark.parametrize("name", CATEGORIES)
def test_the_formal_channel_takes_in_no_more_than_its_capacity(name: str) -> None:
    model = enacted().model
    product = model.settings.products[name]
    taken = model.history.flow(name, YARD, DISMANTLED)
    growth = (1.0 + product.end_of_life.capacity_growth_per_year.value / 12.0) ** np.arange(taken.size)
    calendar, months = model.categories[name].calendar, range(model.month - 15, model.month)
    gains = max(calendar.rules(month, month).frictions.capacity_gain for month in months)
    most = product.end_of_life.capacity_per_year.value / 12.0 * SCALE * growth * (1.0 + gains)
    assert (taken.cumsum() <= np.cumsum(most) + 2.0).all()


@cache
def without_effect(how: str) -> pd.DataFrame:
    """Flows with every subsidy switched off, or paid at nothing."""
    chosen = measures({"purchase_subsidy", "scrappage_subsidy", "replacement_subsidy"})
    changes = [f"policy.{name}.{how}" for name in chosen]
    if how != "enabled=false":
        changes += [f"policy.{name}.levers_from=2000-01-01" for name in chosen]
    return finish(settings(*WINDOW, *changes)).result.flows


@pytest.mark.parametrize("name", CATEGORIES)
def test_a_subsidy_of_nothing_changes_nothing(name: str) -> None:
    off, nothing = (flows[flows["good"] == name] for flows in map(without_effect, ("enabled=false", "amount_factor=0")))
    assert off.reset_index(drop=True).equals(nothing.reset_index(drop=True))


@cache
def with_spare_rows() -> Run:
    return finish(settings(*WINDOW, "population.spare=37"))


@pytest.mark.parametrize("name", CATEGORIES)
def test_luck_is_keyed_by_who_not_by_row(name: str) -> None:
    """Rows for households that never form move every row behind them, and change nothing."""
    one, other = (run.result.flows for run in (enacted(), with_spare_rows()))
    assert one[one["good"] == name].reset_index(drop=True).equals(other[other["good"] == name].reset_index(drop=True))


@cache
def cheaper() -> Run:
    """The same district with every category 30 % cheaper, by the paths of their list prices."""
    given = settings(*WINDOW)
    products = {
        name: product.model_copy(
            update={
                "variants": {
                    key: variant.model_copy(
                        update={"price": variant.price.model_copy(update={"value": variant.price.value * 0.7})}
                    )
                    for key, variant in product.variants.items()
                }
            }
        )
        for name, product in given.products.items()
    }
    return finish(given.model_copy(update={"products": products}))


@pytest.mark.parametrize("name", CATEGORIES)
def test_lower_prices_never_sell_less(name: str) -> None:
    before, after = purchases(enacted(), name), purchases(cheaper(), name)
    assert after >= before - ERRORS * np.sqrt(before)


@pytest.mark.parametrize("name", CATEGORIES)
def test_a_category_that_points_nowhere_is_refused(name: str) -> None:
    for key in ("baseline_stock", "baseline_sales"):
        with pytest.raises(BadInput, match=key):
            load_settings([f"products.{name}.{key}=nothing_there"])
    with pytest.raises(BadInput, match="luck"):
        load_settings([f"products.{name}.luck={1 if name == 'car' else 0}"])


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawn_stock_that_points_nowhere_is_refused(name: str) -> None:
    for key in ("stock.retired", "stock.recovered", "price_path"):
        with pytest.raises(BadInput, match=key.replace(".", r"\.")):
            load_settings([f"products.{name}.{key}=nothing_there"])


@pytest.mark.parametrize("name", DRAWN)
def test_every_category_cites_how_long_its_goods_last_or_says_that_nobody_does(name: str) -> None:
    content = read(ROOT / "configs" / "products" / f"{name}.yaml")
    source = content["survival"]["scale_years"]["source"]
    text = (ROOT / "configs" / "products" / f"{name}.yaml").read_text(encoding="utf-8")
    published = re.search(
        r"19\d\d|20\d\d|GB/T|NY/T|条|recalled|association|Commission", source + text.partition("survival:")[0]
    )
    assert published or "assumption" in text, name


@pytest.mark.parametrize("name", sorted(OBSERVED))
def test_the_appliances_in_use_at_the_end_of_2023_are_those_observed(name: str) -> None:
    run = reference_year()
    held = run.model.history.months[name][-1].stocks.owned.sum() / 0.1
    assert held == pytest.approx(OBSERVED[name], rel=0.1)


def test_the_waste_appliances_of_2023_are_those_observed() -> None:
    monthly = reference_year().result.monthly
    taken = monthly[(monthly["indicator"] == "waste_appliances_recovered") & (monthly["group"] == "")]["value"].sum()
    assert taken == pytest.approx(WASTE, rel=0.1)


@pytest.mark.parametrize("name", DRAWN)
def test_the_sales_of_2023_are_those_of_the_baseline(name: str) -> None:
    """Within a tenth, and four standard errors of what so small a sample can show."""
    run = reference_year()
    product = run.model.settings.products[name]
    wanted = run.model.settings.region.baseline[product.baseline_sales].value * 0.1
    assert abs(purchases(run, name) - wanted) <= 0.1 * wanted + ERRORS * np.sqrt(wanted) + 1.0


@pytest.mark.parametrize("name", CATEGORIES)
def test_what_comes_from_the_factory_is_what_was_bought_new(name: str) -> None:
    history = enacted().model.history
    made = history.flow(name, FACTORY, OWNED)
    assert (made == np.array([int(month.tally.new_sales.sum()) for month in history.months[name]])).all()
