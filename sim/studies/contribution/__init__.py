"""The verb contribution: what does each measure add to the targets and to the outlay?

One measure at a time is left out from the end of the reference year on: nothing of it that was announced since is
enacted. Its contribution is what is then missing. Contributions need not add up to what all measures do together, because
measures compete for the same owners or pave the way for one another; what remains is the interaction, which is shown."""

from __future__ import annotations

import shlex

from sim.studies.common.declaring import Verb, typed_settings


def main(words: list[str]) -> int:
    """Settings alone."""
    settings = typed_settings(words)
    from sim.studies.contribution.verb import contribution

    return contribution(settings, shlex.join(words))


VERB = Verb(
    place=30,
    summary={
        "zh": "每项措施对目标和支出各起多大作用",
        "en": "what does each measure add to the targets and to the outlay?",
    },
    page={
        "zh": """\
contribution：每项措施对各目标和财政支出各起多大作用？

逐一取消基准年之后出台的每项措施（其 2024 年以来公布的内容一律不生效），与全部措施均生效时逐次配对相减。各项贡献与相互作用
之和等于全部措施的合计。另存 contributions.csv（quantity, measure, contribution, p05, p95, pairs）和 figures/ 中的图：
总体目标各一张由各项措施累加而成的贡献图（wedges_*），以及每增加一个单位要花多少钱、由便宜到贵的费用曲线（cost_curve_*，比值类目标没有）。

例
  python -m sim contribution population.scale=0.05
  python -m sim contribution scenario=lapse_2027 population.scale=0.05 output=out

每项措施要另算一遍，请先用较小的 population.scale 试算。

{common}""",
        "en": """\
contribution: what does each measure add to the targets and to the outlay?

Each measure announced after the reference year is left out in turn (nothing of it that was announced since 2024 is
enacted), and the runs are paired with those under all measures. Contributions and interaction sum to what all measures do
together. Writes contributions.csv (quantity, measure, contribution, p05, p95, pairs), and for each headline promise, in
figures/, the steps by which measures make it up (wedges_*) and what one more costs, the cheapest first (cost_curve_*,
none for ratios).

Examples
  python -m sim contribution population.scale=0.05
  python -m sim contribution scenario=lapse_2027 population.scale=0.05 output=out

Every measure is one more ensemble: try it with a small population.scale first.

{common}""",
    },
    main=main,
)
