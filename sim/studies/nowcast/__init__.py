"""The verb nowcast: and given what has happened so far?"""

from __future__ import annotations

import shlex

from sim.studies.common.declaring import Verb, typed_settings

OPTIONS = ("error", "least", "data_to")


def main(words: list[str]) -> int:
    """One file of actuals, options, settings."""
    from sim.config.options import split_file, split_options

    file, others = split_file(words, "nowcast actuals.csv")
    options, _, rest = split_options(others, OPTIONS)
    settings = typed_settings(rest)
    from sim.studies.nowcast.verb import nowcast

    return nowcast(settings, file, options, shlex.join(rest))


VERB = Verb(
    place=50,
    summary={
        "zh": "结合已经发生的数据重新预测",
        "en": "the forecast again, given what has happened so far",
    },
    page={
        "zh": """\
nowcast：结合已经发生的数据重新预测

读入一个 CSV 或 .xlsx（列 月份、指标、数值，可加 分组；英文列名 month, indicator, value, group 亦可），按各次运行与实际的接近
程度给它们加权（重要性抽样），得到新的达标概率和剩余支出。文件与 forecast 相同，另有 weights.csv（每次运行的权重）和
remaining.csv（剩余支出）。有效样本量太小就拒绝（退出码 2）；有问题的行会逐一指出，不运行任何内容。

  月份,指标,分组,数值
  2024-05,申领量,car_scrappage,310            当月申领量（笔）；措施可写名称或代码
  2024-05,新车注册登记量,,2280                全区数量；指标可写名称或代码，与 forecast 相同
  2024-05,outlay,payer:district,450000

编码可为 UTF-8、GB18030、UTF-16，分隔符可为逗号、分号、制表符、全角逗号。月份可写 2024-01、2024/1、2024/1/1、2024年1月、
202401 或 Excel 日期；数字可为全角、百分数，千位分隔符须在引号内。表头之上的标题、下方的合计（与各行之和核对）和说明、空行空列
都可保留。凡经解读的内容逐条列出；有两种可能的（如 2,480 未加引号、2024.1、1_300、重复的行或列）按行拒绝，不作猜测。

  error=0.1                 模型自身的相对误差           least=5     有效样本量的下限
  data_to=YYYY-MM           数据截至的月份，其后的月份不接受；默认为上个月

例
  python -m sim nowcast actuals.csv population.scale=0.05 ensemble.draws=100

{common}""",
        "en": """\
nowcast: the forecast again, given what has happened so far

Reads a CSV or .xlsx (columns month, indicator, value and, if wanted, group, or 月份, 指标, 数值, 分组), weighs every run of the
ensemble by how close it came (importance sampling), and gives the new probabilities of the targets and the outlay that
remains. Files as for forecast, and weights.csv (weight of each run) and remaining.csv. Refuses when the effective sample
size is too small (exit code 2); bad rows are named before anything is run.

  month,indicator,group,value
  2024-05,claims,car_scrappage,310            claims entered in the month; measures by title or id
  2024-05,new_registrations,,2280             the whole district; indicators by title or id, as in forecast
  2024-05,outlay,payer:district,450000

UTF-8, GB18030 or UTF-16; commas, semicolons, tabs or full-width commas. Months as 2024-01, 2024/1, 2024/1/1, 2024年1月, 202401
or Excel dates; numbers also in full width or with %, separators of thousands within quotes. A title above the header, a total
(checked against the sum) and remarks below it, and empty rows and columns may stay. Whatever is interpreted is told in a line;
what could mean two things (2,480 without quotes, 2024.1, 1_300, a row or column given twice) is refused by row.

  error=0.1                 the model's own relative error      least=5     smallest effective sample size
  data_to=YYYY-MM           last month of data, later ones are refused; by default the month before this one

Examples
  python -m sim nowcast actuals.csv population.scale=0.05 ensemble.draws=100

{common}""",
    },
    main=main,
    options=OPTIONS,
)
