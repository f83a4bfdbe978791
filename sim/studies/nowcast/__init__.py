"""The verb nowcast: and given what has happened so far?"""

from __future__ import annotations

import shlex

from sim.studies.common.declaring import Verb, typed_settings

OPTIONS = ("error", "data_to")


def main(words: list[str]) -> int:
    """Files of actuals, options, settings."""
    from sim.config.options import split_files, split_options

    files, others = split_files(words, "nowcast actuals.csv")
    options, _, rest = split_options(others, OPTIONS)
    settings = typed_settings(rest)
    from sim.studies.nowcast.verb import nowcast

    return nowcast(settings, files, options, shlex.join(rest))


VERB = Verb(
    place=50,
    summary={
        "zh": "结合已经发生的数据重新预测",
        "en": "the forecast again, given what has happened so far",
    },
    page={
        "zh": """\
nowcast：结合已经发生的数据重新预测

读入一个或几个 CSV、.xlsx（列 月份、指标、数值，可加 分组；英文列名 month, indicator, value, group 亦可），按实际数据调整每次
运行尚未发生的月份：实际数据直接校正本区总量，其余按各次运行之间的相互关系推算（集合平滑，系数经交叉检验），各次运行权重相同。
打印达标概率、全年数和剩余支出的修正前后，以及哪个指标引起了修正。文件与 forecast 相同，另有 so_far.csv（实际与预测）、
by_year.csv（全年修正前后）、drivers.csv（修正由何而来）、remaining.csv（剩余支出）。可从任何一月开始，可有缺漏，可逐月追加文件；
同一数字以后给出的文件为准并注明。有问题的行会逐一指出；实际远在模型所有可能之外时，说明是哪个指标、差多少、模型中什么须不同，
不作预测（退出码 2）。

  月份,指标,分组,数值
  2024-05,申领量,car_scrappage,310            按提交申请之月计（笔）；措施可写名称或代码
  2024-05,新车注册登记量,,2280                全区数量；指标可写名称或代码，与 forecast 相同
  2024-05,outlay,payer:district,450000

编码可为 UTF-8、GB18030、UTF-16，分隔符可为逗号、分号、制表符、全角逗号。月份可写 2024-01、2024/1、2024/1/1、2024年1月、
202401 或 Excel 日期；数字可为全角、百分数，千位分隔符须在引号内。表头之上的标题、下方的合计（与各行之和核对）和说明、空行空列
都可保留。凡经解读的内容逐条列出；有两种可能的（如 2,480 未加引号、2024.1、1_300、重复的行或列）按行拒绝，不作猜测。

  error=0.1                 模型中本区总量的相对误差（各指标分别计，由实际数据校正）
  data_to=YYYY-MM           数据截至的月份，其后的月份不接受；默认为上个月

例
  python -m sim nowcast actuals.csv population.scale=0.05 ensemble.draws=100
  python -m sim nowcast 车管.csv 商务.xlsx data_to=2025-12 population.scale=0.05 ensemble.draws=100

{common}""",
        "en": """\
nowcast: the forecast again, given what has happened so far

Reads one or several CSV or .xlsx files (columns month, indicator, value and, if wanted, group, or 月份, 指标, 数值, 分组) and
moves what has not happened yet in every run of the ensemble: actuals re-level the district, and the rest follows from how the
runs hang together (an ensemble smoother whose gains are cross-validated). All runs count alike. Tells probabilities, whole
years and the outlay that remains before and after, and which series drove the revision. Files as for forecast, and so_far.csv
(actual against forecast), by_year.csv, drivers.csv, remaining.csv. Actuals may start in any month and have gaps; files may be
added month by month, a later one holds where two differ, and that is told. Bad rows are named before anything is run. Where
actuals lie far beyond all that the runs hold possible it says which series, by how much, and what in the model would have to
be different, and forecasts nothing (exit code 2).

  month,indicator,group,value
  2024-05,claims,car_scrappage,310            applications made in the month; measures by title or id
  2024-05,new_registrations,,2280             the whole district; indicators by title or id, as in forecast
  2024-05,outlay,payer:district,450000

UTF-8, GB18030 or UTF-16; commas, semicolons, tabs or full-width commas. Months as 2024-01, 2024/1, 2024/1/1, 2024年1月, 202401
or Excel dates; numbers also in full width or with %, separators of thousands within quotes. A title above the header, a total
(checked against the sum) and remarks below it, and empty rows and columns may stay. Whatever is interpreted is told in a line;
what could mean two things (2,480 without quotes, 2024.1, 1_300, a row or column given twice) is refused by row.

  error=0.1                 relative error of the district's levels in the model, of each indicator; actuals correct it
  data_to=YYYY-MM           last month of data, later ones are refused; by default the month before this one

Examples
  python -m sim nowcast actuals.csv population.scale=0.05 ensemble.draws=100
  python -m sim nowcast vehicles.csv commerce.xlsx data_to=2025-12 population.scale=0.05 ensemble.draws=100

{common}""",
    },
    main=main,
    options=OPTIONS,
)
