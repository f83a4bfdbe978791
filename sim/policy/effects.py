"""Effects of measures that are not claimed: loans, procurement, services and campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.policy.tables import Floats


class Loans(NamedTuple):
    """Highest loan over price, as the rules have it."""

    max_ratio: Floats
    """For a new good, by use [V, 2]; 1: the bank decides."""
    max_ratio_used: float
    down_payment_set: float
    """Share of the price that banks ask for new goods, whatever they would choose; -1: they choose within the rule."""

    @property
    def binds(self) -> bool:
        """Whether anything is not left to the bank."""
        return self.max_ratio_used < 1.0 or self.down_payment_set >= 0.0 or bool((self.max_ratio < 1.0).any())

    def narrowed(self, other: Loans) -> Loans:
        """Both rules at once."""
        return Loans(
            self.max_ratio.clip(max=other.max_ratio),
            min(self.max_ratio_used, other.max_ratio_used),
            max(self.down_payment_set, other.down_payment_set),
        )


class Mandate(NamedTuple):
    """Of what these owners buy new, at least ``share`` must be among ``variants``."""

    owners: tuple[str, ...]
    """Owner types of the product file."""
    variants: NDArray[np.bool_]
    """[V]."""
    share: float


class Frictions(NamedTuple):
    """Effects of services and campaigns; several measures add up."""

    offer_gain: float = 0.0
    """Yuan more that formal dismantlers can offer for a good."""
    effort_saved: float = 0.0
    """Worth of the trouble that the formal channel saves, yuan a good."""
    capacity_gain: float = 0.0
    transaction_cost_cut: float = 0.0
    """Yuan a transfer."""
    border_cost_cut: float = 0.0
    """Yuan a car moved across the district border."""
    spread_gain: float = 0.0
    effort_cut: float = 0.0
    hassle_cut: float = 0.0

    def plus(self, other: Frictions) -> Frictions:
        """Both together; shares of hassle that are taken away multiply what is left."""
        together = Frictions(*(one + two for one, two in zip(self, other, strict=True)))
        return together._replace(hassle_cut=self.hassle_cut + other.hassle_cut * (1.0 - self.hassle_cut))
