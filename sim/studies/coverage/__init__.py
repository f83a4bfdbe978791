"""The verb coverage: where each promise and lever of the plan is found in the program, and what is not simulated yet."""

from __future__ import annotations

from sim.studies.common.declaring import Verb, typed_settings


def main(words: list[str]) -> int:
    """Settings alone."""
    settings = typed_settings(words)
    from sim.studies.coverage.verb import coverage

    return coverage(settings)


VERB = Verb(
    place=90,
    summary={
        "zh": "方案的每项承诺和举措在模型中的位置，哪些尚未模拟",
        "en": "where is each promise of the plan, and what is not simulated yet?",
    },
    page={
        "zh": """\
coverage：方案的每项承诺和举措在模型中的什么位置？

逐条列出方案31条及总体要求中的承诺和举措（引用原文）、对应的指标和政策措施、是否已模拟、数据等级；不能计数的说明原因，
尚未模拟的如实标明。不运行模型。带 output=目录 时另存 coverage.csv
（article, quote, indicator, reason, grade, status, kind, id, title, by, counted, measures）。

例
  python -m sim coverage
  python -m sim coverage output=out

对照表在 configs/coverage.yaml；是否已模拟由 configs/targets/ 和 configs/policy/ 中有无相应文件决定。
""",
        "en": """\
coverage: where is each promise of the plan?

For every one of the plan's 31 articles and its general part: the promises and levers in the plan's words, the indicator
and measures that stand for them, whether they are simulated, and the grade of the data; the reason where something cannot
be counted; and plainly what is not simulated yet. Runs no model. With output=FOLDER coverage.csv is written there too
(article, quote, indicator, reason, grade, status, kind, id, title, by, counted, measures).

Examples
  python -m sim coverage language=en
  python -m sim coverage output=out

The table is configs/coverage.yaml; what is simulated follows from the files in configs/targets/ and configs/policy/.
""",
    },
    main=main,
)
