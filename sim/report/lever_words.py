"""What the levers of measures and pots mean, and in which units they are told; their legal range stands in their schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sim.schema.bricks import Title

YUAN, TIMES, SHARE, YEARS, DAY, SWITCH = (
    Title(zh="元", en="yuan"), Title(zh="倍", en="times"), Title(zh="比例", en="share"), Title(zh="年", en="years"),
    Title(zh="日期", en="date"), Title(zh="是或否", en="yes or no"),
)  # fmt: skip


class LeverWords(NamedTuple):
    """What turning the lever does, and in which unit it is told."""

    meaning: Title
    unit: Title


def _lever(zh: str, en: str, unit: Title) -> LeverWords:
    return LeverWords(Title(zh=zh, en=en), unit)


def _strength(zh: str, en: str) -> LeverWords:
    """A lever that multiplies the effects of a measure; the words name the effects."""
    return _lever(f"力度倍数，作用于{zh}", f"strength: multiplies {en}", TIMES)


AMOUNT = _lever("每笔补贴金额，替代规定标准", "amount a claim, in place of every grant", YUAN)
"""Of a subsidy whose grants do not depend on what the new good burns."""
SUBSIDY: Mapping[str, LeverWords] = {
    "nev_amount": _lever(
        "每笔补贴金额，替代规定标准（买新能源汽车）", "amount a claim, in place of every grant (new NEV)", YUAN
    ),
    "ice_amount": _lever(
        "每笔补贴金额，替代规定标准（买燃油汽车）", "amount a claim, in place of every grant (new ICE vehicle)", YUAN
    ),
    "amount_factor": _lever("补贴标准、比例和上限的倍数", "multiplies every amount, rate and cap", TIMES),
    "cutoff_shift_years": _lever("旧品登记截止日推后的年数", "years by which the cut-off of old goods moves later", YEARS),
}
BY_INSTRUMENT: Mapping[str, Mapping[str, LeverWords]] = {
    "scrappage_subsidy": SUBSIDY,
    "replacement_subsidy": SUBSIDY,
    "purchase_subsidy": SUBSIDY,
    "charging_rollout": {"strength": _strength("充电不便的减少", "the cut in the hassle of charging")},
    "collection_service": {
        "strength": _strength(
            "回收价提高、手续减少、拆解能力增加", "the gains in price offered, in trouble saved and in capacity"
        )
    },
    "information_campaign": {"strength": _strength("宣传的各项效果", "every effect of publicity")},
    "interest_subsidy": {"points_factor": _lever("贴息幅度和上限的倍数", "multiplies points of interest and cap", TIMES)},
    "loan_terms": {
        "min_down_payment": _lever(
            "贷款购买新品的首付比例；不填的，由金融机构在规定范围内自主确定",
            "down payment on a new good; unset: banks decide within the rule",
            SHARE,
        )
    },
    "mandatory_retirement": {"years_cut": _lever("强制报废年限缩短的年数", "years by which every mandatory age is cut", YEARS)},
    "procurement_mandate": {
        "min_share": _lever(
            "新购中的最低占比，替代规定的占比", "least share of what is bought new, in place of the one laid down", SHARE
        )
    },
    "tax_credit": {"strength": _strength("税额抵免和加速折旧的优惠", "the tax credit and the worth of fast depreciation")},
    "use_restriction": {
        "strength": _strength("限行、检验带来的成本和不合格率", "what restrictions and inspections cost, and failures")
    },
    "used_market_convenience": {
        "strength": _strength("二手车交易手续和成本的降低", "the cuts in trouble and cost of a used deal")
    },
}
"""Instrument -> its own levers."""
EVERY_MEASURE: Mapping[str, LeverWords] = {
    "enabled": _lever("是否实行；false 即从未实行", "whether it is there; false: it never was", SWITCH),
    "until": _lever("最后一天，此前照旧", "its last day; before that all stays", DAY),
    "enacted_until": _lever("此日之后公布的版本不实行", "versions announced after this day are not enacted", DAY),
    "levers_from": _lever("本措施其他杠杆的起始日", "day from which the measure's other levers act", DAY),
}
EVERY_POT: Mapping[str, LeverWords] = {
    "amount_factor": _lever("资金规模和限额的倍数", "multiplies the money and its caps", TIMES),
    "uncapped": _lever("不设限额，每笔申请都兑付", "no limit: every claim is paid", SWITCH),
    "levers_from": _lever("本资金其他杠杆的起始月", "month from which the pot's other levers act", DAY),
}


def words_of(instrument: str, lever: str) -> LeverWords:
    """The words of a lever of a measure; the bare name where a new instrument has none yet."""
    own = BY_INSTRUMENT.get(instrument, {})
    return own.get(lever) or EVERY_MEASURE.get(lever) or LeverWords(Title(zh=lever, en=lever), Title(zh="", en=""))
