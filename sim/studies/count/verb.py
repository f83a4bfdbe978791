"""The verb count: read the stored runs, value every unknown number, print and write what to count first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sim.config.region_saving import region_chosen
from sim.config.sources import find_root
from sim.report.terminal import terminal
from sim.report.value_bars import value_bars
from sim.report.words import Words
from sim.runs.store.disk import write_file
from sim.settings import Settings
from sim.studies.common.output import output_folder, write_csv, write_figures
from sim.studies.count.counting_list import counted
from sim.studies.count.list_kept import LIST_FILE
from sim.studies.count.list_printing import ShownList, print_counted
from sim.studies.count.listed_numbers import ListedNumber, listed_numbers, plain_list
from sim.studies.count.stored_draws import stored_draws
from sim.studies.count.unknown_numbers import unknowns_of
from sim.verdict import is_trial

TABLE = "count_first"
FIGURE = "count_first"


def count(settings: Settings, typed: Sequence[str], short: float, show: int, words: str = "") -> int:
    """Print and write what to count first; ``typed``: the settings' words, ``words``: the same for ``forecast`` to repeat."""
    stored = stored_draws(settings, words)
    unknown = unknowns_of(settings, typed)
    found = counted(stored, settings, unknown, short)
    rows = listed_numbers(found, unknown)
    runs = len(stored.draws) * stored.seeds
    trial = is_trial(settings.population.scale, runs)
    with output_folder("count", [settings]) as folder:
        write_csv(folder / f"{TABLE}.csv", found.table.assign(trial=trial))
        told = plain_list(found, rows, region_chosen(find_root(), typed), settings.region.boundary, runs, trial)
        write_file(folder / LIST_FILE, json.dumps(told, ensure_ascii=False, indent=1).encode())
        if rows:
            _draw(rows[:show], Words.of(settings), runs, folder)
        print_counted(settings, stored, found, rows, ShownList(show, short, folder), terminal())
    return 0


def _draw(rows: Sequence[ListedNumber], words: Words, runs: int, folder: Path) -> None:
    bars = [(row.title.of(words.language), row.points, row.yuan) for row in rows]
    write_figures([(FIGURE, value_bars(bars, runs, words))], folder / "figures")
