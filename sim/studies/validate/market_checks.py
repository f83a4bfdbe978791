"""What the market of a case names, checked before anything runs: categories, variants, owners, paths and pots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sim.config.sources import nearest
from sim.config.wording import shortened
from sim.errors import BadInput, Both, one_of
from sim.schema.product import Product
from sim.studies.validate.case import Case
from sim.studies.validate.foreign_market import CARS, ROUNDING, ForeignMarket, Goods


def check_market(case: Case, products: Mapping[str, Product], paths: Iterable[str]) -> None:
    """Refuse categories, variants, owners, paths and pots that there are not, and numbers that a category lacks or has not."""
    if case.market is None:
        return
    _names(case, "market.goods", case.market.goods, [name for name in products if name == CARS or products[name].stock])
    _names(case, "market.paths", case.market.paths, paths)
    for name, goods in case.market.goods.items():
        _check_goods(case, f"market.goods.{name}", goods, products[name])
    _check_flows(case, case.market)
    for name, measure in case.policy.items():
        _names(case, f"policy.{name}.goods", measure.goods, case.market.goods)
        _names(case, f"policy.{name}.pot", [measure.pot] if measure.pot else [], case.pots)
    _names(case, "pots", case.pots, [measure.pot for measure in case.policy.values() if measure.pot])


def _check_goods(case: Case, place: str, goods: Goods, product: Product) -> None:
    _names(case, f"{place}.mix", goods.mix, product.variants)
    fleets = [name for name, owner in product.owners.items() if owner.owner != "household"]
    _names(case, f"{place}.fleets", goods.fleets, fleets)
    cars = product.stock is None
    needed = {"used_transactions": goods.used_transactions, "age_shares": goods.age_shares or None}
    others = {"use_years": goods.use_years, "growth_per_year": goods.growth_per_year}
    for key, value in (needed if cars else others).items():
        if cars and value is None:
            allowed = Both("汽车市场须给出此项", "a market of cars needs it")
            raise BadInput(file=case.file, key=f"{place}.{key}", value=None, allowed=allowed, remedy=Both("补上", "add it"))
    for key, value in (others if cars else needed).items():
        if value is not None:
            allowed = Both("此品类没有这一项", "this category has no such number")
            remedy = Both(f"删去 {key}", f"leave out {key}")
            raise BadInput(file=case.file, key=f"{place}.{key}", value=shortened(value), allowed=allowed, remedy=remedy)
    if goods.mix and set(goods.mix) != set(product.variants):
        allowed = Both("全部型号：" + "、".join(product.variants), "all variants: " + ", ".join(product.variants))
        remedy = Both("补全各型号，或删去 mix", "name every variant, or leave out mix")
        raise BadInput(file=case.file, key=f"{place}.mix", value=shortened(goods.mix), allowed=allowed, remedy=remedy)
    _check_mix(case, f"{place}.mix", goods, product)


def _check_mix(case: Case, place: str, goods: Goods, product: Product) -> None:
    """Shares sum to one, of cars within each powertrain."""
    groups: dict[str, float] = {}
    for name, share in goods.mix.items():
        group = str(product.variants[name].powertrain or "") if product.stock is None else ""
        groups[group] = groups.get(group, 0.0) + share
    for group, total in groups.items():
        if abs(total - 1.0) > ROUNDING:
            allowed = Both(f"合计为 1 的份额（{group or '全部型号'}）", f"shares that sum to 1 ({group or 'all variants'})")
            remedy = Both(f"现为 {total:g}，更正各项", f"they sum to {total:g}: correct them")
            raise BadInput(file=case.file, key=place, value=total, allowed=allowed, remedy=remedy)


def _check_flows(case: Case, market: ForeignMarket) -> None:
    """Flows that the stock can feed."""
    for name, goods in market.goods.items():
        if goods.retired >= goods.stock or goods.sales >= goods.stock:
            allowed = Both("小于保有量（stock）的年流量", "yearly flows below the stock")
            remedy = Both("核对单位", "check the units")
            value = {"stock": goods.stock, "sales": goods.sales, "retired": goods.retired}
            raise BadInput(file=case.file, key=f"market.goods.{name}", value=value, allowed=allowed, remedy=remedy)


def _names(case: Case, key: str, given: Iterable[str], there: Iterable[str]) -> None:
    listed = list(there)
    for name in given:
        if name not in listed:
            raise BadInput(file=case.file, key=key, value=name, allowed=one_of(listed), remedy=nearest(name, listed))
