"""Forecasts from an earlier date, made with what was known then, against what happened since."""

from __future__ import annotations

from sim.studies.common.declaring import Verb, taken

OPTIONS = ("cutoff", "runs")
DEFAULTS = ("population.scale=0.1", "population.goods=vehicles", "ensemble.draws=100")
"""What holds where nothing else is typed."""


def main(words: list[str]) -> int:
    """Settings, options, perhaps --write."""
    settings, options, write = taken(words, OPTIONS, DEFAULTS)
    from sim.studies.backtest.verb import backtest

    return backtest(settings, options, write)


VERB = Verb(
    place=130,
    summary={
        "zh": "在过去的日期作预测，再与实际比较",
        "en": "what would it have said at an earlier date, and what happened then?",
    },
    page={
        "zh": """\
backtest：在过去的日期会怎样预测，后来又如何？

在 2023-12、2024-06 和 2024-12 三个截止日，只用当时已知的政策、资金、价格走势和证据校准参数，预测其后十二个月全国新车销量
和新能源渗透率的走势（销量折算到全区规模），先写下并封存摘要，再评分：公平 CRPS、50% 和 90% 区间的覆盖率、
Brier 分，并与两种简单预测比较。加 --write 更新 docs/trust/backtest.md。默认 population.goods=vehicles、population.scale=0.1、
ensemble.draws=100（每次校准），两核约需一至两小时。

  cutoff=2024-06   只做一个截止日      runs=50   每次预测的运行次数

例
  python -m sim backtest
  python -m sim backtest cutoff=2024-12 ensemble.draws=60 population.scale=0.05

{common}""",
        "en": """\
backtest: what would it have said at an earlier date, and what happened then?

At the cut-offs 2023-12, 2024-06 and 2024-12 the parameters are calibrated, and the next twelve months of national sales (scaled
to the district) and of the national NEV share are forecast, with nothing but the measures, pots, prices and evidence known by
then. What was said is written and sealed before it is scored: fair CRPS, coverage of 50 and 90% intervals, Brier score,
beside two simple forecasts. With --write also docs/trust/backtest.md. By default with population.goods=vehicles,
population.scale=0.1 and ensemble.draws=100 for each calibration; that takes one to two hours on two cores.

  cutoff=2024-06   one cut-off alone      runs=50   of each forecast

Examples
  python -m sim backtest language=en
  python -m sim backtest cutoff=2024-12 ensemble.draws=60 population.scale=0.05

{common}""",
    },
    main=main,
    options=OPTIONS,
)
