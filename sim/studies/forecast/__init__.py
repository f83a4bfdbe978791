"""The verb forecast: will the targets be met?"""

from __future__ import annotations

import shlex

from sim.errors import Both, refused
from sim.studies.common.declaring import Verb, overrides, ready

SWEEP = ("-m", "--multirun")


def main(words: list[str]) -> int:
    """One scenario, or with -m or an experiment many cells."""
    from sim.config import load_cells, load_settings

    typed = overrides([word for word in words if word not in SWEEP])
    if len(typed) < len(words):
        cells = [(shlex.join(cell), settings) for cell, settings in load_cells(typed)]
        ready(cells[0][1])
        if any(settings.experiment for _, settings in cells):
            allowed = Both("不加 -m 的实验：实验本身就是批量预测", "an experiment without -m: it is a sweep already")
            raise refused("experiment", "-m", allowed, Both("去掉 -m", "remove -m"))
    else:
        settings = ready(load_settings(typed))
        if settings.experiment is None or settings.experiment.cell is not None:
            from sim.studies.forecast.verb import forecast

            return forecast(settings, shlex.join(typed))
        from sim.studies.forecast.design import cells_of

        cells = cells_of(typed, settings.experiment, load_settings)
    from sim.studies.forecast.sweep import sweep

    return sweep(cells)


VERB = Verb(
    place=10,
    summary={
        "zh": "各项目标能否实现：概率、区间、走势；加 -m 对多个情景或杠杆批量预测",
        "en": "will the targets be met? probabilities, ranges, paths; with -m for many scenarios or settings of a lever",
    },
    page={
        "zh": """\
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

多个区县（region=甲,乙,丙）：除各区县外，另把它们逐次相加（抽样和种子相同的运行配对，全国市场波动相同），像一个区县那样判断合计的各项
承诺：数量和金额相加，比值由合计算出，不能相加的列出名称。province.csv：每组、每项目标一行。同一区县不能写两次。
  python -m sim forecast -m region=dongchangfu,example_county,example_city population.scale=0.05

更大的设计写成 configs/experiment/ 中的文件：因素、水平、全组合、拉丁超立方或 Sobol 序列、抽样和种子数。
  python -m sim forecast experiment=scrappage_levels population.scale=0.05

{common}""",
        "en": """\
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

Several districts (region=a,b,c) are also added up, run by run (the same draw and seed, so the same shocks to the nation), and
the promises of the whole judged as those of one district: counts and money add, ratios are those of the sums, what does not
add is named. province.csv has one row for each group and target. A district cannot be named twice.
  python -m sim forecast -m region=dongchangfu,example_county,example_city population.scale=0.05

Larger designs are files in configs/experiment/: factors, levels, all combinations, a Latin hypercube or a Sobol sequence,
draws and seeds.
  python -m sim forecast experiment=scrappage_levels population.scale=0.05

{common}""",
    },
    main=main,
)
