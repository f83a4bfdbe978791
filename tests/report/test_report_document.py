"""The report says what the results say, in both formats and languages, and numbers as official documents do."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import docx
import pandas as pd
import pytest
from findings_made import DAY, found, words
from report_frames import monthly, target_table

from sim.config import load_settings
from sim.report.blocks import Command, Grid, Heading, Outline, Paragraph, chinese_number
from sim.report.docx_file import docx_bytes
from sim.report.findings import Findings
from sim.report.pdf_file import pdf_bytes, pdf_pages
from sim.report.scenario_report import report
from sim.report.subjects import HEADLINES, SUBJECTS


@pytest.mark.parametrize("language", ["zh", "en"])
def test_other_results_make_another_text(language: str) -> None:
    first = words(report(found(language), DAY))
    more = target_table().assign(grade="B", p50=[41_234.0, 7_654.0, 1.11, 0.66], probability=[0.05, 0.5, 0.5, 0.5])
    doubled = monthly()
    doubled.loc[doubled["indicator"] == "outlay", "value"] *= 1000.0
    second = words(report(found(language, table=more, monthly=doubled), DAY))
    for number in ("41,234", "7,654"):
        assert number not in first
        assert number in second
    assert first != words(report(found(language, runs=7), DAY))


def test_outlay_adds_up_over_payers_and_years() -> None:
    doubled = monthly()
    doubled.loc[doubled["indicator"] == "outlay", "value"] *= 1000.0
    findings = found(monthly=doubled)
    assert findings.by_year.loc["", "mean"] == pytest.approx(100_000_000.0)
    assert findings.by_payer.sum().sum() == pytest.approx(100_000_000.0)
    assert findings.by_payer["central"].sum() == pytest.approx(85_000_000.0)
    assert "10,000万元" in words(report(findings, DAY))


def test_what_is_missing_is_said_and_what_is_there_is_shown() -> None:
    text = words(report(found(), DAY))
    assert "没有本情景的净增效果" in text
    assert "python -m sim validate" in text
    added = pd.DataFrame(
        [("car_scrappage", 321.0, 45.0, 678.0, 98_765.0)],
        columns=["measure", "additional", "pulled_forward", "anyway", "cost_per_additional"],
    )
    checks = [
        {"id": "us2009", "quantity": "car sales", "predicted": 5.0, "p05": 4.0, "p95": 6.0, "observed": 5.5, "passed": True}
    ]
    text = words(report(found(additionality=added, scorecard=checks), DAY))
    assert "98,765" in text
    assert "校准未用过的1项检验中，1项预测落在" in text
    assert "没有本情景的净增效果" not in text


def test_headings_are_numbered_as_in_official_documents() -> None:
    marks = [block.mark for block in report(found(), DAY).blocks if isinstance(block, Heading)]
    assert marks[:4] == ["一、", "二、", "（一）", "（二）"]
    assert [Outline(chinese=True).heading(level, "").mark for level in (1, 2, 3)] == ["一、", "（一）", "1．"]
    assert [mark for mark in marks if mark.endswith("、")] == [f"{chinese_number(n)}、" for n in range(1, 9)]
    assert [chinese_number(n) for n in (1, 10, 11, 20, 35)] == ["一", "十", "十一", "二十", "三十五"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_files_hold_the_text(language: str) -> None:
    document = report(found(language), DAY)
    file = docx.Document(io.BytesIO(docx_bytes(document)))
    written = "\n".join(paragraph.text for paragraph in file.paragraphs)
    for block in document.blocks:
        if isinstance(block, (Paragraph, Command)):
            assert block.text in written
    assert len(file.tables) == sum(isinstance(block, Grid) for block in document.blocks)
    pdf = pdf_bytes(document)
    assert pdf.startswith(b"%PDF")
    assert re.search(rb"/FontFile2", pdf), "the shipped type is not embedded"


def all_due(language: str) -> Findings:
    """Findings about every promise of the plan, none of them sure."""
    settings = load_settings([f"language={language}"])
    (row,) = target_table().head(1).to_dict("records")
    rows = [row | {"id": name, "probability": 0.5, "grade": "C"} for name in sorted(settings.targets)]
    return found(language, table=pd.DataFrame(rows))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_conclusions_fit_on_one_page_with_the_title(language: str) -> None:
    document = report(replace(all_due(language), runs=20), DAY)
    (_, second, *_) = (place for place, block in enumerate(document.blocks) if isinstance(block, Heading) and block.level == 1)
    assert second > 3
    assert pdf_pages(replace(document, blocks=document.blocks[:second], signed=""))[1] == 1


def test_commands_stand_in_the_last_section_alone() -> None:
    blocks = report(all_due("zh"), DAY).blocks
    last = max(place for place, block in enumerate(blocks) if isinstance(block, Heading) and block.level == 1)
    commands = [block.text for block in blocks if isinstance(block, Command)]
    assert commands == [block.text for block in blocks[last:] if isinstance(block, Command)]
    for verb in ("report", "budget", "validate", "count"):
        assert any(f"python -m sim {verb}" in command for command in commands), verb


@pytest.mark.parametrize("language", ["zh", "en"])
def test_headline_promises_come_first_and_all_by_subject(language: str) -> None:
    findings = all_due(language)
    first, second, *_ = (block for block in report(findings, DAY).blocks if isinstance(block, Grid))
    title = {name: findings.words.heading(target.title) for name, target in findings.settings.targets.items()}
    assert [row[0] for row in first.rows] == [title[name] for name in HEADLINES]
    assert [row[0] for row in second.rows if len(row) == 1] == [getattr(each.title, language) for each in SUBJECTS.values()]
    assert sorted(row[0] for row in second.rows if len(row) > 1) == sorted(title.values())


def test_a_heading_among_rows_spans_the_table_in_both_formats() -> None:
    document = report(all_due("zh"), DAY)
    file = docx.Document(io.BytesIO(docx_bytes(document)))
    row = file.tables[1].rows[1]
    assert [cell.text for cell in row.cells] == [SUBJECTS["vehicles"].title.zh] * len(file.tables[1].columns)
    assert row.cells[0].paragraphs[0].paragraph_format.keep_with_next
