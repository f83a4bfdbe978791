"""What ``--help`` prints, in both languages."""

from __future__ import annotations

from sim.budget_pages import BUDGET_PAGES

LISTING = {
    "zh": """\
东昌府区消费品以旧换新与设备更新仿真（2023—2027）

用法：python -m sim 动词 [键=值 ...]          安装后也可写作 tradein 动词 ...

  forecast   各项目标能否实现：概率、区间、走势
  forecast -m   对多个情景或政策杠杆批量预测；更大的设计：forecast experiment=名称
  compare    两个或多个情景相差多少，有多大把握
  contribution   每项措施对目标和支出各起多大作用
  budget     要花多少钱、谁出、何时付、资金何时用尽、买到了什么；budget solve：要达标需要多少钱
  nowcast    结合已经发生的数据重新预测
  report     把一个情景的结果写成公文格式的 Word 报告和 PDF
  dashboard  在浏览器中调整政策杠杆、比较情景（只在本机，不联网）
  results    已运行过什么：列表、查看、SQL 查询、导出、清理
  coverage   方案的每项承诺和举措在模型中的位置，哪些尚未模拟
  calibrate  用截止日以前的证据约束不确定参数
  pedigree   每个数字的来源、等级和区间
  validate   别处发生过的事，模型能否再现
  backtest   在过去的日期作预测，再与实际比较
  sensitivity   哪些输入起作用、举措排序是否稳固、何时不达标
  anchor     重新求解使基准年吻合的常数
  bench      在本机上运行多快
  fingerprint   结果的数字指纹：改动代码前后是否逐位相同

每个动词的说明：python -m sim 动词 --help        英文：再加 language=en
退出码：0 完成；1 有运行失败（会指明哪一个）；2 输入有误（未写入任何文件）；130 被中断。
""",
    "en": """\
Simulation of consumer-goods trade-in and equipment renewal in Dongchangfu District, 2023-2027

Usage: python -m sim VERB [KEY=VALUE ...]          once installed also: tradein VERB ...

  forecast   will the targets be met? probabilities, ranges, paths
  forecast -m   the same for many scenarios or settings of a lever; larger designs: forecast experiment=NAME
  compare    what differs between scenarios, and how surely
  contribution   what does each measure add to the targets and to the outlay?
  budget     what will it cost, who pays, when, and what does it buy? budget solve: how much is needed?
  nowcast    the forecast again, given what has happened so far
  report     tell it to others: a Word document and a PDF of one scenario
  dashboard  let me try: a page in the browser, on this machine alone
  results    what has been run? list, show, query in SQL, export, tidy up
  coverage   where is each promise of the plan, and what is not simulated yet?
  calibrate  hold the uncertain parameters against evidence up to a month
  pedigree   where does every number come from, and how good is it?
  validate   does it reproduce what happened elsewhere?
  backtest   what would it have said at an earlier date, and what happened then?
  sensitivity   which inputs matter, which ranking of measures holds, when does a target fail?
  anchor     solve the constants that make the reference year come out anew
  bench      how fast is it on this machine?
  fingerprint   digests of the results: does a change of code leave every number as it was?

More on each: python -m sim VERB --help language=en
Exit codes: 0 done; 1 a run failed, and is named; 2 the input cannot be used, nothing was written; 130 interrupted.
""",
}

_COMMON_ZH = """\
常用的键
  scenario=名称             scenarios/ 中的情景，默认 enacted
  policy.措施.字段=值       措施的杠杆，见 configs/policy/，例如 enabled、until、nev_amount、amount_factor
  population.scale=0.05     按 1/20 的户数试算，结果仍折算到全区
  population.goods=vehicles 只模拟汽车（快数倍），其他承诺不计算
  clock.end=2025-12         最后一个月
  region.boundary=A|B       A 全域（默认），B 不含市属开发区
  behaviour.字段=数值       行为参数；只写一个数就表示该数确定，不再抽样
  ensemble.draws=10 ensemble.seeds=2    抽样次数与每次的随机种子数；draws=0 只用中心值
  executor=serial|local|dask    单进程、本机各核（默认）、已有的 Dask 集群；executor.workers=N 为 local 的进程数，
                            dask 需写明 executor.address=tcp://主机:8786
  results.folder=目录       已完成的运行按内容存放于此（默认 results/），再次需要时直接取用；中断后重复同一命令即可续算
  output=目录 language=zh|en
  含中文、空格或逗号的值要加引号：'output="结果 甲"'
"""
_COMMON_EN = """\
Common keys
  scenario=NAME             a file in scenarios/, default enacted
  policy.MEASURE.FIELD=...  the levers of a measure, see configs/policy/: enabled, until, nev_amount, amount_factor, ...
  population.scale=0.05     try out with a twentieth of the households; results still count the whole district
  population.goods=vehicles automobiles alone: several times as fast; the other promises are left out
  clock.end=2025-12         last month
  region.boundary=A|B       A the whole district (default), B without the city-run zones
  behaviour.FIELD=NUMBER    how owners decide; a bare number is taken as certain and no longer sampled
  ensemble.draws=10 ensemble.seeds=2    draws of the uncertain inputs, and seeds for each; draws=0: central values only
  executor=serial|local|dask    this process, the cores of this machine (default), a Dask scheduler that is there;
                            executor.workers=N processes of local; dask needs executor.address=tcp://HOST:8786
  results.folder=FOLDER     where finished runs are kept by content (default results/) and found again; a command that was
                            interrupted goes on when it is given again
  output=FOLDER language=zh|en
  Values with Chinese, spaces or commas need quotes: 'output="结果 a"'
"""

PAGES = {
    "forecast": {
        "zh": f"""\
forecast：各项目标能否实现？

对方案中每一项可计数的承诺，给出按期实现的概率、P05/P50/P95 和所依据数据的等级（A 区内观测，B 由市、省或
全国推算，C 假设）。带 output=目录 时另存表格、月度数据和图。

例
  python -m sim forecast
  python -m sim forecast scenario=no_policy population.scale=0.05
  python -m sim forecast policy.car_scrappage.nev_amount=15000 policy.car_scrappage.until=2026-12-31
  python -m sim forecast region.boundary=B ensemble.draws=50 'output="结果"'

批量（-m）：值之间用逗号，或 range(起,止,步)、choice(...)、glob(...)；先检查全部组合，再依次运行；
其中一个失败不影响其余，最后列出失败项及重跑它的命令。sweep.csv：每个组合、每项目标一行。
  python -m sim forecast -m scenario=enacted,no_policy population.scale=0.05
  python -m sim forecast -m 'scenario=glob(*)' 'policy.car_scrappage.nev_amount=range(5000,25001,5000)'

更大的设计写成 configs/experiment/ 中的文件：因素、水平、全组合、拉丁超立方或 Sobol 序列、抽样和种子数。
  python -m sim forecast experiment=scrappage_levels population.scale=0.05

{_COMMON_ZH}""",
        "en": f"""\
forecast: will the targets be met?

For every promise of the plan that can be counted: the probability of meeting it in time, P05/P50/P95, and the grade of
the data behind it (A observed in the district, B scaled from city, province or nation, C assumption). With
output=FOLDER the tables, monthly data and figures are written there too.

Examples
  python -m sim forecast
  python -m sim forecast scenario=no_policy population.scale=0.05
  python -m sim forecast policy.car_scrappage.nev_amount=15000 policy.car_scrappage.until=2026-12-31
  python -m sim forecast region.boundary=B ensemble.draws=50 output=out

Sweeps (-m): values with commas, or range(from,to,step), choice(...), glob(...). All cells are checked before the first
is run; one that fails does not stop the others; at the end the failures are listed with the line that repeats each.
sweep.csv has one row for each cell and target.
  python -m sim forecast -m scenario=enacted,no_policy population.scale=0.05
  python -m sim forecast -m 'scenario=glob(*)' 'policy.car_scrappage.nev_amount=range(5000,25001,5000)'

Larger designs are files in configs/experiment/: factors, levels, all combinations, a Latin hypercube or a Sobol sequence,
draws and seeds.
  python -m sim forecast experiment=scrappage_levels population.scale=0.05

{_COMMON_EN}""",
    },
    "compare": {
        "zh": f"""\
compare：两个或多个情景相差多少，有多大把握？

第一个情景是比较的基准。所有情景用同样的抽样和同样的运气，因此差别只来自政策；逐月给出各指标的差及其 P05、P95。

例
  python -m sim compare enacted no_policy
  python -m sim compare enacted no_policy boundary_b population.scale=0.05 output=out

不带 = 的词是情景名，其余与 forecast 相同，对每个情景都起作用。

{_COMMON_ZH}""",
        "en": f"""\
compare: what differs between scenarios, by how much, how surely?

The first scenario is what the others are compared with. All share the same draws and the same luck, so that only policy
makes the difference; for every month and indicator the difference is given with P05 and P95.

Examples
  python -m sim compare enacted no_policy
  python -m sim compare enacted no_policy boundary_b population.scale=0.05 output=out

Words without = are scenarios; the rest is as in forecast and holds for each of them.

{_COMMON_EN}""",
    },
    "contribution": {
        "zh": f"""\
contribution：每项措施对各目标和财政支出各起多大作用？

逐一取消基准年之后出台的每项措施（其 2024 年以来公布的内容一律不生效），与全部措施都在时逐次配对相减。各项贡献与相互作用
之和等于全部措施的合计。带 output=目录 时另存 contributions.csv（quantity, measure, contribution, p05, p95, pairs）。

例
  python -m sim contribution population.scale=0.05
  python -m sim contribution scenario=lapse_2027 population.scale=0.05 output=out

每项措施要另算一遍，请先用较小的 population.scale 试算。

{_COMMON_ZH}""",
        "en": f"""\
contribution: what does each measure add to the targets and to the outlay?

Each measure announced after the reference year is left out in turn (nothing of it that was announced since 2024 is
enacted), and the runs are paired with those under all measures. Contributions and interaction sum to what all measures do
together. With output=FOLDER contributions.csv is written there (quantity, measure, contribution, p05, p95, pairs).

Examples
  python -m sim contribution population.scale=0.05
  python -m sim contribution scenario=lapse_2027 population.scale=0.05 output=out

Every measure is one more ensemble: try it with a small population.scale first.

{_COMMON_EN}""",
    },
    "report": {
        "zh": f"""\
report：把一个情景的结果写成报告。

写出 report.docx（公文格式：标题，一、（一）1．编号，仿宋、黑体）和 report.pdf：先结论，后目标总表、图、分年度分承担主体的
财政支出、净增效果、不确定性、假设和数据等级，以及如何重现每个数字。文中每个数字都取自结果。已有结果直接取用，没有的先运行。
净增效果取自 budget 的 additionality.csv，检验取自 validate 的 scorecard.json；没有时报告会写明。

例
  python -m sim report population.scale=0.05 ensemble.draws=5
  python -m sim report scenario=no_policy population.scale=0.05 'output="报告"'

{_COMMON_ZH}""",
        "en": f"""\
report: tell the results of one scenario to others.

Writes report.docx (laid out like an official Chinese document, or in English) and report.pdf: conclusions first, then the
table of targets, figures, outlay by year and payer, additionality, uncertainty, assumptions and grades of data, and how to
get every number again. Every number in the text comes from the results; runs that are stored are not run again.
Additionality is taken from additionality.csv of budget, validation from scorecard.json of validate; without them the report
says so.

Examples
  python -m sim report population.scale=0.05 ensemble.draws=5 language=en
  python -m sim report scenario=no_policy population.scale=0.05 output=out language=en

{_COMMON_EN}""",
    },
    "dashboard": {
        "zh": f"""\
dashboard：在浏览器中调整政策杠杆、比较情景。

打开所打印的 127.0.0.1 地址即可；不需要也不使用互联网。改变杠杆后几秒内显示速算结果（2% 的户数、只模拟受影响的商品、
中心参数、单次运行），同时在后台进行全量单次运行和集合预测，完成后自动替换；页面写明当前显示的是哪一种。
可比较最多四个情景，可把设置保存为 scenarios/ 能用的文件，可下载图、表、工作簿和报告。

例
  python -m sim dashboard
  python -m sim dashboard port=9000 population.scale=0.25 ensemble.draws=6
  python -m sim dashboard scenario=no_policy language=en

  port=8765                 端口；0 为任意空闲端口
其余键对页面上所有情景都起作用。

{_COMMON_ZH}""",
        "en": f"""\
dashboard: move the levers and compare scenarios in the browser.

Open the address on 127.0.0.1 that is printed; it needs and uses no internet. A change of a lever shows a quick look within
seconds (2 % of the owners, only the goods that the lever touches, central inputs, one run); one full run and the ensemble
follow in the background and take its place. The page says which of them is shown. Up to four scenarios can be compared,
settings saved to a file that scenarios/ accepts, and figures, tables, workbook and report downloaded.

Examples
  python -m sim dashboard language=en
  python -m sim dashboard port=9000 population.scale=0.25 ensemble.draws=6
  python -m sim dashboard scenario=no_policy language=en

  port=8765                 0: any that is free
The other keys hold for every scenario on the page.

{_COMMON_EN}""",
    },
    "results": {
        "zh": """\
results：已运行过什么？

  results list              各情景已有多少次运行
  results show 编号         一次运行的设置摘要、版本、用时和各目标的结果；编号可只写开头几位
  results query "SQL"       用 SQL 查询；表以 run 列相连：runs、monthly、flows、stocks、ledger、pots、uptake、targets；
                            另有 settings；列名 by、from、to、group 要加双引号
  results export 文件.csv ["SQL"]   导出；不写 SQL 时导出每次运行的各项目标
  results gc [--yes]        列出可删除的内容（中断残留、损坏、旧版模型的结果），确认后删除

例
  python -m sim results list
  python -m sim results query "SELECT scenario, avg(value) FROM runs JOIN targets USING (run) WHERE id='nev_stock' GROUP BY 1"
  python -m sim results export targets.csv results.folder=results
  python -m sim results gc
""",
        "en": """\
results: what has been run?

  results list              how many runs there are of each scenario
  results show RUN          versions, time and targets of one run; the beginning of its key is enough
  results query "SQL"       tables runs, monthly, flows, stocks, ledger, pots, uptake, targets, joined by the column run;
                            and settings; put the column names by, from, to and group in double quotes
  results export FILE.csv ["SQL"]   without SQL the targets of every run
  results gc [--yes]        lists what may go (leftovers, damaged, made by another version) and deletes it once confirmed

Examples
  python -m sim results list language=en
  python -m sim results query "SELECT scenario, avg(value) FROM runs JOIN targets USING (run) WHERE id='nev_stock' GROUP BY 1"
  python -m sim results export targets.csv results.folder=results
  python -m sim results gc
""",
    },
    "validate": {
        "zh": f"""\
validate：别处发生过的事，模型能否再现？

把国内外已公布的以旧换新政策和全国月度数据写成案例（configs/evidence/），先预测并写入 predictions.json（附摘要），
后与实测对照评分，写出 scorecard.json；并列出不变、趋势、固定弹性、逻辑斯蒂曲线等简单预测。未通过的项目照列。
默认 population.scale=0.1、ensemble.draws=6。加 --write 更新 docs/scorecard.md。

例
  python -m sim validate
  python -m sim validate case=us_cars_2009
  python -m sim validate case=configs/evidence/china_car_market.yaml ensemble.draws=12
  python -m sim validate --write

case 可以是已有案例的名称，也可以是任何按同样格式写的文件（见 docs/validation.md），不必改动程序。

{_COMMON_ZH}""",
        "en": f"""\
validate: does it reproduce what happened elsewhere?

Published trade-in programmes and national monthly series are written as case files (configs/evidence/). They are predicted
first and written to predictions.json with a digest, then scored against what was measured (scorecard.json), beside simple
forecasts: no change, trend, constant elasticity, logistic curve. Misses are listed like hits. Unless told otherwise with
population.scale=0.1 and ensemble.draws=6. With --write docs/scorecard.md is written anew.

Examples
  python -m sim validate language=en
  python -m sim validate case=us_cars_2009
  python -m sim validate case=configs/evidence/china_car_market.yaml ensemble.draws=12
  python -m sim validate --write

A case is one of the shipped ones, or any file written in the same way (docs/validation.md); no code has to change.

{_COMMON_EN}""",
    },
    "sensitivity": {
        "zh": f"""\
sensitivity：哪些输入起作用？

先用 Morris 法筛选行为、资金和市场参数，再对最重要的几个用高斯过程替代模型求 Sobol 指数（附交叉验证的解释力和 90% 区间）；
逐一取消各项措施，看其排序在多少抽样中成立；用 PRIM 找出目标不能实现的输入范围。写出 morris.csv、sobol.csv、ranking.csv、
boxes.csv。每个点都重新校准基准年。默认 population.goods=vehicles、population.scale=0.05、ensemble.draws=10，约需二十分钟。

  trajectories=4   Morris 轨迹数      points=60   供替代模型学习的运行次数      foremost=8   保留的输入个数

例
  python -m sim sensitivity
  python -m sim sensitivity trajectories=2 points=30 population.scale=0.02 output=out

{_COMMON_ZH}""",
        "en": f"""\
sensitivity: which inputs matter?

Morris screening of the parameters of behaviour, money and market; Sobol indices of the foremost ones on a Gaussian process that
learns from model runs, with the part that it foretells and intervals of 90 %; in how many draws the ranking of the measures
holds; and the box of inputs in which a target fails (PRIM). Writes morris.csv, sobol.csv, ranking.csv and boxes.csv. The
reference year is anchored at every point. Unless told otherwise with population.goods=vehicles, population.scale=0.05 and
ensemble.draws=10; that takes about twenty minutes.

  trajectories=4   of Morris      points=60   runs that the emulator learns from      foremost=8   inputs that are kept for it

Examples
  python -m sim sensitivity language=en
  python -m sim sensitivity trajectories=2 points=30 population.scale=0.02 output=out

{_COMMON_EN}""",
    },
    "pedigree": {
        "zh": f"""\
pedigree：每个数字从哪里来？

按组列出设定中数字的个数、数据等级和有无区间，并把全部数字（路径、数值、单位、等级、区间、来源）写入 pedigree.csv；加 --write
更新 docs/data_quality.md。

例
  python -m sim pedigree
  python -m sim pedigree population.goods=vehicles

{_COMMON_ZH}""",
        "en": f"""\
pedigree: where does every number come from?

Counts the numbers of the settings by group, grade and whether they have a range, and writes all of them (path, value, unit,
grade, range, source) to pedigree.csv; with --write also docs/data_quality.md.

Examples
  python -m sim pedigree language=en
  python -m sim pedigree population.goods=vehicles

{_COMMON_EN}""",
    },
    "calibrate": {
        "zh": f"""\
calibrate：证据留下哪些参数取值？

从各参数的区间抽样运行，为每项证据学习一个替代模型，按似然给区间内的大量取值加权；再在第一轮后验处运行一半次数，重新学习和
加权。以新的运行检查后验能否再现证据，并检验五十组已知真值能否找回。写出 posterior.yaml、posterior.parquet（带权重）、
observations.csv、inputs.csv、report.json 和一张图；加 --write 更新 configs/parameters/posterior.yaml（forecast 默认所用）和
docs/calibration.md。parameters=prior 则不用证据，只从区间抽样。默认 population.goods=vehicles、population.scale=0.2、
ensemble.draws=240，约需半小时。

  cutoff=2024-12   证据的最后一个月      check=40   检查用的新运行次数

例
  python -m sim calibrate
  python -m sim calibrate cutoff=2024-06 ensemble.draws=100 population.scale=0.05
  python -m sim forecast parameters=prior

{_COMMON_ZH}""",
        "en": f"""\
calibrate: what do observations leave of the ranges?

Draws of the ranges are run, an emulator learns each observation, and a great many places of the ranges are weighed by their
likelihood; then half as many draws of that first posterior are run, and all is learned and weighed again. Fresh runs show
whether the posterior says what was observed, and fifty known truths whether it finds what is there. Writes posterior.yaml,
posterior.parquet (with weights), observations.csv, inputs.csv, report.json and a figure; with --write also
configs/parameters/posterior.yaml, which forecast takes by default, and docs/calibration.md. parameters=prior draws from the
ranges alone. Unless told otherwise with population.goods=vehicles, population.scale=0.2 and ensemble.draws=240; that takes
about half an hour.

  cutoff=2024-12   last month of the evidence      check=40   fresh runs of the posterior

Examples
  python -m sim calibrate language=en
  python -m sim calibrate cutoff=2024-06 ensemble.draws=100 population.scale=0.05
  python -m sim forecast parameters=prior

{_COMMON_EN}""",
    },
    "backtest": {
        "zh": f"""\
backtest：在过去的日期会怎样预测，后来又如何？

在 2023-12、2024-06 和 2024-12 三个截止日，只用当时已知的政策、资金、价格走势和证据校准参数，预测其后十二个月全国新车销量
和新能源渗透率的走势（销量折算到全区规模），先写下并封存摘要，再评分：公平 CRPS、50% 和 90% 区间的覆盖率、
Brier 分，并与两种简单预测比较。加 --write 更新 docs/backtest.md。默认 population.goods=vehicles、population.scale=0.1、
ensemble.draws=100（每次校准），约需半小时。

  cutoff=2024-06   只做一个截止日      runs=50   每次预测的运行次数

例
  python -m sim backtest
  python -m sim backtest cutoff=2024-12 ensemble.draws=60 population.scale=0.05

{_COMMON_ZH}""",
        "en": f"""\
backtest: what would it have said at an earlier date, and what happened then?

At the cut-offs 2023-12, 2024-06 and 2024-12 the parameters are calibrated, and the next twelve months of national sales (scaled
to the district) and of the national NEV share are forecast, with nothing but the measures, pots, prices and evidence known by
then. What was said is written and sealed before it is scored: fair CRPS, coverage of 50 and 90 % intervals, Brier score,
beside two simple forecasts. With --write also docs/backtest.md. Unless told otherwise with population.goods=vehicles,
population.scale=0.1 and ensemble.draws=100 for each calibration; that takes about half an hour.

  cutoff=2024-06   one cut-off alone      runs=50   of each forecast

Examples
  python -m sim backtest language=en
  python -m sim backtest cutoff=2024-12 ensemble.draws=60 population.scale=0.05

{_COMMON_EN}""",
    },
    "anchor": {
        "zh": """\
anchor：重新求解使 2023 基准年吻合的常数

改动中心参数、产品、措施或基准数据之后运行一次，并加 --write 写入 configs/anchor/；常数带有所对应数据的标记，标记不符时
forecast 会自行为中心值求解（约十秒），不会误用旧常数。不加 --write 只列出基准年的差距。
抽样所需的常数由 forecast 自动求解并存放。

例
  python -m sim anchor population.scale=0.2
  python -m sim anchor --write
""",
        "en": """\
anchor: solve the constants that make the reference year 2023 come out anew

To be run once after a change of central parameters, products, measures or baseline data, with --write, which writes
configs/anchor/. The constants carry a mark of what they were solved for; where it does not fit, forecast solves those of the
central values itself (about ten seconds) rather than use old ones. Without --write it only lists how far off the year is.
The constants of draws are solved and kept by forecast.

Examples
  python -m sim anchor population.scale=0.2 language=en
  python -m sim anchor --write
""",
    },
    "coverage": {
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
    "fingerprint": {
        "zh": f"""\
fingerprint：改动代码前后，结果是否逐位相同？

用随机种子 1 运行一次，对每张结果表（整数和浮点数按固定次序）各印一个摘要，再印一个总摘要。设置相同而摘要不同，
即至少有一个数字变了。默认 population.scale=0.01、events=true（记下每位所有者的每次买卖），约十秒；加 full 则按全规模
运行一次，不记逐笔买卖。不写文件。

例
  python -m sim fingerprint
  python -m sim fingerprint full
  python -m sim fingerprint policy.car_scrappage.nev_amount=15000

{_COMMON_ZH}""",
        "en": f"""\
fingerprint: does a change of code leave every number as it was?

One run with seed 1; prints a digest for each table of results (integers and exact floats in a fixed order) and one of all.
Where the settings are equal and a digest differs, a number has changed. By default population.scale=0.01 and events=true
(what every owner did), about ten seconds; with full one run at full scale without the events. Writes no file.

Examples
  python -m sim fingerprint language=en
  python -m sim fingerprint full
  python -m sim fingerprint policy.car_scrappage.nev_amount=15000

{_COMMON_EN}""",
    },
    "bench": {
        "zh": f"""\
bench：在本机上运行多快？

测量一次全规模运行的秒数与内存峰值、每秒处理的个体月数、每分钟运行次数、首次编译时间，并记下各软件版本。

例
  python -m sim bench
  python -m sim bench population.scale=0.1 output=out

{_COMMON_ZH}""",
        "en": f"""\
bench: how fast is it on this machine?

Measures seconds and peak memory of one run, agent-months a second, runs a minute and the time of the first compilation,
and notes the versions of the libraries.

Examples
  python -m sim bench
  python -m sim bench population.scale=0.1 output=out

{_COMMON_EN}""",
    },
    **{
        verb: {
            language: text.replace("{common}", _COMMON_ZH if language == "zh" else _COMMON_EN)
            for language, text in page.items()
        }
        for verb, page in BUDGET_PAGES.items()
    },
}
"""Verb -> language -> page."""
