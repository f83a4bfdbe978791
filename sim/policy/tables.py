"""The law as columns: what conditions and interest subsidies are, one row each. No kernels and no
arrays yet, so that settings load at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Ints: TypeAlias = "NDArray[np.int64]"
Floats: TypeAlias = "NDArray[np.float64]"

FOREVER = 1_000_000
"""Day or month number that is never reached."""
NO_CONDITION = -1


class Conditions(NamedTuple):
    """What must hold of an old good, one row for each entitlement or restriction; flags are 0 or 1, days as in ``clock``.

    The same columns come first in ``Entitlements`` and ``Restrictions``.
    """

    first_day: Ints
    last_day: Ints
    registered_by: Ints
    """[M, 3] by fuel group; -1: no such condition."""
    emission_max: Ints
    """[M, 3]; -1: no such condition."""
    fuel_ok: Ints
    """[M, 3]."""
    owned_before: Ints
    """Owner since a day strictly before."""
    min_age_months: Ints
    """Completed months since registration."""
    use: Ints
    """-1: any."""
    old_ok: Ints
    """[M, V]."""


class Interest(NamedTuple):
    """Interest subsidies in force, one row each; a loan earns the sum of all that its borrower may have."""

    measure: Ints
    """Index into ``Calendar.measures`` [I]."""
    version: Ints
    """Index into ``Calendar.versions`` [I]."""
    share: Floats
    """Of the principal, a year [I]."""
    most: Floats
    """Yuan a year [I]; inf: no limit."""
    owner_ok: Ints
    """Whose loans it is paid on, by kind of owner [I, 3]."""

    def by_owner(self) -> tuple[Floats, Floats]:
        """``share`` and ``most`` as each kind of owner has them [3, I]; both 0 where a row is not for them."""
        import numpy as np

        own = np.ascontiguousarray(self.owner_ok.T, dtype=bool)
        return np.where(own, self.share, 0.0), np.where(own, self.most, 0.0)
