"""The columns that rules read, as named tuples of arrays: one for owners, one for the goods they hold."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class OwnerColumns(NamedTuple):
    """One row for each household, firm and public institution."""

    kind: NDArray[np.int8]
    quintile: NDArray[np.int8]
    """1 poorest ... 5 richest; 0 for firms and institutions."""
    urban: NDArray[np.int8]
    home: NDArray[np.int8]
    """1: can charge at home."""
    income: NDArray[np.float32]
    """Yuan a month at the start."""
    liquid: NDArray[np.float32]
    """Liquid assets in yuan at the end of ``liquid_month``; they drift to their target from there."""
    liquid_target: NDArray[np.float32]
    liquid_month: NDArray[np.int16]
    km: NDArray[np.float32]
    """Kilometres relative to the owner's type."""
    km_class: NDArray[np.int8]
    """Class of ``km`` that the screen tells apart."""
    bank: NDArray[np.int8]
    aversion: NDArray[np.float32]
    """To debt, standard logistic about the middle of the category, the same for good."""
    linked_nev: NDArray[np.int8]
    """Linked households that drive an NEV."""
    nev: NDArray[np.int8]
    """NEV held."""
    event_month: NDArray[np.int16]
    """Month of the next life event."""
    from_month: NDArray[np.int16]
    until_month: NDArray[np.int16]
    """First and last month in which the household exists."""
    claims: NDArray[np.int8]
    """Claims made where each person has one."""


class GoodColumns(NamedTuple):
    """One row for each slot of a category: a good that is held, or room for one."""

    id: NDArray[np.int32]
    """What the luck of the slot is keyed by; other slots do not move it."""
    owner: NDArray[np.int32]
    type: NDArray[np.int16]
    """Owner type of the slot."""
    variant: NDArray[np.int8]
    """EMPTY: nothing held."""
    registered: NDArray[np.int16]
    """Day of first registration."""
    vintage: NDArray[np.int16]
    """Half-year of first registration, counted from the first vintage of the run."""
    owned_since: NDArray[np.int16]
    """Day."""
    emission: NDArray[np.int8]
    worn: NDArray[np.int16]
    failing: NDArray[np.int16]
    end: NDArray[np.int16]
    """Months in which the good becomes worn, becomes failing and ends."""
    shopping: NDArray[np.int8]
    """1: its owner is in the market for one."""
    loan_month: NDArray[np.int16]
    loan: NDArray[np.float32]
    """Principal borrowed in ``loan_month``, yuan; 0: none."""
    scrapped: NDArray[np.int8]
    """Variant of the good whose scrapping left the slot empty, for which nothing has been claimed; EMPTY: none.

    Its other columns stay as they were: they stand on the certificate of scrapping.
    """
    scrapped_on: NDArray[np.int16]
    """Day of that scrapping."""
