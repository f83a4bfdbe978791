"""What ``--help`` prints for budget and nowcast, in both languages."""

from __future__ import annotations

BUDGET_PAGES = {
    "budget": {
        "zh": """\
budget：要花多少钱，买到了什么？        budget solve：要达标需要多少钱？

budget：按措施、月份、承担方（中央、省、市、区）给出支出的 P5/P50/P95 和均值；从申领到支付的滞后；各资金池用尽的概率和月份；
追加资金的效果；各年末尚未支付的申领。再把每项措施与“没有它”的同一批人、同样的运气逐户配对：真正新增、提前购买（提前几个月）、
本来就买；每新增一辆新能源车、回收车、每台废旧家电花多少钱；谁得到补贴；经销商留存多少；行为和价格不变时的静态估算。
budget.xlsx 可直接交付；另有 outlay.csv、additionality.csv、recipients.csv、dip.csv、pots.csv、outstanding.csv、topup.csv。

  measures=[名称,...]       只对这些措施做配对（默认全部有支出的措施，每项要另算一遍）
  pairs=4                   每项措施配对的运行次数      topup=0.25  对可能用尽的资金池追加的比例，0 为不算

例
  python -m sim budget population.scale=0.05
  python -m sim budget scenario=lapse_2027 population.scale=0.05 'measures=[car_scrappage,car_replacement]' output=out

budget solve：在完整模型上求解以概率 p 同时实现各目标的最低支出；写明 budget=元 则求该金额的最佳用法。
结果用新种子、在设定的规模上复核，写入 solution.json（杠杆、支出、概率、评估过的组合、复核结果）；做不到时说明差多少。

  targets=[名称,...] p=0.8  目标和把握           budget=元   资金上限
  键=interval(下限,上限)    要调的杠杆；不写则用目标对应的常用杠杆
  evaluations=40 search_scale=0.05 search_draws=6 search_seed=1   搜索的次数、规模、抽样数和种子

  python -m sim budget solve 'targets=[nev_stock,elv_recovered]' p=0.8 population.scale=0.05
  python -m sim budget solve 'targets=[elv_recovered]' budget=300000000 'policy.car_scrappage.amount_factor=interval(0,3)'

{common}""",
        "en": """\
budget: what will it cost, what does it buy?        budget solve: how much is needed?

budget: outlay by measure, month and payer (central, province, city, district) as P5/P50/P95 and mean, with the lag from
claim to payment; the chance and month that each pot runs dry, and what a top-up does; claims outstanding at each year's end.
Then every measure against the same people, with the same luck, without it: additional, pulled forward (by how many months),
anyway; the cost of one additional NEV, recovered vehicle, waste appliance; who gets it; how much dealers keep; and the static
estimate, as if behaviour and prices stood still. budget.xlsx can be passed on; also outlay.csv, additionality.csv,
recipients.csv, dip.csv, pots.csv, outstanding.csv, topup.csv.

  measures=[NAME,...]       work out only these (default: all that are paid for; each is one more set of runs)
  pairs=4                   pairs of runs for each measure      topup=0.25  share added to pots that may run dry; 0: none

Examples
  python -m sim budget population.scale=0.05
  python -m sim budget scenario=lapse_2027 population.scale=0.05 'measures=[car_scrappage,car_replacement]' output=out

budget solve: on the full model, the least outlay that meets all targets with probability p; with budget=YUAN the best use of
that sum. The solution is run again with fresh seeds at the settings' own scale. solution.json holds levers, outlay,
probabilities, everything that was tried and the verification; if the targets are out of reach, by how much.

  targets=[NAME,...] p=0.8  targets, and how surely          budget=YUAN   at most so much
  KEY=interval(low,high)    a lever to turn; without any: the usual ones of the targets
  evaluations=40 search_scale=0.05 search_draws=6 search_seed=1   how the search is done

  python -m sim budget solve 'targets=[nev_stock,elv_recovered]' p=0.8 population.scale=0.05
  python -m sim budget solve 'targets=[elv_recovered]' budget=300000000 'policy.car_scrappage.amount_factor=interval(0,3)'

{common}""",
    },
    "nowcast": {
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
}
"""Verb -> language -> page; ``{common}`` stands for the keys that all verbs share."""
