"""The budget's workbook as a form: written for a finance officer to fill in, and read back."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.config import load_settings
from sim.config.options import names_option
from sim.config.region_saving import region_chosen
from sim.config.sources import find_root
from sim.errors import Both
from sim.report.terminal import terminal
from sim.runs.store.disk import write_file
from sim.settings import Settings
from sim.studies.budget.plan_form import PlanBase, plan_book
from sim.studies.budget.plan_reading import Planned, open_plan, read_plan
from sim.studies.budget.plan_rows import plan_rows
from sim.studies.budget.verb import budget

WRITTEN = Both(
    "已写入 {path}。填好橙色单元格后运行 python -m sim budget from={path}",
    "written: {path}. Fill in the orange cells, then: python -m sim budget from={path}",
)


def base_of(settings: Settings, words: Sequence[str]) -> PlanBase:
    """Settings that were typed, and their region."""
    return PlanBase(settings, region_chosen(find_root(), words))


def template(settings: Settings, words: Sequence[str], path: Path) -> int:
    """Write the sheets to be filled in, without running anything."""
    base = base_of(settings, words)
    write_file(path, plan_book(base))
    terminal().print(WRITTEN.of(base.settings.language).format(path=path), soft_wrap=True)
    return 0


def outright(settings: Settings, words: Sequence[str], options: Mapping[str, Any]) -> int:
    """Work out the budget of the settings as they were typed."""
    return budget(base_of(settings, words), options, shlex.join(words))


def from_plan(words: Sequence[str], path: Path, options: Mapping[str, Any]) -> int:
    """Read a plan, tell what was interpreted, and work out the budget with it and without it."""
    file = open_plan(path, words)
    typed = [*(f"{key}={value}" for key, value in file.fixed.items()), *words]
    base = base_of(load_settings(typed), typed)
    confirmed = names_option(options, "confirm", [row.code for row in plan_rows(base.settings)]) or ()
    plan = read_plan(file, base.settings, lambda more: load_settings([*typed, *more]), confirmed)
    for line in plan.told:
        terminal().print(line.of(base.settings.language), soft_wrap=True)
    planned = Planned(plan, load_settings([*typed, *plan.words]))
    return budget(base, options, shlex.join([*typed, *plan.words]), planned)
