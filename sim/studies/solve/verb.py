"""The verb budget solve: the least outlay that meets targets, or the best use of a given sum, on the full model."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced
from typing import Any

from rich.console import Console

from sim.config.options import Interval, count_option, names_option, number_option
from sim.errors import Both, NothingFound, refused
from sim.report.front import front_figure
from sim.report.terminal import print_note, terminal
from sim.report.words import Words
from sim.runs.ensemble import Ensemble, ensembles
from sim.runs.executors import Executor, open_executor
from sim.runs.plan import Plan
from sim.runs.progress import shown
from sim.runs.schedule import Failure
from sim.runs.store.disk import write_file
from sim.runs.store.provenance import provenance
from sim.runs.store.run_keys import digest
from sim.runs.store.version import model_version
from sim.settings import Settings
from sim.studies.common.cells import SAID as FORECAST_SAID
from sim.studies.common.cells import report_failures
from sim.studies.common.output import output_folder, write_figures
from sim.studies.count.unknown_numbers import UnknownNumber, unknowns_of
from sim.studies.solve.advice import advice_lines, alternatives
from sim.studies.solve.evaluating import Evaluator, outcome, told
from sim.studies.solve.failing import Weakness, weakness
from sim.studies.solve.levers import Lever, Load, as_enacted, check, levers_for, typed, unpriced, widths
from sim.studies.solve.search import Effort, Goal, Tried, search
from sim.studies.solve.solve_printing import SAID, print_solution
from sim.studies.solve.standing import SAID as SEARCH_SAID
from sim.studies.solve.standing import BestSoFar, stoppable

FRESH = 1000
"""Seeds are moved by so much for the verification: luck that the search has not seen."""
ATTEMPTS = 3
"""Most solutions that are verified, each with more margin than the one before."""


Verified = list[tuple[int, Ensemble]]
"""Number of an evaluation, and its runs with fresh seeds."""


@dataclass(frozen=True)
class Question:
    """What is asked."""

    targets: tuple[str, ...]
    goal: Goal
    bounds: dict[str, tuple[float, float]]
    """Levers given by the user; empty: the usual ones."""
    scale: float
    draws: int
    evaluations: int
    seed: int = 1

    @classmethod
    def of(cls, options: Mapping[str, Any], bounds: Mapping[str, Interval], settings: Settings) -> Question:
        """What was typed; raises BadInput for what cannot be asked."""
        clock = settings.clock
        within = [
            n for n, t in settings.targets.items()
            if max(t.relative_to or "", clock.start, clock.levers_from) <= t.by <= clock.end
        ]  # fmt: skip
        _require_future(options.get("targets"), settings)
        targets = names_option(options, "targets", within)
        if targets is None:
            allowed = Both("从中选出的列表：" + "、".join(within), "a list out of " + ", ".join(within))
            example = f"targets=[{within[0] if within else 'NAME'}]"
            raise refused("targets", Both("没有写", "not given"), allowed, Both(f"输入 {example}", f"type {example}"))
        return cls(
            targets=tuple(targets),
            goal=Goal(
                number_option(options, "p", 0.8, 0.01, 1.0),
                number_option(options, "budget", 0.0, 0.0, 1e13) if "budget" in options else None,
            ),
            bounds={key: (ends.low, ends.high) for key, ends in bounds.items()},
            scale=number_option(options, "search_scale", 0.05, 0.001, 2.0),
            draws=count_option(options, "search_draws", 6, 1, 1000),
            evaluations=count_option(options, "evaluations", 40, 6, 2000),
            seed=count_option(options, "search_seed", 1, 0, 2**31 - 1),
        )


def _require_future(asked: object, settings: Settings) -> None:
    """Refuse a target whose date has passed: no lever reaches it."""
    clock = settings.clock
    for name in asked if isinstance(asked, list) else [asked]:
        target = settings.targets.get(name) if isinstance(name, str) else None
        if target is not None and target.by < clock.levers_from:
            allowed = Both(
                f"{clock.levers_from} 及以后到期的目标：clock.now={clock.now}，已发生的不变",
                f"targets due in {clock.levers_from} or later: with clock.now={clock.now} the past stays",
            )
            remedy = Both(
                f"改选到期更晚的目标，或输入早于 {target.by} 的 clock.now",
                f"ask for a later target, or type a clock.now before {target.by}",
            )
            raise refused("targets", name, allowed, remedy)


def solve(load: Load, options: Mapping[str, Any], bounds: Mapping[str, Interval], words: str = "") -> int:
    """Search, verify with fresh seeds at the settings' own scale, print and write ``solution.json``.

    ``load``: settings with further words typed; ``options``: what was typed beside them. Raises BadInput if a bound is not
    allowed.
    """
    settings, console = load([]), terminal()
    with stoppable():
        return _solve(load, settings, options, bounds, words, console)


def _solve(
    load: Load, settings: Settings, options: Mapping[str, Any], bounds: Mapping[str, Interval], words: str, console: Console
) -> int:
    question = Question.of(options, bounds, settings)
    levers = levers_for(question.targets, settings, question.bounds)
    check(levers, load)
    language, unknown = settings.language, unknowns_of(settings, shlex.split(words))
    title = f"{SAID[language]['title']} {settings.scenario.id}"
    size = min(question.scale, settings.population.scale)
    standing = BestSoFar(question.goal, question.evaluations, console, language)
    said = SEARCH_SAID[language]
    console.print(said["start"].format(levers=len(levers), all=question.evaluations, scale=size, runs=question.draws))
    try:
        with open_executor(settings.executor) as executor:
            with shown(console, title, language) as report:
                model = Evaluator(load, levers, question.targets, size, question.draws, executor, report)
                effort = Effort(question.evaluations, max(executor.workers, 2), question.seed)
                tried = search(model, question.goal, effort, as_enacted(levers, settings), widths(levers), standing)
            console.print(said["checking"])
            verified = _verify(load, levers, question, tried, executor, console, title)
    except KeyboardInterrupt:
        console.print(said["stopped"].format(done=standing.done, folder=settings.results.folder), soft_wrap=True)
        raise
    weak = _weakness(question, verified, unknown)
    found = _solution(settings, levers, question, size, tried, model.results, verified, weak)
    front = [(o.outlay, o.probability) for o in tried.outcomes]
    drawn = front_figure(front, [front[n] for n in tried.front()], question.goal.p, Words.of(settings))
    with output_folder(f"solve-{digest(repr(question))[:6]}", [settings]) as folder:
        write_file(folder / "solution.json", json.dumps(found, ensure_ascii=False, indent=1).encode())
        write_figures([("front", drawn)], folder / "figures")
    print_solution(found, Words.of(settings), console)
    for line in advice_lines(found, settings):
        print_note(line, console)
    console.print(f"{FORECAST_SAID[language]['results']}: {folder}", soft_wrap=True)
    failed = report_failures(_failures(words, levers, tried, model.results, verified), language, console)
    return failed or (0 if found["reached"] else NothingFound.exit_code)


def _verify(
    load: Load, levers: Sequence[Lever], question: Question, tried: Tried, executor: Executor, console: Console, title: str
) -> Verified:
    """Run the best point at full scale with fresh seeds; if it does not hold there, the next one with more margin."""
    goal, done = question.goal, Verified()
    order = _order(tried, goal)
    with shown(console, f"{title}, {SAID[load([]).language]['verifying']}", load([]).language) as report:
        for n in order[:ATTEMPTS]:
            plan = Plan.of(load(typed(levers, tried.points[n])))
            fresh = replaced(plan, seeds=tuple(seed + FRESH for seed in plan.seeds))
            ((_, result),) = ensembles([fresh], executor, report)
            done.append((n, result))
            if _holds(result, question):
                break
    return done


def _order(tried: Tried, goal: Goal) -> list[int]:
    """The solution, then those that are safer: for least outlay with more margin, for a budget with less outlay."""
    best = tried.best(goal)
    chosen = tried.outcomes[best]
    if not goal.feasible(chosen):
        return [best]
    if goal.budget is None:
        safer = [n for n, o in enumerate(tried.outcomes) if o.margin(goal.p) > chosen.margin(goal.p)]
        return [best, *sorted(safer, key=lambda n: tried.outcomes[n].outlay)]
    safer = [n for n, o in enumerate(tried.outcomes) if o.outlay < chosen.outlay]
    return [best, *sorted(safer, key=lambda n: -tried.outcomes[n].margin(goal.p))]


def _solution(
    settings: Settings, levers: Sequence[Lever], question: Question, scale: float, tried: Tried, results: Sequence[Ensemble],
    verified: Verified, weak: Weakness | None,
) -> dict[str, object]:  # fmt: skip
    """Everything that ``solution.json`` holds."""
    goal = question.goal

    def at(n: int) -> dict[str, float]:
        return {lever.key: lever.at(float(x)) for lever, x in zip(levers, tried.points[n], strict=True)}

    def summary(n: int) -> dict[str, object]:
        one = tried.outcomes[n]
        short = {"outlay_yuan": one.outlay, "probability_of_all": one.probability, "margin": one.margin(goal.p)}
        return {"number": n, "levers": at(n), **short, "feasible": goal.feasible(one)}

    chosen, checked = closest(verified, question)
    holds = _holds(checked, question)
    past = settings.clock.levers_from
    whole = {
        "question": {
            "targets": list(question.targets), "p": goal.p, "budget_yuan": goal.budget, "scenario": settings.scenario.id,
            "now": settings.clock.now, "levers_from": past,
            "bounds": {lever.key: [lever.low, lever.high] for lever in levers},
            "unpriced_levers": unpriced(levers, settings),
        },
        "search": {"scale": scale, "draws": question.draws, "seed": question.seed, "evaluations": len(tried.points)},
        "trial": checked.trial,
        "reached": holds,
        "levers": at(chosen) if holds else None,
        "closest": {"number": chosen, "levers": at(chosen), "found_in_search": goal.feasible(tried.outcomes[chosen])},
        "in_search": told(results[chosen], question.targets, goal.p, past) if results[chosen].runs else None,
        "verified": [
            {
                "number": n, "scale": settings.population.scale, "seeds": sorted({seed for _, seed in result.keys}),
                "draws": sorted({draw for draw, _ in result.keys}),
                "constraint_holds": _holds(result, question), "trial": result.trial, "runs": result.runs,
                **(told(result, question.targets, goal.p, past) if result.runs else {}),
            }
            for n, result in verified
        ],
        "pareto": [summary(n) for n in tried.front()],
        "evaluations": [summary(n) for n in range(len(tried.points))],
        "fails_if": weak.told if weak else None,
        "model": model_version(), **provenance(),
    }  # fmt: skip
    return {**whole, "alternatives": alternatives(whole)}


def closest(verified: Verified, question: Question) -> tuple[int, Ensemble]:
    """Of what was verified, what does as asked, else what comes closest to it."""
    held = [one for one in verified if _holds(one[1], question)]
    if held:
        return held[-1]
    ran = [one for one in verified if one[1].runs]
    goal = question.goal

    def distance(one: tuple[int, Ensemble]) -> tuple[float, float]:
        reached = outcome(one[1], question.targets)
        beyond = reached.outlay - (goal.budget or reached.outlay)
        return (beyond, 0.0) if goal.budget is not None else (-reached.probability, -reached.margin(goal.p))

    return min(ran, key=distance) if ran else verified[0]


def _weakness(question: Question, verified: Verified, unknown: Sequence[UnknownNumber]) -> Weakness | None:
    """Where the package that was verified gives way first; None where no run of it came to its end."""
    _, checked = closest(verified, question)
    return weakness(checked, question.targets, question.goal.p, unknown) if checked.runs else None


def _holds(result: Ensemble, question: Question) -> bool:
    return bool(result.runs) and question.goal.feasible(outcome(result, question.targets))


def _failures(
    words: str, levers: Sequence[Lever], tried: Tried, results: Sequence[Ensemble], verified: Verified
) -> list[tuple[str, Failure]]:
    ran = [*enumerate(results), *verified]
    return [
        (" ".join([words, *typed(levers, tried.points[n])]).strip(), failure)
        for n, result in ran
        for failure in result.failures
    ]
