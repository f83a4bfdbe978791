"""The report of one scenario: findings in, document out; conclusions first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sim.policy.pot import SHORT_DAYS
from sim.report.blocks import Block, Command, Document, Grid, Outline, Paragraph, Picture
from sim.report.conclusions import MONEY, conclusions, quintiles_in_words, unjudged, yuan
from sim.report.count_section import count_section
from sim.report.findings import LEAST_CLAIMS, Findings
from sim.report.numerals import number, percent, places
from sim.report.sentences import Say, sentence
from sim.report.target_tables import heading_of, rows_by_subject, subject_table, tiers
from sim.report.uptake import organisations_claims, organisations_rows

UPTAKE = "uptake_by_households"
"""Figure of the measures of which households claim most."""
VALIDATE = "python -m sim validate"
"""It asks nothing of the scenario."""
WORTH_TELLING = 0.1
"""Share of seed variance from which a target is listed."""


def report(findings: Findings, date: dt.date) -> Document:
    """The whole document."""
    settings = findings.settings
    say: Say = partial(_say, settings.language)
    outline = Outline(chinese=settings.language == "zh")
    sections = (conclusions, _targets, _money, _who, _uncertainty, count_section, _assumptions, _again)
    clock, region, pick = settings.clock, settings.region, findings.words.pick
    named = {"scenario": pick(settings.scenario.title), "boundary": region.boundary}
    day = f"{date.year}年{date.month}月{date.day}日" if settings.language == "zh" else date.isoformat()
    return Document(
        title=say("title", district=pick(region.title)).replace("\n", "" if settings.language == "zh" else " "),
        subtitle=say("subtitle", first=clock.start, last=clock.end, **named),
        signed=say("signed", date=day),
        blocks=[block for section in sections for block in section(findings, outline, say)],
        chinese=settings.language == "zh",
        footer=say("footer"),
        stamp=findings.words.stamp(findings.runs),
        stamp_told=findings.words.stamp_told(findings.runs),
    )


def _say(language: str, name: str, /, **values: object) -> str:
    return sentence(name, language, **values)


def _source(found: Findings, say: Say, note: str) -> str:
    return say("t_source", runs=found.runs, note=say(note))


def _targets(found: Findings, outline: Outline, say: Say) -> Iterator[Block]:
    yield outline.heading(1, say("h_targets"))
    if found.table.empty:
        yield Paragraph(unjudged(found))
        return
    yield outline.heading(2, say("h_tiers"))
    yield from tiers(found, say)
    yield outline.heading(2, say("h_targets_table"))
    yield from subject_table(found, outline, say)
    yield outline.heading(2, say("h_targets_figures"))
    yield Paragraph(say("p_figures"))
    for row in (row for _, rows in rows_by_subject(found) for row in rows if row["grade"] != "C"):
        yield from _picture(found, outline, f"target_{row['id']}", heading_of(found, row))
    yield outline.heading(2, say("h_sales"))
    yield from _picture(found, outline, "new_sales_by_powertrain", found.words.phrase("sales_by_powertrain"))


def _picture(found: Findings, outline: Outline, name: str, title: str) -> Iterator[Picture]:
    path = found.figures / f"{name}.png"
    if path.is_file():
        yield Picture(outline.caption("picture", title), path)


def _money(found: Findings, outline: Outline, say: Say) -> Iterator[Block]:
    yield outline.heading(1, say("h_money"))
    if not found.by_year.loc["", "mean"] > 0.0:
        yield Paragraph(say("c_no_money"))
        return
    unit = MONEY[found.settings.language][1]
    yield outline.heading(2, say("h_by_payer"))
    payers = list(found.by_payer)
    heads = [say("year"), *(found.words.group(name) for name in payers), say("sum"), "P5", "P95"]
    rows = []
    for year, total in found.by_year.iterrows():
        paid = found.by_payer.loc[str(year)] if year else found.by_payer.sum()
        cells = [*(paid[name] for name in payers), total["mean"], total["p05"], total["p95"]]
        rows.append([str(year) or say("all_years"), *(yuan(found, value) for value in cells)])
    yield Grid(
        outline.caption("grid", say("t_by_payer")), say("t_unit_money", unit=unit), heads, rows, [1.2] * len(heads),
        _source(found, say, "note_mean"),
    )  # fmt: skip
    yield from _picture(found, outline, "outlay_by_payer", found.words.phrase("outlay_by_payer"))
    yield outline.heading(2, say("h_by_measure"))
    lines = [
        [found.words.heading(found.settings.policy[str(name)].title), yuan(found, row["yuan"]), number(row["claims"])]
        for name, row in found.by_measure.iterrows()
    ]
    heads = [say("measure"), say("outlay"), say("claims")]
    yield Grid(
        outline.caption("grid", say("t_by_measure")), say("t_unit_claims", unit=unit), heads, lines, (3.0, 1.0, 1.0),
        _source(found, say, "note_granted"),
    )  # fmt: skip
    yield outline.heading(2, say("h_pots"))
    yield from _pots(found, outline, say)
    yield outline.heading(2, say("h_additionality"))
    yield from _additionality(found, outline, say)


def _pots(found: Findings, outline: Outline, say: Say) -> Iterator[Block]:
    """Money released by pot and year, and when claims find none."""
    rows = [
        [found.words.pot(str(row["pot"])), str(row["year"]), yuan(found, row["opened"]), percent(row["chance"]),
         str(row["first_p50"]) or "-", *(number(row[name]) for name in SHORT_DAYS)]
        for row in found.dry[(found.dry[["opened", "chance", *SHORT_DAYS]] > 0).any(axis=1)].to_dict("records")
    ]  # fmt: skip
    heads = [say("pot"), say("year"), say("opened"), say("p_dry"), say("first_dry"), *(say(name) for name in SHORT_DAYS)]
    unit = MONEY[found.settings.language][1]
    yield Grid(
        outline.caption("grid", say("t_pots")), say("t_unit_pots", unit=unit), heads, rows,
        (2.4, 0.8, 1.0, 1.0, 1.2, 1.0, 1.0, 1.0), _source(found, say, "note_pots"),
    )  # fmt: skip


ADDED = ("additional", "pulled_forward", "anyway", "cost_per_additional")


def _additionality(found: Findings, outline: Outline, say: Say) -> Iterator[Block]:
    table, source, shipped = found.additionality, _source(found, say, "note_mean"), found.shipped_worth
    if table is None and shipped is not None:
        facts = {"scale": percent(shipped.scale), "pairs": number(shipped.pairs)}
        yield Paragraph(say("p_additionality_shipped", **facts))
        table, source = shipped.told, say("source_shipped", least=number(LEAST_CLAIMS), **facts)
    elif table is None:
        yield Paragraph(say("p_additionality_missing"))
    if table is None:
        return
    policy = found.settings.policy
    rows = [
        [
            found.words.heading(policy[row["measure"]].title) if row["measure"] in policy else str(row["measure"]),
            *(number(float(row[name])) for name in ADDED),
        ]
        for row in table.to_dict("records")
    ]
    heads = [say("measure"), *(say(name) for name in ADDED)]
    yield Grid(
        outline.caption("grid", say("t_additionality")), say("t_additionality_unit"), heads, rows, (3.0, 1.0, 1.0, 1.0, 1.4),
        source,
    )  # fmt: skip


def _who(found: Findings, outline: Outline, say: Say) -> Iterator[Block]:
    yield outline.heading(1, say("h_who"))
    yield from map(Paragraph, quintiles_in_words(found, say) or [say("c_no_money")])
    if found.main_claims:
        yield Paragraph(say("p_uptake", count=len(found.main_claims)))
        yield from _picture(found, outline, UPTAKE, found.words.phrase("uptake_by_measure"))
    rows = organisations_rows(organisations_claims(found.uptake, found.runs), found.words)
    if rows:
        heads = [found.words.phrase(name) for name in ("measure", "claims", "amount")]
        caption = outline.caption("grid", found.words.phrase("uptake_of_organisations"))
        yield Grid(caption, "", heads, rows, (3.0, 1.0, 1.0), _source(found, say, "note_claimed"))


def _uncertainty(found: Findings, outline: Outline, say: Say) -> Iterator[Block]:
    yield outline.heading(1, say("h_uncertainty"))
    yield Paragraph(say("p_contain"))
    yield outline.heading(2, say("h_seed_variance"))
    seeded = found.table[found.table["seed_variance_share"] >= WORTH_TELLING].sort_values(
        "seed_variance_share", ascending=False
    )
    if not found.table["seed_variance_share"].notna().any():
        yield Paragraph(say("p_seed_variance_unknown", uncertain=found.uncertain))
    elif seeded.empty:
        yield Paragraph(say("p_seed_variance_none", uncertain=found.uncertain))
    else:
        yield Paragraph(say("p_seed_variance", uncertain=found.uncertain))
        rows = [[heading_of(found, row), percent(row["seed_variance_share"])] for row in seeded.to_dict("records")]
        heads = [found.words.phrase("target"), found.words.phrase("seed_variance_share")]
        yield Grid(
            outline.caption("grid", say("t_seed_variance")),
            "",
            heads,
            rows,
            (4.0, 1.0),
            _source(found, say, "note_seed_variance"),
        )
    yield outline.heading(2, say("h_validation"))
    if found.scorecard is None:
        known = found.shipped
        yield Paragraph(say("p_validation_shipped", **known._asdict()) if known else say("p_validation_missing"))
        return
    fresh = [entry for entry in found.scorecard if not entry.get("calibrated")]
    used = len(found.scorecard) - len(fresh)
    passed = sum(bool(entry.get("passed")) for entry in fresh)
    yield Paragraph(say("p_validation", total=len(fresh), passed=passed, used=used))
    rows = [_check(entry, say) for entry in found.scorecard]
    heads = [say("quantity"), say("predicted"), "P5", "P95", say("observed"), say("passed")]
    yield Grid(outline.caption("grid", say("t_validation")), "", heads, rows, (3.0, 1.0, 1.0, 1.0, 1.0, 0.8), "scorecard.json")


def _check(entry: Mapping[str, Any], say: Say) -> list[str]:
    """One line of the scorecard; what it does not give is left open."""
    values = [entry.get(name) for name in ("predicted", "p05", "p95", "observed")]
    known = [float(value) for value in values if isinstance(value, (int, float))]
    cells = [number(float(v), places(*known)) if isinstance(v, (int, float)) else "-" for v in values]
    name = entry.get(say("quantity_key")) or entry.get("quantity") or entry.get("id", "")
    return [f"{name}{say('used') if entry.get('calibrated') else ''}", *cells, say("yes" if entry.get("passed") else "no")]


def _assumptions(found: Findings, outline: Outline, say: Say) -> Iterator[Block]:
    yield outline.heading(1, say("h_assumptions"))
    grades = {grade: found.grades[grade] for grade in "ABC"}
    yield Paragraph(say("p_grades", total=sum(grades.values()), **grades))
    rows: list[Sequence[str]] = []
    for title, each in rows_by_subject(found):
        targets = {row["id"]: found.settings.targets[row["id"]] for row in each}
        told = [
            [found.words.heading(target.title), target.article, target.quote, found.counted.get(name, "-"), target.grade]
            for name, target in targets.items()
        ]
        rows += [[title], *told]
    heads = [found.words.phrase("target"), say("article"), say("quote"), say("counted"), found.words.phrase("grade")]
    if not rows:
        return
    yield Grid(
        outline.caption("grid", say("t_counted")), "", heads, rows, (2.4, 1.2, 3.2, 3.2, 0.8), say("t_counted_source"), texts=5
    )


def _again(found: Findings, outline: Outline, say: Say) -> Iterator[Block]:
    settings, told = found.settings, found.settings.ensemble
    yield outline.heading(1, say("h_again"))
    yield Paragraph(say("p_again"))
    yield Command(found.command)
    lacking = {"budget": found.additionality, "validate": found.scorecard, "count": found.count_first}
    verbs = [verb for verb, told in lacking.items() if told is None]
    if verbs:
        yield Paragraph(say("p_add"))
        yield from (Command(VALIDATE if verb == "validate" else found.command_of(verb)) for verb in verbs)
    yield Paragraph(say("p_query"))
    yield Command(
        'python -m sim results query "SELECT scenario, draw, seed, id, value, met FROM runs JOIN targets USING (run)" '
        f"results.folder={settings.results.folder}"
    )
    seeds = f"{told.first_seed} - {told.first_seed + told.seeds - 1}"
    rows = [
        [say("made_seeds"), seeds],
        [say("made_scale"), f"{settings.population.scale:g}"],
        *([say(f"made_{name}"), text or say("none")] for name, text in found.made.items()),
        [say("made_failed"), str(found.failed)],
    ]
    caption, heads = outline.caption("grid", say("t_made")), [say("item"), say("content")]
    yield Grid(caption, "", heads, rows, (1.0, 3.0), say("t_made_source"), texts=2)
