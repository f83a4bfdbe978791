"""The verb budget: what will it cost, what does it buy?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from rich.console import Console
from xlsxwriter import Workbook

from sim.clock import MONTHS_A_YEAR, month_text
from sim.config.options import count_option, names_option, number_option
from sim.config.sources import find_root
from sim.report.budget.book import Book
from sim.report.budget.budget_workbook import budget_book
from sim.report.budget.plan_sheet import BeforeAfter
from sim.report.terminal import terminal
from sim.report.words import Words
from sim.runs.draws import draw_settings
from sim.runs.dry_spells import dry_pots, releases
from sim.runs.ensemble import Ensemble, ensembles
from sim.runs.executors import Executor, open_executor
from sim.runs.plan import Plan
from sim.runs.progress import shown
from sim.runs.schedule import Failure, Progress
from sim.runs.store.disk import write_file
from sim.settings import Settings
from sim.studies.budget.additionality import Bought, bought, raised, table
from sim.studies.budget.budget_printing import print_budget
from sim.studies.budget.outlay import by_month, granted, monthly_flows, outlay, outstanding, payments, totals, yearly
from sim.studies.budget.plan_effects import before_after
from sim.studies.budget.plan_form import PlanBase, add_plan
from sim.studies.budget.plan_printing import print_plan
from sim.studies.budget.plan_reading import Planned
from sim.studies.budget.plan_shares import shared_anew
from sim.studies.budget.purchases import read_events
from sim.studies.budget.runs import pair_plan, without
from sim.studies.budget.topups import topups
from sim.studies.common.cells import SAID, report_failures
from sim.studies.common.output import manifest, output_folder, write_csv
from sim.studies.count.unknown_numbers import unit_words
from sim.studies.local.source_words import sources_told

TITLE = {"zh": "预算", "en": "budget"}


@dataclass(frozen=True)
class BudgetRequest:
    """What was asked for beside the settings."""

    measures: tuple[str, ...] | None = None
    """Measures to work out the additionality of; None: all that are paid for."""
    pairs: int = 4
    topup: float = 0.25

    @classmethod
    def of(cls, options: Mapping[str, Any], settings: Settings) -> BudgetRequest:
        """What was typed; raises BadInput for what is no measure with payers, or no number that fits."""
        names = names_option(options, "measures", [name for name, m in settings.policy.items() if m.payers])
        return cls(
            measures=tuple(names) if names is not None else None,
            pairs=count_option(options, "pairs", cls.pairs, 1, 1000),
            topup=number_option(options, "topup", cls.topup, 0.0, 10.0),
        )


def budget(base: PlanBase, options: Mapping[str, Any], words: str = "", planned: Planned | None = None) -> int:
    """Run the ensemble, pairs without each measure, and fuller pots; print and write tables and the workbook.

    ``base``: the settings without a plan; with one, the workbook shows before and after. ``options``: measures, pairs,
    topup. ``words``: what was typed beside them.
    """
    settings = planned.settings if planned else base.settings
    wanted, console = BudgetRequest.of(options, settings), terminal()
    title = f"{TITLE[settings.language]} {settings.scenario.id}, {SAID[settings.language]['runs']}"
    with open_executor(settings.executor) as executor:
        with shown(console, title, settings.language) as report:
            asked = [Plan.of(settings), pair_plan(settings, wanted.pairs), *([Plan.of(base.settings)] if planned else [])]
            whole, pairs, *before = _in_order(asked, executor, report)
        failures = [failure for result in (whole, pairs, *before) for failure in result.failures]
        if not all(result.runs for result in (whole, pairs, *before)):
            return report_failures([(words, failure) for failure in failures], settings.language, console)
        with shown(console, title, settings.language) as report:
            found, more = _additionality(settings, wanted, whole, pairs, executor, report)
        failures += more
        with shown(console, title, settings.language) as report:
            effects, more = topups(settings, wanted.topup, whole, executor, report)
        failures += more
    with output_folder("budget", [settings]) as folder:
        after = shared_anew(whole, planned.plan.shares) if planned else whole
        compared = before_after(planned.plan, before[0], after) if planned else None
        form = partial(add_plan, base=base, given=planned.plan.given if planned else {})
        _write(Measured(after, pairs, found, effects, compared), form, folder, console)
    return report_failures([(words, failure) for failure in failures], settings.language, console)


def _in_order(plans: Sequence[Plan], executor: Executor, report: Progress) -> list[Ensemble]:
    return [result for _, result in sorted(ensembles(plans, executor, report), key=lambda item: item[0])]


def paid_for(result: Ensemble) -> list[str]:
    """Measures with money claimed after the reference year, in the order of their names."""
    since = month_text(result.settings.clock.first + MONTHS_A_YEAR)
    claimed = payments(result)
    claimed = claimed[(claimed["month"] >= since) & (claimed["claimed_fen"] > 0)]
    return sorted(claimed["measure"].unique())


def _additionality(
    settings: Settings, wanted: BudgetRequest, base: Ensemble, pairs: Ensemble, executor: Executor, report: Progress
) -> tuple[dict[str, list[Bought]], list[Failure]]:
    names = list(wanted.measures) if wanted.measures is not None else paid_for(base)
    plans = [pair_plan(without(settings, name), wanted.pairs) for name in names]
    found: dict[str, list[Bought]] = {}
    failures: list[Failure] = []
    for number, other in ensembles(plans, executor, report) if plans else ():
        found[names[number]] = pair_up(names[number], pairs, other)
        failures += other.failures
    return {name: found[name] for name in names if found.get(name)}, failures


def pair_up(measure: str, pairs: Ensemble, other: Ensemble) -> list[Bought]:
    """Every run that ended with and without the measure."""
    settings = pairs.settings
    goods = [good for good in settings.policy[measure].goods if good in settings.products]
    since = month_text(settings.clock.first + MONTHS_A_YEAR)
    ledger = pairs.ledger[(pairs.ledger["measure"] == measure) & (pairs.ledger["month"] >= since)]
    draws = Plan.of(settings).draws
    many = []
    for draw, seed in pairs.tables:
        if (draw, seed) not in other.tables:
            continue
        mine, theirs = (read_events(result.tables[draw, seed]["events"], goods) for result in (pairs, other))
        amount = int(ledger.loc[(ledger["draw"] == draw) & (ledger["seed"] == seed), "amount_fen"].sum())
        many.append(bought(measure, mine, theirs, draw_settings(settings, draw, draws), amount))
    return many


class Measured(NamedTuple):
    """Everything that the budget was worked out from."""

    base: Ensemble
    pairs: Ensemble
    found: dict[str, list[Bought]]
    effects: pd.DataFrame
    compared: BeforeAfter | None


def _write(measured: Measured, form: Callable[[Workbook], None], folder: Path, console: Console) -> None:
    """All files of the verb, and what is printed; ``form`` adds the sheets to be filled in."""
    base, pairs, found, effects, compared = measured
    settings = base.settings
    detail, dry, owed, come = outlay(base), dry_pots(base), outstanding(base), releases(base)
    years, sums, whole = yearly(base, detail), totals(base, detail), granted(base, detail, owed)
    found = raised(found, whole)
    bought_table, recipients, dips = table(found), *(_joined(found, part) for part in ("recipients", "dip"))
    told = manifest(base) | {"pairs": [{"draw": d, "seed": s, "key": key} for (d, s), key in pairs.keys.items()]}
    csvs = {"outlay": detail, "additionality": bought_table, "pots": dry, "outstanding": owed, "topup": effects}
    flows = monthly_flows(base, detail)
    csvs |= {"ledger": flows, "releases": come, "granted": whole, "recipients": recipients, "dip": dips, "yearly": years}
    csvs |= {f"plan_{name}": frame for name, frame in compared._asdict().items()} if compared else {}
    for name, frame in csvs.items():
        write_csv(folder / f"{name}.csv", frame.assign(trial=base.trial))
    book = Book(
        settings, Words.of(settings), base.runs, detail, by_month(base, detail), years, sums, whole, owed, dry, come, effects,
        flows, bought_table, recipients, dips, told, unit_words(settings.language),
        sources_told(find_root(), settings.language), compared,
    )  # fmt: skip
    write_file(folder / "budget.xlsx", budget_book(book, form))
    write_file(folder / "manifest.json", json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode())
    if compared:
        print_plan(compared, book.words, console)
    print_budget(settings, base.runs, years, sums, dry, owed, bought_table, effects, console)
    _say_where(folder, settings, console)


def _say_where(folder: Path, settings: Settings, console: Console) -> None:
    console.print(f"{SAID[settings.language]['results']}: {folder}", soft_wrap=True)


def _joined(found: dict[str, list[Bought]], part: str) -> pd.DataFrame:
    """One table of all measures: sums of recipients and differences by month, as means over the pairs."""
    frames = []
    for measure, many in found.items():
        together = pd.concat([getattr(one, part) for one in many], ignore_index=True)
        keys = ["month"] if part == "dip" else ["income_quintile", "urban", "organisation"]
        frames.append((together.groupby(keys).sum() / len(many)).reset_index().assign(measure=measure))
    if not frames:
        return pd.DataFrame({"measure": []})
    joined = pd.concat(frames, ignore_index=True)
    return joined[["measure", *joined.columns.drop("measure")]]
