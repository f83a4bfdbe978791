"""Every error the program raises on purpose, and the pairs of words it is told in; the whole tree is on this page."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Both(NamedTuple):
    """A text in Chinese and English."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en


Words = str | Both
"""Prose is a pair; a name, a path or a key is the same in both languages."""
COMMAND_LINE = Both("命令行", "command line")
MISSING = Both("（缺失）", "(missing)")
WHOLE_FILE = Both("（文件）", "(file)")


def both(words: Words) -> Both:
    """The pair; a name stands for itself in either language."""
    return words if isinstance(words, Both) else Both(words, words)


def joined(parts: Iterable[Words], between: Words = "") -> Both:
    """All parts in a row, in each language."""
    pairs, gap = [both(part) for part in parts], both(between)
    return Both(gap.zh.join(pair.zh for pair in pairs), gap.en.join(pair.en for pair in pairs))


_BY_SYSTEM = {
    errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.ENOENT: "路径不存在", errno.EEXIST: "已有同名文件",
    errno.ENOTDIR: "上一级不是目录", errno.EISDIR: "是目录，不是文件", errno.ENOSPC: "磁盘已满", errno.EDQUOT: "超出磁盘配额",
    errno.EROFS: "磁盘为只读", errno.ENAMETOOLONG: "名称过长", errno.EIO: "读写出错", errno.EMFILE: "打开的文件过多",
}  # fmt: skip
"""What operating systems say, in Chinese; they say it in English or in the language of the machine."""


def by_system(error: OSError) -> Both:
    """What went wrong with a file."""
    told = error.strerror or str(error)
    return Both(_BY_SYSTEM.get(error.errno or 0, told), told)


def one_of(names: Iterable[str]) -> Both:
    """Words for what is allowed: any of these."""
    listed = list(names)
    return Both("以下之一：" + "、".join(listed), "one of " + ", ".join(listed))


class Unfit(ValueError):
    """Values that a schema refuses although each of them alone would do; says why."""

    def __init__(self, words: Both) -> None:
        self.words = words
        super().__init__(words)

    def __str__(self) -> str:
        return self.words.en


class SimError(Exception):
    """Something failed that has a name; the command line exits with ``exit_code``."""

    exit_code = 1

    def __init__(self, words: Words) -> None:
        self.words = both(words)
        super().__init__(words)

    def __str__(self) -> str:
        return self.words.en


class BadInput(SimError):
    """What the user gave cannot be used: names the place, the value, what is allowed, and the remedy."""

    exit_code = 2

    def __init__(self, *, file: Words, key: Words, value: object, allowed: Both, remedy: Both) -> None:
        self.file = both(file)
        self.key = both(key)
        self.value = value
        self.allowed = allowed
        self.remedy = remedy
        super().__init__(Both(self._sentence("zh"), self._sentence("en")))

    def parts(self, language: Language) -> dict[str, str]:
        """What it names, in one language."""
        value = self.value.of(language) if isinstance(self.value, Both) else repr(self.value)
        pairs = {"file": self.file, "key": self.key, "allowed": self.allowed, "remedy": self.remedy}
        return {"value": value} | {name: pair.of(language) for name, pair in pairs.items()}

    def _sentence(self, language: Language) -> str:
        sentence = Both(
            "{file}：{key} = {value} 不能使用。允许：{allowed}。办法：{remedy}",
            "{file}: {key} = {value} cannot be used. Allowed: {allowed}. Remedy: {remedy}",
        )
        return sentence.of(language).format(**self.parts(language))


def refused(key: str, value: object, allowed: Both, remedy: Both) -> BadInput:
    """The refusal of a word on the command line."""
    return BadInput(file=COMMAND_LINE, key=key, value=value, allowed=allowed, remedy=remedy)


class NothingFound(SimError):
    """Nothing was found that does what was asked for; the search itself ended well."""

    exit_code = 3


class BalanceBroken(SimError):
    """A stock or a pot does not equal what came in minus what went out: a defect of the program, never of the input."""


class NoSolution(SimError):
    """The values of owning were not found: parameters outside what the decision engine can solve."""


class ResultsDamaged(SimError):
    """A stored result cannot be read or written as it should be; names the path."""
