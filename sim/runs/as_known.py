"""Settings as they could be known at a date: no measure, money or price that came later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from sim.clock import month_number, month_text
from sim.policy.pot import Cap, Instalment, Pot, Stop, Tranche
from sim.settings import Settings

Part = TypeVar("Part", Tranche, Instalment, Cap, Stop)


def known_by(settings: Settings, month: str) -> Settings:
    """The same with what was announced, set aside and observed by the end of a month; paths stand still from then on."""
    market = settings.market
    paths = {name: tuple(point for point in points if point[0] <= month) for name, points in market.paths.items()}
    return announced_by(settings, month).model_copy(update={"market": market.model_copy(update={"paths": paths})})


def announced_by(settings: Settings, month: str) -> Settings:
    """The same with the measures announced, and the pots opened, by the end of a month."""
    measures = {
        name: measure.model_copy(
            update={"versions": {n: v for n, v in measure.versions.items() if month_text(month_number(v.announced)) <= month}}
        )
        for name, measure in settings.policy.items()
    }
    policy = {name: measure for name, measure in measures.items() if measure.versions}
    drawn_on = {measure.pot for measure in policy.values()}
    pots = {name: _funded_by(pot, month) for name, pot in settings.pots.items() if name in drawn_on}
    return settings.model_copy(update={"policy": policy, "pots": pots})


def _funded_by(pot: Pot, month: str) -> Pot:
    """The same with the money announced, and the caps and stops begun, by the end of a month."""
    tranches = {}
    for name, tranche in _upto(pot.tranches, month).items():
        parts = _upto(tranche.instalments, month)
        if parts or not tranche.instalments:
            tranches[name] = tranche.model_copy(update={"instalments": parts})
    return pot.model_copy(update={"tranches": tranches, "caps": _upto(pot.caps, month), "stops": _upto(pot.stops, month)})


def _upto(dated: Mapping[str, Part], month: str) -> dict[str, Part]:
    return {name: part for name, part in dated.items() if month_text(month_number(part.known)) <= month}
