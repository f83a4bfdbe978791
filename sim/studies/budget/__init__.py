"""The verb budget: what will it cost, what does it buy?"""

from __future__ import annotations

import shlex

from sim.errors import Both, refused
from sim.studies.common.declaring import Verb, typed_settings

OPTIONS = ("measures", "pairs", "topup", "confirm")
SOLVING = ("targets", "p", "budget", "search_scale", "search_draws", "evaluations", "search_seed")
FORM = "budget_plan.xlsx"


def main(words: list[str]) -> int:
    """``solve`` as the first word searches, ``template`` writes the form; else the outlay is worked out, ``from=`` a form."""
    from sim.config.options import split_options, split_texts

    if words[:1] == ["solve"]:
        return _solve(words[1:])
    if words[:1] == ["template"]:
        return _template(words[1:])
    texts, others = split_texts(words, ("from",))
    options, intervals, rest = split_options(others, OPTIONS)
    if intervals:
        remedy = Both("区间 interval 只用于 budget solve", "intervals belong to budget solve")
        raise refused(next(iter(intervals)), "interval(...)", Both("一个取值", "one value"), remedy)
    if "confirm" in options and "from" not in texts:
        remedy = Both("与 from=文件.xlsx 同用", "type it with from=FILE.xlsx")
        raise refused("confirm", options["confirm"], Both("填好的方案", "a plan that was filled in"), remedy)
    settings = typed_settings(rest)
    from pathlib import Path

    from sim.studies.budget.plan_verb import from_plan, outright

    if "from" in texts:
        return from_plan(rest, Path(texts["from"]).expanduser(), options)
    return outright(settings, rest, options)


def _template(words: list[str]) -> int:
    from sim.config.options import split_texts
    from sim.studies.common.workbook_place import workbook_path

    texts, rest = split_texts(words, ("output",))
    path = workbook_path(texts.get("output", FORM), Both("例如 output=方案.xlsx", "for instance output=plan.xlsx"))
    settings = typed_settings(rest)
    from sim.studies.budget.plan_verb import template

    return template(settings, rest, path)


def _solve(words: list[str]) -> int:
    from sim.config import load_settings
    from sim.config.options import split_options

    options, intervals, rest = split_options(words, SOLVING)
    typed_settings(rest)
    from sim.studies.solve.verb import solve

    return solve(lambda more: load_settings([*rest, *more]), options, intervals, shlex.join(rest))


VERB = Verb(
    place=40,
    summary={
        "zh": "要花多少钱、谁出、何时付、资金何时用尽、买到了什么；budget solve：要达标需要多少钱",
        "en": "what will it cost, who pays, when, and what does it buy? budget solve: how much is needed?",
    },
    page={
        "zh": """\
budget：要花多少钱，买到了什么？        budget solve：要达标需要多少钱？

budget：按措施、月份、承担主体（中央、省、市、区）给出支出的 P5/P50/P95 和均值；从申领到支付的滞后；
各项补贴资金用尽的概率和月份；追加资金的效果；各年末尚未支付的申领。再把每项措施与“没有它”的同一批人、同样的随机数逐户对比：净增、提前购买（提前几个月）、
本来就买；每新增一辆新能源车、回收车、每台废旧家电花多少钱；谁得到补贴；经销商留存多少；行为和价格不变时的静态估算。
budget.xlsx 可直接交付；另有 outlay.csv、additionality.csv、recipients.csv、dip.csv、releases.csv（各月下达和排队）、
pots.csv（用尽概率，无资金、限额用完和停办的天数）、outstanding.csv、topup.csv。

  measures=[名称,...]       只对这些措施做配对（默认全部有支出的措施，每项要另算一遍）
  pairs=4                   每项措施配对的运行次数      topup=0.25  对可能用尽的补贴资金追加的比例，0 为不算

budget template：写出一张可填的 Excel 方案表（补贴标准、资金与限额、追加资金、各级分担比例），只填橙色单元格；不运行模型。
budget.xlsx 末尾也附有同样的表。
budget from=文件.xlsx：读回填好的方案，先查单位、范围、日期和合计，有误时指明工作表和行（退出码 2，不写任何文件）；然后用同样的
随机数测算调整前和调整后，新的 budget.xlsx 多一张“调整前后对照”，另写 plan_changes.csv 等四个文件。
  confirm=[编码,...]        与现行相差 20 倍以上而确实无误的金额

例
  python -m sim budget population.scale=0.05
  python -m sim budget template output=方案.xlsx
  python -m sim budget from=方案.xlsx population.scale=0.05
  python -m sim budget scenario=lapse_2027 population.scale=0.05 'measures=[car_scrappage,car_replacement]' output=out

budget solve：在完整模型上求解以概率 p 同时实现各目标的最低支出；写明 budget=元 则求该金额的最佳用法。
搜索中随时说明目前最好的组合；可按 Ctrl-C（或以终止信号）停止，重复同一命令即继续。结束时用文字给出建议、支出相差不到 5% 的其他
组合、什么情况下会落空。结果用新种子、在设定的规模上复核，写入 solution.json（杠杆、支出、概率、评估过的组合、复核结果）。
经复核不成立的，不作为结果：说明“没有找到解，最好的达到多少”，退出码 3。杠杆从“现在”（clock.now）的次月起生效，
已支付的资金不变，期限已过的目标不能求解。

  targets=[名称,...] p=0.8  目标和把握           budget=元   资金上限
  键=interval(下限,上限)    要调的杠杆；不写则用 configs/levers/ 中目标对应的杠杆及其范围（依据写在文件中）
  evaluations=40 search_scale=0.05 search_draws=6 search_seed=1   搜索的次数、规模、抽样数和种子

  python -m sim budget solve 'targets=[elv_recovered_growth]' p=0.8 population.scale=0.05
  python -m sim budget solve 'targets=[elv_recovered_growth]' budget=3e8 'policy.car_scrappage.amount_factor=interval(0.5,2)'

{common}""",
        "en": """\
budget: what will it cost, what does it buy?        budget solve: how much is needed?

budget: outlay by measure, month and payer (central, province, city, district) as P5/P50/P95 and mean, with the lag from
claim to payment; the chance and month that each pot runs dry, and what a top-up does; claims outstanding at each year's end.
Then every measure against the same people, with the same random numbers, without it: additional, pulled forward (by how many
months), anyway; the cost of one additional NEV, recovered vehicle, waste appliance; who gets it; how much dealers keep; and
the static estimate, as if behaviour and prices stood still. budget.xlsx can be passed on; also outlay.csv, additionality.csv,
recipients.csv, dip.csv, pots.csv (chance of running dry, days dry, capped and stopped), releases.csv
(what comes and waits by month), outstanding.csv, topup.csv.

  measures=[NAME,...]       work out only these (default: all that are paid for; each is one more set of runs)
  pairs=4                   pairs of runs for each measure      topup=0.25  share added to pots that may run dry; 0: none

budget template: writes a form in Excel (amounts, money and caps, more money, who pays) of which the orange cells are filled
in; runs nothing. budget.xlsx has the same sheets at its end.
budget from=FILE.xlsx: reads a form that was filled in, checks units, ranges, days and sums, and tells what cannot be by sheet
and row (exit code 2, nothing is written); then it works out before and after with the same random numbers. The new
budget.xlsx has a sheet more, Before and after; also plan_changes.csv and three more.
  confirm=[CODE,...]        amounts that are right although 20 times off what is in force

Examples
  python -m sim budget population.scale=0.05
  python -m sim budget template output=plan.xlsx
  python -m sim budget from=plan.xlsx population.scale=0.05
  python -m sim budget scenario=lapse_2027 population.scale=0.05 'measures=[car_scrappage,car_replacement]' output=out

budget solve: on the full model, the least outlay that meets all targets with probability p; with budget=YUAN the best use of
that sum. It tells the best package so far; Ctrl-C or a signal to end stops it, and the same command goes on from there. It ends
with a recommendation in words, packages within 5% of the cost, and what would make it fail. The solution is run again with
fresh seeds at the settings' own scale. solution.json holds levers, outlay, probabilities, everything that was tried and the
verification. What does not hold there is no solution: it says "none found, the best reaches ..." and ends with exit code 3.
Levers act from the month after the present (clock.now) on; what is paid is paid, and targets whose date has passed cannot be
asked for.

  targets=[NAME,...] p=0.8  targets, and how surely          budget=YUAN   at most so much
  KEY=interval(low,high)    a lever to turn; without any: those of the targets in configs/levers/, with bounds and their reasons
  evaluations=40 search_scale=0.05 search_draws=6 search_seed=1   how the search is done

  python -m sim budget solve 'targets=[elv_recovered_growth]' p=0.8 population.scale=0.05
  python -m sim budget solve 'targets=[elv_recovered_growth]' budget=3e8 'policy.car_scrappage.amount_factor=interval(0.5,2)'

{common}""",
    },
    main=main,
    options=("from", *OPTIONS, *SOLVING),
)
