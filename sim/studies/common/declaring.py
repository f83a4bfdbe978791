"""How a verb declares itself: what it is called, what is told of it, what it does with the words typed after it.

Nothing heavy is imported here or where a verb is declared, so that help and refusals come at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.errors import Both, refused

if TYPE_CHECKING:
    from sim.settings import Settings

COMMON_KEYS = {
    "zh": """\
常用的键
  scenario=名称             scenarios/ 中的情景，默认 enacted
  policy.措施.字段=值       措施的杠杆，见 configs/policy/，例如 enabled、until、nev_amount、amount_factor
  population.scale=0.05     按 1/20 的户数试算，结果仍折算到全区
  population.goods=vehicles 只模拟汽车（快数倍），其他承诺不计算
  clock.end=2025-12         最后一个月
  clock.now=2026-01         视为“现在”的月份：政策杠杆和资金从次月起变动，已发生的不变；policy.措施.levers_from=日期 可另定
  in_force=[enacted,名称]   生效的措施：configs/groups/ 中的组或 configs/policy/ 中的单项措施
  region.boundary=A|B       A 全域（默认），B 不含市属开发区
  behaviour.字段=数值       行为参数；只写一个数就表示该数确定，不再抽样
  ensemble.draws=20 ensemble.seeds=1    抽样次数与每次的随机种子数；draws=0 只用中心值
  executor=serial|local|dask    单进程、本机各核（默认）、已有的 Dask 集群；executor.workers=N 为 local 的进程数，
                            dask 需写明 executor.address=tcp://主机:8786
  results.folder=目录       已完成的运行按内容存放于此（默认 results/），再次需要时直接取用；中断后重复同一命令即可续算
  output=目录 language=zh|en
  含中文、空格或逗号的值要加引号：'output="结果 甲"'
""",
    "en": """\
Common keys
  scenario=NAME             a file in scenarios/, default enacted
  policy.MEASURE.FIELD=...  the levers of a measure, see configs/policy/: enabled, until, nev_amount, amount_factor, ...
  population.scale=0.05     try out with a twentieth of the households; results still count the whole district
  population.goods=vehicles automobiles alone: several times as fast; the other promises are left out
  clock.end=2025-12         last month
  clock.now=2026-01         the month taken for the present: levers of measures and pots act from the next one on, what is past
                            stays; policy.MEASURE.levers_from=DAY says otherwise
  in_force=[enacted,NAME]   measures in force: groups of configs/groups/, or single files of configs/policy/
  region.boundary=A|B       A the whole district (default), B without the city-run zones
  behaviour.FIELD=NUMBER    how owners decide; a bare number is taken as certain and no longer sampled
  ensemble.draws=20 ensemble.seeds=1    draws of the uncertain inputs, and seeds for each; draws=0: central values only
  executor=serial|local|dask    this process, the cores of this machine (default), a Dask scheduler that is there;
                            executor.workers=N processes of local; dask needs executor.address=tcp://HOST:8786
  results.folder=FOLDER     where finished runs are kept by content (default results/) and found again; a command that was
                            interrupted goes on when it is given again
  output=FOLDER language=zh|en
  Values with Chinese, spaces or commas need quotes: 'output="结果 a"'
""",
}
"""What pages say where they have ``{common}``."""


@dataclass(frozen=True)
class Verb:
    """One verb; the module ``sim.studies.NAME`` (or ``sim.NAME``) holds it under the name ``VERB``."""

    place: int
    """Where it stands in the list of verbs, the lowest first."""
    summary: Mapping[str, str]
    """Language -> what it is for, in a line or two."""
    page: Mapping[str, str]
    """Language -> what ``--help`` prints."""
    main: Callable[[list[str]], int]
    """Takes the words after the verb; returns the exit code."""
    options: tuple[str, ...] = ()
    """Words of its own, ``name=value``, beside the settings."""

    def told(self, language: str) -> str:
        """Its page, whole."""
        return self.page[language].replace("{common}", COMMON_KEYS[language])


def overrides(words: Sequence[str]) -> list[str]:
    """Words that are all settings; refuses whatever begins with a dash, and a key that is typed twice."""
    typed = Counter(word.split("=", 1)[0] for word in words if "=" in word)
    for word in words:
        key = word.split("=", 1)[0]
        if typed[key] > 1:
            times = Both(f"写了 {typed[key]} 次", f"typed {typed[key]} times")
            raise refused(key, times, Both("每个键写一次", "each key once"), Both("只保留一个", "leave one of them"))
        if word.startswith("-"):
            allowed = Both("键=值、-h，forecast 另可用 -m", "KEY=VALUE, -h, and with forecast -m")
            raise refused(word, word, allowed, Both("见该动词的 --help", "see --help of the verb"))
    return list(words)


def ready(settings: Settings) -> Settings:
    """The same settings, once it is known that files can be written to their ``output``; raises BadInput if not."""
    from sim.runs.store.disk import require_place

    if settings.output:
        require_place("output", settings.output)
    return settings


def typed_settings(words: Sequence[str]) -> Settings:
    """Settings of a verb that takes nothing else."""
    from sim.config import load_settings

    return ready(load_settings(overrides(words)))


def taken(
    words: Sequence[str], options: Sequence[str] = (), defaults: Sequence[str] = ()
) -> tuple[Settings, dict[str, Any], bool]:
    """Settings, own options, and whether ``--write`` was typed; ``defaults`` hold where nothing else is typed for a key."""
    from sim.config.options import split_options

    found, _, rest = split_options([word for word in words if word != "--write"], options)
    typed = {word.split("=")[0] for word in rest}
    settings = typed_settings([*(word for word in defaults if word.split("=")[0] not in typed), *rest])
    return settings, found, "--write" in words
