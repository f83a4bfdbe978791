"""The terminal: what is printed is text, never markup, emoji codes or numbers to be coloured; every table is made here."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table


def terminal() -> Console:
    """The console of a verb."""
    return Console(markup=False, emoji=False, highlight=False)


def show_table(console: Console, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: names on the left, folded where they are too long and never cut, then numbers on the right."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    table.padding = (0, 1, 0, 0)
    table.add_column(heads[0], overflow="fold", min_width=NAME_CELLS)
    for head in heads[1:]:
        table.add_column(head, justify="right", no_wrap=not _wide(heads), overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


NAME_CELLS = 16
"""Half-width characters that a name gets at least."""
MANY = 8


def _wide(heads: Sequence[str]) -> bool:
    """Whether there are so many columns that even numbers may have to be broken on a narrow terminal."""
    return len(heads) > MANY
