"""What keeping an old good costs or risks by law, as a table."""

from __future__ import annotations

from typing import NamedTuple

from sim.policy.tables import Floats, Ints


class Restrictions(NamedTuple):
    """Restricted use and inspection, one row each; the conditions on the good come first, as in ``Conditions``."""

    first_day: Ints
    last_day: Ints
    registered_by: Ints
    emission_max: Ints
    fuel_ok: Ints
    owned_before: Ints
    min_age_months: Ints
    use: Ints
    old_ok: Ints
    cost_per_month: Floats
    """Yuan a month [R]."""
    fail_per_month: Floats
    """Chance to fail inspection in a month [R]."""
