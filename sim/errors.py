"""Every error the program raises on purpose; the whole tree is on this page."""

from __future__ import annotations


class SimError(Exception):
    """Something failed that has a name; the command line exits with ``exit_code``."""

    exit_code = 1


class BadInput(SimError):
    """What the user gave cannot be used: names the place, the value, what is allowed, and the remedy."""

    exit_code = 2

    def __init__(self, *, file: str, key: str, value: object, allowed: str, remedy: str) -> None:
        self.file = file
        self.key = key
        self.value = value
        self.allowed = allowed
        self.remedy = remedy
        super().__init__(f"{file}: {key} = {value!r} cannot be used. Allowed: {allowed}. Remedy: {remedy}")


class NothingFound(SimError):
    """Nothing was found that does what was asked for; the search itself ended well."""

    exit_code = 3


class BalanceBroken(SimError):
    """A stock or a pot does not equal what came in minus what went out: a defect of the program, never of the input."""


class NoSolution(SimError):
    """The values of owning were not found: parameters outside what the decision engine can solve."""


class ResultsDamaged(SimError):
    """A stored result cannot be read or written as it should be; names the path."""
