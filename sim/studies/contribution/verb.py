"""The verb contribution: what does each measure add to the targets and to the outlay?

One measure at a time is left out from the end of the reference year on: nothing of it that was announced since is
enacted. Its contribution is what is then missing. Contributions need not add up to what all measures do together, because
measures compete for the same owners or pave the way for one another; what remains is the interaction, which is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from sim.clock import MONTHS_A_YEAR, date_of, first_day
from sim.errors import BadInput, Both
from sim.report.figure_files import Drawn
from sim.report.numerals import number, places
from sim.report.subjects import HEADLINES
from sim.report.terminal import print_note, terminal
from sim.report.terminal_tables import print_stamp
from sim.report.wedges import Climb, Step, cost_curve, wedges
from sim.report.words import Words
from sim.runs.ensemble import Ensemble
from sim.schema.target import Target
from sim.settings import Settings
from sim.studies.common.additional import FEWEST, Gap
from sim.studies.common.cells import SAID, report_failures, run_cells
from sim.studies.common.output import output_folder, write_csv, write_figures

ALL, INTERACTION = "all", "interaction"
OUTLAY = "outlay"
PAIR = ["draw", "seed"]
WORDS = {
    "zh": {
        "title": "各项措施的贡献（逐一取消后的差额，均值）", "measure": "措施", ALL: "全部措施合计", INTERACTION: "相互作用",
        OUTLAY: "财政支出（元）", "note": "各项贡献与相互作用之和等于全部措施的合计。括号内为 P5 … P95。",
        "few": "成对运行不足 {fewest} 次，不能判断贡献是否显著，不画每增加一个单位的支出图；请加大 ensemble.draws。",
        "undefined": "未列出（部分运行中没有数值）：{titles}。",
    },
    "en": {
        "title": "What each measure adds (mean of what is missing without it)", "measure": "measure",
        ALL: "all measures together", INTERACTION: "interaction", OUTLAY: "public outlay (yuan)",
        "note": "Contributions and interaction sum to what all measures do together. In brackets: P5 ... P95.",
        "few": "Fewer than {fewest} pairs of runs tell no contribution from nothing, so there is no figure of what one more "
        "costs; raise ensemble.draws.",
        "undefined": "Not listed, as not every run has a value: {titles}.",
    },
}  # fmt: skip
TITLE = {"zh": "措施贡献", "en": "contribution"}


def contribution(settings: Settings, words: str = "") -> int:
    """Run the scenario, without each measure, and without any; print what each adds and write ``contributions.csv``."""
    console, names = terminal(), measures(settings)
    without = {name: left_out(settings, [name]) for name in names} | {ALL: left_out(settings, names)}
    cells = [settings, *without.values()]
    results = dict(run_cells(cells, console, TITLE[settings.language]))
    failures = [(_typed(words, cells[n]), failure) for n in sorted(results) for failure in results[n].failures]
    if all(result.runs for result in results.values()):
        parts = {name: results[n] for n, name in enumerate(without, start=1)}
        table = contributions(results[0], parts).assign(trial=results[0].trial)
        with output_folder("contribution", [settings]) as folder:
            path = write_csv(folder / "contributions.csv", table)
            write_figures(figures(table, results[0]), folder / "figures")
        print_stamp(Words.of(settings), results[0].runs, console)
        _print(table, set(results[0].targets["id"]), settings, console)
        console.print(f"{SAID[settings.language]['results']}: {path}", soft_wrap=True)
    return report_failures(failures, settings.language, console)


def measures(settings: Settings) -> list[str]:
    """Measures of which something was announced after the reference year; raises BadInput if there is none."""
    since = reference_end(settings)
    names = [
        name
        for name, measure in settings.policy.items()
        if measure.enabled
        and not settings.products.keys().isdisjoint(measure.goods)
        and any(since < v.announced <= (measure.enacted_until or v.announced) for v in measure.versions.values())
    ]
    if not names:
        raise BadInput(
            file=f"scenarios/{settings.scenario.id}.yaml",
            key="policy",
            value=Both("基年之后没有措施", "no measure since the reference year"),
            allowed=Both("基年之后宣布过措施的情景", "a scenario with measures that were announced after it"),
            remedy=Both("输入 contribution scenario=enacted", "type contribution scenario=enacted"),
        )
    return names


def reference_end(settings: Settings) -> dt.date:
    """Last day of the reference year."""
    return date_of(first_day(settings.clock.first + MONTHS_A_YEAR) - 1)


def left_out(settings: Settings, names: Sequence[str]) -> Settings:
    """The same without what was announced of these measures since the reference year."""
    end = reference_end(settings)
    changed = {
        name: settings.policy[name].model_copy(update={"enacted_until": min(settings.policy[name].enacted_until or end, end)})
        for name in names
    }
    return settings.model_copy(update={"policy": {**settings.policy, **changed}})


def contributions(base: Ensemble, without: Mapping[str, Ensemble]) -> pd.DataFrame:
    """Of each measure to each quantity: quantity, measure, contribution, p05, p95, pairs; then interaction and all.

    ``without``: ensembles by the measure that is left out; that under ``all`` leaves out every one. Only draws and seeds
    that ended in all of them count, so that the parts add up.
    """
    columns = {name: _quantities(result) for name, result in without.items()}
    values = pd.DataFrame({"base": _quantities(base), **columns}).dropna()
    gaps = pd.DataFrame({name: values["base"] - values[name] for name in without})
    gaps.insert(len(without) - 1, INTERACTION, gaps[ALL] - gaps.drop(columns=ALL).sum(axis=1))
    long = gaps.melt(var_name="measure", value_name="gap", ignore_index=False).reset_index()
    grouped = long.groupby(["quantity", "measure"], sort=False)["gap"]
    table = pd.DataFrame({"contribution": grouped.mean(), "p05": grouped.quantile(0.05), "p95": grouped.quantile(0.95)})
    return table.assign(pairs=grouped.size()).reset_index()


def figures(table: pd.DataFrame, base: Ensemble) -> Iterator[tuple[str, Drawn]]:
    """Steps and costs of the headline promises that the measures move, by file name."""
    words = Words.of(base.settings)
    for name in HEADLINES:
        if name not in base.settings.targets:
            continue
        climb = climb_of(name, table, base, words)
        if climb is None:
            continue
        yield f"wedges_{name}", wedges(climb, base.runs, words)
        drawn = cost_curve(climb, base.runs, words)
        if drawn is not None:
            yield f"cost_curve_{name}", drawn


def climb_of(name: str, table: pd.DataFrame, base: Ensemble, words: Words) -> Climb | None:
    """The steps to a promise of the measures that move it at all; None if none does."""
    target = base.settings.targets[name]
    mine = table[table["quantity"] == name].set_index("measure")
    yuan = table[table["quantity"] == OUTLAY].set_index("measure")["contribution"]
    steps = [
        Step(words.measure(str(measure)), gap.mean, gap.p05, gap.p95, float(yuan[measure]), gap.sign != 0)
        for measure, gap in (
            (row.Index, Gap(row.contribution, row.p05, row.p95, row.pairs))
            for row in mine.drop(index=[ALL, INTERACTION]).itertuples()
        )
        if gap.p05 != 0.0 or gap.p95 != 0.0
    ]
    if not steps:
        return None
    reached = float(base.targets[base.targets["id"] == name]["value"].mean())
    rest = float(mine.loc[ALL, "contribution"]) - sum(step.mean for step in steps)
    enough = int(mine["pairs"].min()) >= FEWEST
    return Climb(words.promise(name), words.pick(target.unit), steps, rest, reached, target.promise, enough)


def _quantities(result: Ensemble) -> pd.Series[float]:
    """Value of each target and of the whole outlay, by quantity, draw and seed."""
    monthly = result.monthly
    outlay = monthly[(monthly["indicator"] == OUTLAY) & (monthly["group"] == "")].groupby(PAIR, as_index=False)["value"].sum()
    targets = result.targets.rename(columns={"id": "quantity"})
    both = pd.concat([targets[[*PAIR, "quantity", "value"]], outlay.assign(quantity=OUTLAY)], ignore_index=True)
    return both.set_index(["quantity", *PAIR])["value"]


def _typed(words: str, cell: Settings) -> str:
    """What to type after ``forecast`` for a cell."""
    changed = [f"policy.{name}.enacted_until={m.enacted_until}" for name, m in cell.policy.items() if m.enacted_until]
    return " ".join([words, *changed]).strip()


def _titled(target: Target, words: Words) -> str:
    return words.phrase("in_unit", name=words.heading(target.title), unit=words.pick(target.unit))


def _print(table: pd.DataFrame, judged: Collection[str], settings: Settings, console: Console) -> None:
    """A block for each quantity, and what is missing of the targets that the runs have ``judged``."""
    said, words = WORDS[settings.language], Words.of(settings)
    for quantity, rows in table.groupby("quantity", sort=False):
        name = str(quantity)
        title = said[OUTLAY] if name == OUTLAY else _titled(settings.targets[name], words)
        out = Table(title=f"{title}: {said['title']}", title_justify="left", box=box.SIMPLE_HEAD)
        out.add_column(said["measure"])
        out.add_column("", justify="right", no_wrap=True)
        out.add_column("P5 ... P95", justify="right", no_wrap=True)
        decimals = places(*rows["contribution"], *rows["p05"], *rows["p95"])
        for row in rows.itertuples():
            label = said.get(str(row.measure)) or words.measure(str(row.measure))
            interval = f"({number(row.p05, decimals)} ... {number(row.p95, decimals)})"
            out.add_row(label, number(row.contribution, decimals), interval)
        console.print(out)
    print_note(said["note"], console)
    if int(table["pairs"].max()) < FEWEST:
        print_note(said["few"].format(fewest=FEWEST), console)
    listed = set(table["quantity"])
    missing = [target.title for name, target in settings.targets.items() if name in judged and name not in listed]
    if missing:
        titles = words.phrase("enumeration").join(words.heading(title) for title in missing)
        print_note(said["undefined"].format(titles=titles), console)
