"""A set of agents kept as columns, with the names and meanings of Mesa's ``AgentSet``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Column = NDArray[Any]
Predicate = Callable[["ColumnarSet"], NDArray[np.bool_]] | NDArray[np.bool_]


class Row:
    """One agent of a set: its attributes read and write the columns."""

    __slots__ = ("_columns", "_index")

    def __init__(self, columns: Mapping[str, Column], index: int) -> None:
        object.__setattr__(self, "_columns", columns)
        object.__setattr__(self, "_index", index)

    @property
    def unique_id(self) -> int:
        """Row number in the population."""
        return int(self._index)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._columns[name][self._index]
        except KeyError:
            raise AttributeError(f"no column {name!r}; there are {', '.join(self._columns)}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._columns:
            raise AttributeError(f"no column {name!r}; there are {', '.join(self._columns)}")
        self._columns[name][self._index] = value

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={column[self._index]}" for name, column in self._columns.items())
        return f"Row({self._index}: {values})"


class ColumnarSet:
    """Rows of a population, all of them or a selection; selections share the population's columns.

    Callables given to ``select`` and ``do`` receive the set and work on whole columns.
    """

    def __init__(self, columns: Mapping[str, Column], rows: NDArray[np.intp] | None = None) -> None:
        self._columns = dict(columns)
        self._rows = rows

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self._columns)

    def __len__(self) -> int:
        return int(next(iter(self._columns.values())).shape[0] if self._rows is None else self._rows.size)

    def __iter__(self) -> Iterator[Row]:
        indices = range(len(self)) if self._rows is None else self._rows
        return (Row(self._columns, int(i)) for i in indices)

    def __getitem__(self, number: int) -> Row:
        place = range(len(self))[number]  # from either end; IndexError where there is no row
        return Row(self._columns, int(place if self._rows is None else self._rows[place]))

    @overload
    def get(self, names: str) -> Column: ...

    @overload
    def get(self, names: list[str]) -> tuple[Column, ...]: ...

    def get(self, names: str | list[str]) -> Column | tuple[Column, ...]:
        """Values of one column, or a tuple of them for several; a view of the whole population, a copy of a selection."""
        if isinstance(names, list):
            return tuple(self.get(name) for name in names)
        if names not in self._columns:
            raise KeyError(f"no column {names!r}; there are {', '.join(self._columns)}")
        column = self._columns[names]
        return column if self._rows is None else column[self._rows]

    def set(self, name: str, values: Any) -> ColumnarSet:
        """Write one value or one for each row."""
        if name not in self._columns:
            raise KeyError(f"no column {name!r}; there are {', '.join(self._columns)}")
        self._columns[name][slice(None) if self._rows is None else self._rows] = values
        return self

    def select(self, predicate: Predicate | None = None, at_most: int | float = float("inf")) -> ColumnarSet:
        """Rows for which ``predicate`` holds, the first ``at_most`` of them (a share if it is a float up to 1)."""
        rows = np.arange(len(self), dtype=np.intp) if self._rows is None else self._rows
        if predicate is not None:
            mask = predicate(self) if callable(predicate) else predicate
            rows = rows[np.asarray(mask, dtype=bool)]
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        if at_most < rows.size:
            rows = rows[: int(at_most)]
        return ColumnarSet(self._columns, rows)

    def agg(self, name: str, function: Callable[[Column], Any]) -> Any:
        """One number from a column."""
        return function(self.get(name))

    def groupby(self, by: str) -> dict[Any, ColumnarSet]:
        """A set for each value of a column."""
        values = self.get(by)
        rows = np.arange(len(self), dtype=np.intp) if self._rows is None else self._rows
        if not values.size:
            return {}
        order = np.argsort(values, kind="stable")
        keys, starts = np.unique(values[order], return_index=True)
        parts = np.split(rows[order], starts[1:])
        return {key.item(): ColumnarSet(self._columns, part) for key, part in zip(keys, parts, strict=True)}

    def do(self, function: Callable[[ColumnarSet], Any]) -> ColumnarSet:
        """Call a function with the set."""
        function(self)
        return self

    def to_frame(self) -> pd.DataFrame:
        """All columns as a pandas frame."""
        return pd.DataFrame({name: self.get(name) for name in self._columns})
