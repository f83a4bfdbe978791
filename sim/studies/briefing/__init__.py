"""The verb briefing: one page a month for the work group."""

from __future__ import annotations

import shlex

from sim.studies.common.declaring import Verb, typed_settings

OPTIONS = ("error", "data_to")


def main(words: list[str]) -> int:
    """Files of actuals, options, settings."""
    from sim.config.options import split_files, split_options

    files, others = split_files(words, "briefing actuals.csv")
    options, _, rest = split_options(others, OPTIONS)
    settings = typed_settings(rest)
    from sim.studies.briefing.verb import briefing

    return briefing(settings, files, options, shlex.join(rest))


VERB = Verb(
    place=51,
    summary={
        "zh": "给工作专班的一页月报（Word、PDF）：红黄绿灯、支出、上月以来的变化、最有效的措施",
        "en": "one page a month for the work group (Word, PDF): lights, spending, changes, what helps",
    },
    page={
        "zh": """\
briefing：给工作专班的一页月报

读入与 nowcast 相同的实际数据文件，写出 briefing.docx 和 briefing.pdf，一页 A4：各项目标红、黄、绿灯和达标概率（上月、本月），
支出与测算和资金下达对照，上月以来的变化及其原因，单位资金作用最大的三项措施及尚需支出。绿灯：达标概率不低于90%；红灯：不足10%；
其余为黄灯；不能判定的不亮灯。“上月”指不含最后一个月数据的同一推算。

措施的作用取自 contribution 对同一设定的结果；未运行过时，按各次运行之间的差别估计（相关关系，不等于因果），并在页上注明。
另存 targets.csv（红黄绿灯）、spending.csv、measures.csv。

  error=0.1                 模型中本区总量的相对误差
  data_to=YYYY-MM           数据截至的月份，其后的月份不接受；默认为上个月

例
  python -m sim briefing actuals.csv population.scale=0.05 ensemble.draws=50
  python -m sim briefing 车管.csv 商务.xlsx data_to=2026-02 'output="月报"'

{common}""",
        "en": """\
briefing: one page a month for the work group

Reads the files of actuals that nowcast reads and writes briefing.docx and briefing.pdf, one page of A4: a light for each
promise with its probability a month ago and now, spending against what was worked out and released, what changed since last
month and why, and the three measures that help most for a yuan, with their cost. Green: met with 90% or more; red: with less
than 10%; amber between; no light where it cannot be told. A month ago means the same forecast without the last month of data.

What measures do is taken from contribution for the same settings; where that was not run it is estimated from how the runs
differ (an association, no effect), and the page says so. Writes targets.csv (lights), spending.csv and measures.csv too.

  error=0.1                 relative error of the district's levels in the model
  data_to=YYYY-MM           last month of data, later ones are refused; by default the month before this one

Examples
  python -m sim briefing actuals.csv population.scale=0.05 ensemble.draws=50 language=en
  python -m sim briefing vehicles.csv commerce.xlsx data_to=2026-02 output=out language=en

{common}""",
    },
    main=main,
    options=OPTIONS,
)
