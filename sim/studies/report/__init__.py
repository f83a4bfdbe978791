"""The verb report: a Word document and a PDF that tell the results of one scenario to others."""

from __future__ import annotations

import shlex

from sim.studies.common.declaring import Verb, typed_settings


def main(words: list[str]) -> int:
    """Settings alone."""
    settings = typed_settings(words)
    from sim.studies.report.verb import report

    return report(settings, shlex.join(words))


VERB = Verb(
    place=60,
    summary={
        "zh": "把一个情景的结果写成公文格式的 Word 报告和 PDF",
        "en": "tell it to others: a Word document and a PDF of one scenario",
    },
    page={
        "zh": """\
report：把一个情景的结果写成报告。

写出 report.docx（公文格式：标题，一、（一）1．编号，仿宋、黑体）和 report.pdf：先结论，后目标总表、图、分年度分承担主体的
财政支出、净增效果、不确定性、假设和数据等级，以及如何重现每个数字。文中每个数字都取自结果。已有结果直接取用，没有的先运行。
净增效果取自 budget 的 additionality.csv，检验取自 validate 的 scorecard.json，先查清哪些数字取自 count；没有时报告会写明。

例
  python -m sim report population.scale=0.05 ensemble.draws=5
  python -m sim report scenario=no_policy population.scale=0.05 'output="报告"'

{common}""",
        "en": """\
report: tell the results of one scenario to others.

Writes report.docx (laid out like an official Chinese document, or in English) and report.pdf: conclusions first, then the
table of targets, figures, outlay by year and payer, additionality, uncertainty, assumptions and grades of data, and how to
get every number again. Every number in the text comes from the results; runs that are stored are not run again.
Additionality is taken from additionality.csv of budget, validation from scorecard.json of validate, what to count first from
count; without them the report says so.

Examples
  python -m sim report population.scale=0.05 ensemble.draws=5 language=en
  python -m sim report scenario=no_policy population.scale=0.05 output=out language=en

{common}""",
    },
    main=main,
)
