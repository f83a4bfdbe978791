"""Tell what was interpreted, one line each; what is much the same is told a few times and then counted."""

from __future__ import annotations

from collections.abc import Iterator

from sim.config.tables.cell_reading import Reading
from sim.config.tables.csv_text import Cell
from sim.config.tables.faults import short
from sim.errors import Both

TOLD = 6
"""Different cells of a column that one rule has read, told in full."""


class Readings:
    """Cells that were not simply taken as written."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], dict[tuple[str, str], None]] = {}

    def note(self, head: str, cell: Cell, reading: Reading) -> None:
        """Remember one cell if a rule was needed to read it."""
        if reading.how:
            value = f"{reading.value:.15g}" if isinstance(reading.value, float) else str(reading.value)
            self._seen.setdefault((head, reading.how), {})[short(cell), value] = None

    def told(self) -> Iterator[Both]:
        """The lines."""
        for (head, _), cells in self._seen.items():
            for raw, value in list(cells)[:TOLD]:
                yield Both(f"“{head}”列：{raw} 读作 {value}", f"column {head}: read {raw} as {value}")
            if len(cells) > TOLD:
                more = len(cells) - TOLD
                yield Both(f"“{head}”列：另有 {more} 处按同样方式读取", f"column {head}: {more} more read in the same way")
