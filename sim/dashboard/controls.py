"""The levers that the page shows, and what a lever touches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from sim.schema.bricks import Title
from sim.schema.product import Kind
from sim.settings import Settings

EVERYTHING: frozenset[Kind] = frozenset(get_args(Kind))


@dataclass(frozen=True)
class Control:
    """One control: ``key`` as on the command line; null, where it is allowed, is the terms as enacted.

    ``low`` to ``high``: where its slider goes; what may be typed besides is told by the settings' own limits.
    """

    key: str
    title: Title
    form: Literal["number", "choice", "date"] = "number"
    low: float = 0.0
    high: float = 1.0
    step: float = 0.1
    choices: tuple[str, ...] = ()


def _lever(key: str, zh: str, en: str, high: float, step: float, low: float = 0.0) -> Control:
    return Control(key, Title(zh=zh, en=en), "number", low, high, step)


def _amount(key: str, zh: str, en: str) -> Control:
    """Yuan for each claim."""
    return _lever(key, zh, en, 40_000, 100)


def _factor(key: str, zh: str, en: str) -> Control:
    """Times what is enacted."""
    return _lever(key, zh, en, 3, 0.1)


GROUPS: tuple[tuple[Title, tuple[Control, ...]], ...] = (
    (
        Title(zh="补贴金额", en="Amounts"),
        (
            _amount("policy.car_scrappage.nev_amount", "报废更新：购买新能源汽车", "Scrappage: new NEV"),
            _amount("policy.car_scrappage.ice_amount", "报废更新：购买燃油汽车", "Scrappage: new ICE"),
            _amount("policy.car_replacement.nev_amount", "置换更新：购买新能源汽车", "Replacement: new NEV"),
            _amount("policy.car_replacement.ice_amount", "置换更新：购买燃油汽车", "Replacement: new ICE"),
            _factor("policy.truck_scrappage.amount_factor", "老旧货车补贴", "Old trucks"),
            _factor("policy.appliance_trade_in.amount_factor", "家电以旧换新补贴", "Appliances"),
        ),
    ),
    (
        Title(zh="期限和条件", en="Dates and conditions"),
        (
            Control("policy.car_scrappage.until", Title(zh="报废更新最后一天", en="Last day of scrappage"), "date"),
            Control(
                "policy.car_replacement.until", Title(zh="置换更新最后一天", en="Last day of replacement"), "date",
            ),
            _lever(
                "policy.car_scrappage.cutoff_shift_years", "报废旧车登记截止日放宽", "Cut-off of old cars, later by",
                4, 0.5, -2,
            ),
            _lever("policy.mandatory_scrappage.years_cut", "强制报废年限缩短", "Mandatory age, shorter by", 5, 0.5),
        ),
    ),
    (
        Title(zh="信贷", en="Credit"),
        (
            _lever("policy.car_loans.min_down_payment", "车贷首付比例", "Down payment of car loans", 0.6, 0.05),
            _factor("policy.consumer_loan_subsidy.points_factor", "消费贷款贴息", "Interest subsidy"),
        ),
    ),
    (
        Title(zh="资金", en="Pots"),
        (
            _factor("pots.trade_in.amount_factor", "汽车以旧换新资金", "Money for cars"),
            _factor("pots.truck_renewal.amount_factor", "老旧货车资金", "Money for trucks"),
            _factor("pots.appliances.amount_factor", "家电资金", "Money for appliances"),
        ),
    ),
    (
        Title(zh="回收服务", en="Collection service"),
        (
            _factor("policy.pick_up_service.strength", "上门取车服务", "Pick-up of old cars"),
            _factor("policy.recycling_network.strength", "回收网点", "Recycling network"),
            _factor("policy.reverse_invoicing.strength", "反向开票", "Reverse invoicing"),
            _factor("policy.appliance_collection.strength", "废旧家电上门回收", "Collection of appliances"),
        ),
    ),
    (
        Title(zh="口径", en="Boundary"),
        (
            Control(
                "region.boundary", Title(zh="区域口径", en="Boundary of the district"), "choice", choices=("A", "B")
            ),
        ),
    ),
)  # fmt: skip
"""Headed groups of controls; what is not here can be typed as on the command line."""


def shown(settings: Settings) -> list[tuple[Title, list[Control]]]:
    """The groups, without levers of measures or pots that the files do not have."""
    return [(title, [lever for lever in levers if value_of(settings, lever.key) is not _ABSENT]) for title, levers in GROUPS]


_ABSENT = object()


def value_of(settings: Settings, key: str) -> object:
    """What a lever stands at in these settings."""
    node: object = settings
    for part in key.split("."):
        node = node.get(part, _ABSENT) if isinstance(node, Mapping) else getattr(node, part, _ABSENT)
        if node is _ABSENT:
            return _ABSENT
    return node


def touched(base: Settings, changed: Settings) -> frozenset[Kind]:
    """Kinds of goods whose measures or pots differ; everything, if anything else does."""
    parts = ("region", "products", "behaviour", "money", "market", "uncertainty", "anchor", "targets", "clock")
    if any(getattr(base, part) != getattr(changed, part) for part in parts):
        return EVERYTHING
    measures = {name for name in changed.policy if base.policy.get(name) != changed.policy[name]}
    return _reached(changed, measures, {name for name in changed.pots if base.pots.get(name) != changed.pots[name]})


def kinds_of_levers(settings: Settings) -> list[frozenset[Kind]]:
    """What the levers of the page touch, one at a time: each set of kinds once."""
    found: dict[frozenset[Kind], None] = {}
    for part, name, *_ in (control.key.split(".") for _, controls in shown(settings) for control in controls):
        if part == "policy":
            found[_reached(settings, {name}, set())] = None
        elif part == "pots":
            found[_reached(settings, set(), {name})] = None
    return [kinds for kinds in found if kinds]


def _reached(settings: Settings, measures: set[str], pots: set[str]) -> frozenset[Kind]:
    """Kinds that these measures and pots are for; a pot is shared, so what draws on one that is touched is touched too."""
    shared = pots | {pot for name in measures if (pot := settings.policy[name].pot) is not None}
    drawing = measures | {name for name, measure in settings.policy.items() if measure.pot in shared}
    goods = {good for name in drawing for good in settings.policy[name].goods}
    return frozenset(product.kind for good, product in settings.products.items() if good in goods)


def goods_of(settings: Settings, kinds: frozenset[Kind]) -> list[str]:
    """Product categories of these kinds."""
    return [name for name, product in settings.products.items() if product.kind in kinds]


def overrides(scenario: str, changes: Mapping[str, object], more: Sequence[str]) -> list[str]:
    """What would be typed on the command line."""
    typed = [f"{key}={value}" for key, value in changes.items()]
    return [f"scenario={scenario}", *typed, *more]
