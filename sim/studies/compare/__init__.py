"""The verb compare: what differs between scenarios, by how much, how surely?"""

from __future__ import annotations

from sim.studies.common.declaring import Verb, overrides, ready


def main(words: list[str]) -> int:
    """Words that begin with a scenario or a name are the sides; the rest holds for each of them."""
    from sim.config import load_settings
    from sim.studies.compare.sides import is_side, sides_typed

    sides = [word for word in words if is_side(word)]
    common = overrides([word for word in words if word not in sides])
    found = sides_typed(sides, common, lambda typed: ready(load_settings(typed)))
    from sim.studies.compare.verb import compare

    return compare(found)


VERB = Verb(
    place=20,
    summary={
        "zh": "两个或多个情景相差多少，有多大把握",
        "en": "what differs between scenarios, and how surely",
    },
    page={
        "zh": """\
compare：两个或多个情景相差多少，有多大把握？

第一个情景是比较的基准。所有情景用同样的抽样和同样的随机数，因此差别只来自政策；逐月给出各指标的差及其 P05、P95，
并给出财政支出之差和每多一辆（台）的支出。

例
  python -m sim compare enacted no_policy
  python -m sim compare enacted no_policy boundary_b population.scale=0.05 output=out
  python -m sim compare enacted "enacted policy.car_scrappage.nev_amount=15000" population.scale=0.05
  python -m sim compare enacted "提高补贴: enacted policy.car_scrappage.nev_amount=25000" "2027年停止: lapse_2027"

情景名之后可在同一引号内写只属于这一方的改动，之前可写“名称: ”。引号外的键=值与 forecast 相同，对每一方都起作用；
规模、抽样、种子、起止月份须各方一致，只能写在引号外。可用的杠杆见 levers。

{common}""",
        "en": """\
compare: what differs between scenarios, by how much, how surely?

The first scenario is what the others are compared with. All share the same draws and random numbers, so that only policy makes
the difference; for every month and indicator the difference is given with P05 and P95, then the difference in outlay and what
each additional vehicle or appliance costs.

Examples
  python -m sim compare enacted no_policy
  python -m sim compare enacted no_policy boundary_b population.scale=0.05 output=out
  python -m sim compare enacted "enacted policy.car_scrappage.nev_amount=15000" population.scale=0.05
  python -m sim compare enacted "more: enacted policy.car_scrappage.nev_amount=25000" "lapse: lapse_2027"

Changes of one side alone stand after its scenario within the same quotes, a name with a colon before it. KEY=VALUE outside the
quotes is as in forecast and holds for all sides; scale, draws, seeds and months must be alike and stand there. The levers are
listed by the verb levers.

{common}""",
    },
    main=main,
)
