"""The command line: ``python -m sim VERB [overrides]``, also installed as ``tradein``."""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module

import sim.studies
from sim.errors import BadInput, Both, Language, SimError, by_system, one_of, refused
from sim.streams import enduring
from sim.studies.common.declaring import Verb

HELP = ("-h", "--help")
INTERRUPTED = 130
HEAD = {
    "zh": """\
东昌府区消费品以旧换新与设备更新仿真（2023—2027）

用法：python -m sim 动词 [键=值 ...]          安装后也可写作 tradein 动词 ...
""",
    "en": """\
Simulation of consumer-goods trade-in and equipment renewal in Dongchangfu District, 2023-2027

Usage: python -m sim VERB [KEY=VALUE ...]          once installed also: tradein VERB ...
""",
}
FOOT = {
    "zh": """\
每个动词的说明：python -m sim 动词 --help        英文：再加 language=en
退出码：0 完成；1 有运行失败（会指明哪一个）；2 输入有误（未写入任何文件）；3 没有找到解（budget solve）；130 被中断。
""",
    "en": """\
More on each: python -m sim VERB --help language=en
Exit codes: 0 done; 1 a run failed, and is named; 2 the input cannot be used, nothing was written;
3 budget solve found nothing that does; 130 interrupted.
""",
}
WIDTH = 14
FAILED = Both("失败：", "failed: ")
LOST = Both("屏幕输出无法写出：", "standard output: ")
STOPPED = Both("已中断", "interrupted")
REFUSED = Both("输入有误：", "this cannot be used:")
LABELS = {
    "file": Both("文件", "file   "),
    "key": Both("键　", "key    "),
    "value": Both("值　", "value  "),
    "allowed": Both("允许", "allowed"),
    "remedy": Both("办法", "remedy "),
}
"""What a refusal names, in the order of the lines, padded to equal width."""


def main(words: Sequence[str] | None = None) -> int:
    """Carry out one verb; 0 done, 1 something failed, 2 the input cannot be used, 3 nothing was found, 130 interrupted."""
    with enduring() as (out, _):
        typed = list(sys.argv[1:] if words is None else words)
        language = _language(typed)
        code = _ended(typed, language)
        out.flush()
        if out.failure is None or isinstance(out.failure, BrokenPipeError):  # a reader that has left (`| head`) has had enough
            return code
        print(FAILED.of(language) + LOST.of(language) + by_system(out.failure).of(language), file=sys.stderr)
        return code or SimError.exit_code


def _language(words: Sequence[str]) -> Language:
    """What is told is told in the language that was typed, else in Chinese."""
    return "en" if "language=en" in words else "zh"


def _ended(words: list[str], language: Language) -> int:
    """Carry out one verb and tell of what ends it early; the exit code."""
    try:
        return _carry_out(words, language)
    except BadInput as refusal:
        print(_told(refusal, language), file=sys.stderr)
        return refusal.exit_code
    except SimError as failure:
        print(FAILED.of(language) + failure.words.of(language), file=sys.stderr)
        return failure.exit_code
    except KeyboardInterrupt:
        print(STOPPED.of(language), file=sys.stderr)
        return INTERRUPTED


def verbs() -> dict[str, Verb]:
    """Every verb by name, in the order of the list: what the modules of the studies, and the dashboard, declare."""
    found = {name: _declared(name) for name in _homes()}
    known = {name: verb for name, verb in found.items() if verb}
    return dict(sorted(known.items(), key=lambda item: item[1].place))


def listing(language: str) -> str:
    """What ``--help`` prints without a verb."""
    rows = [f"  {name:{WIDTH}} {verb.summary[language]}" for name, verb in verbs().items()]
    return "\n".join([HEAD[language], *rows, "", FOOT[language]])


def _homes() -> dict[str, str]:
    """Name -> module that may declare the verb of that name."""
    studies = {module.name: f"sim.studies.{module.name}" for module in pkgutil.iter_modules(sim.studies.__path__)}
    return {**studies, "dashboard": "sim.dashboard"}


def _declared(name: str) -> Verb | None:
    home = _homes().get(name)
    declared = getattr(import_module(home), "VERB", None) if home else None
    return declared if isinstance(declared, Verb) else None


def _carry_out(words: list[str], language: Language) -> int:
    plain = [word for word in words if word not in HELP]
    if not plain or (plain[0].startswith("language=") and len(plain) == 1):
        print(listing(language))
        return 0
    name, *rest = plain
    verb = _declared(name)
    if verb is None:
        from sim.config.sources import nearest

        known = verbs()
        raise refused("verb", name, one_of(known), nearest(name, known))
    if len(plain) < len(words):
        print(verb.told(language))
        return 0
    _remark(language)
    return verb.main(rest)


def _remark(language: str) -> None:
    """Say what is odd about the folder of settings and stops nobody."""
    from sim.config.remarks import remarks

    for line in remarks(language):
        print(line, file=sys.stderr)


def _told(refusal: BadInput, language: Language) -> str:
    parts, colon = refusal.parts(language), Both("：", ": ").of(language)
    lines = [f"  {label.of(language)}{colon}{parts[name]}" for name, label in LABELS.items()]
    return "\n".join([REFUSED.of(language), *lines])
