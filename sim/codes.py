"""Every integer that stands for something: kinds, places, disposal routes, reasons, conditions; and the steps of the tables."""

from __future__ import annotations

# owners and what they hold
HOUSEHOLD, FIRM, INSTITUTION = 0, 1, 2
"""Kinds of owner."""
KINDS_OF_OWNER = 3
EMPTY = -1
"""Variant of a slot that holds nothing."""
SOUND, WORN, FAILING = 0, 1, 2
CONDITIONS = 3
PETROL, DIESEL = 0, 1
"""Fuel groups that emission standards tell apart."""
NON_OPERATING = 1
"""Use of a good."""
NATIONAL_III = 3
"""Emission standard."""

# what can be bought, and what becomes of the old good
NEW, USED, NOTHING = 0, 1, 2
"""Kinds of alternative."""
SELL, FORMAL, INFORMAL, HOARD = 0, 1, 2, 3
"""Disposal routes: to a used-goods dealer, to a licensed dismantler, to the informal trade, kept idle."""
ROUTES = 4
"""Number of disposal routes."""
NO_ROUTE = -1
"""There was no old good."""
NO_ROW = -1
"""No entitlement."""

# why a slot is worked out, and what is special about its owner this month
KEEPS, LOOKS, MUST, LEAVES = 0, 1, 2, 3
"""It may look; its good has ended; its household dissolves."""
PRESENT, EVENT, LAST, ABSENT = 0, 1, 2, 3

# where a good can be
FACTORY, OUTSIDE, OWNED, LOT, IDLE, YARD, DISMANTLED, INFORMAL_TRADE = 0, 1, 2, 3, 4, 5, 6, 7
PLACES = ("factory", "outside", "owned", "lot", "idle", "yard", "dismantled", "informal_trade")
"""Not yet made, in another region, with its owner, for sale, kept idle, in a dismantler's yard, ..."""
COUNTED = {"owned": OWNED, "lot": LOT, "idle": IDLE, "yard": YARD}
"""Places whose goods are counted at the end of every month."""

# steps and sizes
AVERAGE_DAYS = 30.4375
"""Days of a month, over four years."""
AVERAGE_YEAR = 365.25
AGE_STEP = 3
"""Months between the ages at which prices and values are tabulated."""
VINTAGE_MONTHS = 6
"""Months of first registration that one vintage stands for."""
NEVER = 30_000
"""A month that no run reaches; it fits into sixteen bits."""
COMMUNITY = 256
"""Households of a community."""
LINKS = 4
"""Linked households outside the community."""
