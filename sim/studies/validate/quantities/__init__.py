"""Numbers that a score may ask of a case's runs: one small function each, ``quantity(view, **given) -> float``.

Months and days are those of the case's own calendar. ``View`` holds one draw with the programmes and the same draw, with the
same luck, without them. ``QUANTITIES`` holds every function that the files beside this one register.
"""

from __future__ import annotations

from sim.studies.validate.quantities import claimed, sales, shares
from sim.studies.validate.quantities.registry import ARGUMENTS, QUANTITIES, Argument, Scorable
from sim.studies.validate.quantities.shares import NEV
from sim.studies.validate.quantities.view import View

__all__ = ["ARGUMENTS", "NEV", "QUANTITIES", "Argument", "Scorable", "View", "claimed", "sales", "shares"]
