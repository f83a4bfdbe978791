"""The verb compare: what differs between scenarios, by how much, how surely?"""

from __future__ import annotations

import shlex

from sim.errors import Both, refused
from sim.studies.common.declaring import Verb, overrides, ready

EXAMPLE = Both("输入 compare enacted no_policy", "type compare enacted no_policy")


def main(words: list[str]) -> int:
    """Words without = are scenarios; the rest holds for each of them."""
    from sim.config import load_settings

    names = [word for word in words if "=" not in word and not word.startswith("-")]
    rest = overrides([word for word in words if word not in names])
    if len(names) < 2 or len(set(names)) < len(names):
        allowed = Both("两个或更多不同的情景", "two or more different scenarios")
        raise refused("scenarios", " ".join(names), allowed, EXAMPLE)
    if any(word.lstrip("+").startswith("scenario=") for word in rest):
        allowed = Both("直接写情景名称，不写 scenario=", "scenarios as plain words")
        raise refused("scenario", "scenario=", allowed, EXAMPLE)
    typed = [[f"scenario='{name}'", *rest] for name in names]
    settings = [ready(load_settings(each)) for each in typed]
    from sim.studies.compare.verb import compare

    return compare(settings, [shlex.join(each) for each in typed])


VERB = Verb(
    place=20,
    summary={
        "zh": "两个或多个情景相差多少，有多大把握",
        "en": "what differs between scenarios, and how surely",
    },
    page={
        "zh": """\
compare：两个或多个情景相差多少，有多大把握？

第一个情景是比较的基准。所有情景用同样的抽样和同样的随机数，因此差别只来自政策；逐月给出各指标的差及其 P05、P95。

例
  python -m sim compare enacted no_policy
  python -m sim compare enacted no_policy boundary_b population.scale=0.05 output=out

不带 = 的词是情景名，其余与 forecast 相同，对每个情景都起作用。

{common}""",
        "en": """\
compare: what differs between scenarios, by how much, how surely?

The first scenario is what the others are compared with. All share the same draws and random numbers, so that only policy makes
the difference; for every month and indicator the difference is given with P05 and P95.

Examples
  python -m sim compare enacted no_policy
  python -m sim compare enacted no_policy boundary_b population.scale=0.05 output=out

Words without = are scenarios; the rest is as in forecast and holds for each of them.

{common}""",
    },
    main=main,
)
