"""Columns of the tables that a run leaves behind: light, so that who lists results need not load what made them."""

from __future__ import annotations

from typing import NamedTuple

FORGONE = "tax_forgone"
"""Payer of tax relief: revenue that the centre does not collect. It is shown, but is no outlay."""
POTS = (
    "pot", "month", "opened", "lapsed", "committed", "balance", "waiting", "void", "dry_days", "capped_days", "stopped_days",
)  # fmt: skip
EVENTS = (
    "month", "good", "slot", "owner", "type", "quintile", "urban", "variant", "new", "price", "route", "day", "measure",
    "grant_fen", "old_variant", "old_registered", "old_emission", "old_owned_since", "scrapped_on",
)  # fmt: skip
"""``slot``: the good's place, known by what its luck is keyed by; ``type``: owner type in the product's file; ``variant`` and
``old_variant``: in file order, -1 none; ``price``: yuan of a new one of that variant; ``route``: disposal route of the old
good, -1 none; days count from 1990-01-01; ``measure``: the subsidy claimed, empty if none; ``scrapped_on``: day on which the
old good was or is scrapped with a licensed dismantler, -1 not. Where nothing is parted with, the old good is the one that was
scrapped before, for which nothing has been claimed."""


class Entry(NamedTuple):
    """A row of the ledger. One measure, payer and month: claims entered, applications made, fen claimed, fen paid out."""

    month: int
    measure: str
    payer: str
    claims: int
    applications: int
    amount_fen: int
    paid_fen: int
