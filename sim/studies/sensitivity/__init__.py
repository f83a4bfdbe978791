"""The verb sensitivity: what matters, which ranking of measures holds, when does a target fail?"""

from __future__ import annotations

from sim.studies.common.declaring import Verb, taken, typed_settings

OPTIONS = ("trajectories", "points", "foremost")
DEFAULTS = ("population.scale=0.05", "population.goods=vehicles", "ensemble.draws=10")
"""What holds where nothing else is typed ..."""
RANKING = ("population.scale=0.1", "population.goods=vehicles", "ensemble.draws=8", "ensemble.seeds=1")
"""... and for the ranking of levers."""


def main(words: list[str]) -> int:
    """Settings and options; ``target`` ranks levers for one target in the place of everything else."""
    if any(word.startswith("target=") for word in words):
        return _levers(words)
    settings, options, _ = taken(words, OPTIONS, DEFAULTS)
    from sim.studies.sensitivity.verb import sensitivity

    return sensitivity(settings, options)


def _levers(words: list[str]) -> int:
    from sim.config import load_settings
    from sim.config.options import split_options

    options, bounds, rest = split_options(words, ("target",))
    typed = {word.split("=")[0] for word in rest}
    settings = [*(word for word in RANKING if word.split("=")[0] not in typed), *rest]
    typed_settings(settings)
    from sim.studies.sensitivity.lever_ranking import rank_levers

    return rank_levers(lambda more: load_settings([*settings, *more]), options, bounds)


VERB = Verb(
    place=140,
    summary={
        "zh": "哪些输入起作用、举措排序是否稳固、何时不达标",
        "en": "which inputs matter, which ranking of measures holds, when does a target fail?",
    },
    page={
        "zh": """\
sensitivity：哪些输入起作用？

先用 Morris 法筛选行为、资金和市场参数，再对最重要的几个用高斯过程替代模型求 Sobol 指数（附交叉验证的解释力和 90% 区间）；
解释不到一半方差的，不给出指数，并估计需要多少次运行。逐一取消各项措施，看其排序在多少抽样中成立；用 PRIM 找出目标不能实现的
输入范围。写出 morris.csv、sobol.csv、emulators.csv、ranking.csv、boxes.csv。每个点都重新校准基准年。默认
population.goods=vehicles、population.scale=0.05、ensemble.draws=10，约需二十分钟。

  trajectories=4   Morris 轨迹数      points=60   供替代模型学习的运行次数      foremost=8   保留的输入个数

sensitivity target=目标：哪个杠杆最能改变这一目标？把 configs/levers/ 中该目标的杠杆逐一调到范围的两端（范围可用
键=interval(下限,上限) 另定），其余不变，用同样的抽样和种子逐次相减；由强到弱排序，说明哪些与零分不开、支出变化多少；
画成图（figures/levers.png、.svg、.csv），写出 levers.csv。默认 population.goods=vehicles、population.scale=0.1、
ensemble.draws=8：约几分钟。家电的目标输入 population.goods=all。

例
  python -m sim sensitivity
  python -m sim sensitivity target=elv_recovered                    # 哪个杠杆最能增加报废汽车回收？
  python -m sim sensitivity points=200 foremost=5 output=out        # 运行多、输入少，替代模型才可信

{common}""",
        "en": """\
sensitivity: which inputs matter?

Morris screening of the parameters of behaviour, money and market; Sobol indices of the foremost ones on a Gaussian process that
learns from model runs, with the part that it explains (cross-validated) and intervals of 90%; one that explains less than half
gives no index, and says how many runs it would take; in how many draws the ranking of the measures holds; and the box of inputs
in which a target fails (PRIM). Writes morris.csv, sobol.csv, emulators.csv, ranking.csv and boxes.csv. The reference year is
anchored at every point. Defaults: population.goods=vehicles, population.scale=0.05, ensemble.draws=10: about
twenty minutes.

  trajectories=4   of Morris      points=60   runs that the emulator learns from      foremost=8   inputs that are kept for it

sensitivity target=TARGET: which lever moves this target most? The target's levers in configs/levers/ are set, one at a time, to
either end of their bounds (or of KEY=interval(low,high)), all else as it is, and compared run by run with the same draws and
seeds: ranked, with those that cannot be told from nothing, the change in outlay, and a figure (figures/levers.png, .svg, .csv);
levers.csv. Defaults: population.goods=vehicles, population.scale=0.1, ensemble.draws=8: some minutes. For targets of
appliances type population.goods=all.

Examples
  python -m sim sensitivity language=en
  python -m sim sensitivity target=elv_recovered language=en        # what brings in more end-of-life vehicles?
  python -m sim sensitivity points=200 foremost=5 output=out        # many runs, few inputs: an emulator to be trusted

{common}""",
    },
    main=main,
    options=("target", *OPTIONS),
)
