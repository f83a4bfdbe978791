"""One file per instrument: the terms of a version, the measure's schema and levers, and what a version amounts to.

Every module defines one measure, a subclass of ``MeasureBase`` whose ``instrument`` is the module's name; it is found here by
itself. Instruments do not import one another.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Field

from sim.policy.measure import MeasureBase


def measure_classes() -> tuple[type[MeasureBase[Any]], ...]:
    """The measure that each module defines, by name of the modules."""
    return tuple(_defined(name) for name in sorted(found.name for found in pkgutil.iter_modules(__path__)))


def _defined(name: str) -> type[MeasureBase[Any]]:
    module = importlib.import_module(f"sim.policy.instruments.{name}")
    classes = [x for x in vars(module).values() if isinstance(x, type) and issubclass(x, MeasureBase)]
    (measure,) = [each for each in classes if each.__module__ == module.__name__ and "instrument" in each.model_fields]
    return measure


if TYPE_CHECKING:
    Measure = MeasureBase[Any]
else:
    Measure = Annotated[Union[measure_classes()], Field(discriminator="instrument")]  # noqa: UP007  (made up of what is there)
