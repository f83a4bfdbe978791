"""The report says what the results say, in both formats and languages, and numbers as official documents do."""

from __future__ import annotations

import io
import re

import docx
import pandas as pd
import pytest
from findings_made import DAY, found, words
from report_frames import monthly, target_table

from sim.report.blocks import Command, Grid, Heading, Paragraph, chinese_number
from sim.report.docx_file import docx_bytes
from sim.report.pdf_file import pdf_bytes
from sim.report.scenario_report import report


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
    assert marks[:3] == ["一、", "（一）", "1．"]
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
