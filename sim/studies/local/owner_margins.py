"""Who owns a stock once a share of it is known: the shares of the category's file, fitted to every margin in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.studies.local.rule_book import OwnerMargin

ROUNDS = 200
LEAST, MOST = 0.001, 0.999
"""A margin is kept so far from nothing and from all."""


def fitted_shares(
    shares: Mapping[str, float], margins: Sequence[OwnerMargin], before: Mapping[str, float], after: Mapping[str, float]
) -> dict[str, float]:
    """Shares of which each margin is as much larger as what it follows from; the whole of the file's shares stays one.

    Where the file's shares sum to less than one, the rest is held by owners that it does not list.
    """
    listed = sum(shares.values())
    rest = max(1.0 - listed, 0.0)
    cells = {**shares, "": rest}
    wanted = [_wanted(shares, margin, margin.value(after) / margin.value(before)) for margin in margins]
    for _ in range(ROUNDS):
        for margin, share in zip(margins, wanted, strict=True):
            cells = _scaled(cells, set(margin.held_by), share)
    return {name: share for name, share in cells.items() if name}


def _wanted(shares: Mapping[str, float], margin: OwnerMargin, ratio: float) -> float:
    return min(max(sum(shares[name] for name in margin.held_by) * ratio, LEAST), MOST)


def _scaled(cells: Mapping[str, float], inside: set[str], share: float) -> dict[str, float]:
    held = sum(cells[name] for name in inside)
    total = sum(cells.values())
    within, beyond = share * total / held, (1.0 - share) * total / (total - held)
    return {name: value * (within if name in inside else beyond) for name, value in cells.items()}
