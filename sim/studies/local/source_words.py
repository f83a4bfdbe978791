"""Where numbers come from, in Chinese: the files name their sources in English."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sim.errors import Both, Language
from sim.schema.bricks import Frozen
from sim.studies.local.rule_book import read_model


class SourceWords(Frozen):
    """``sources.yaml``."""

    sources: dict[str, str]
    """Source as the files have it -> in Chinese."""

    def of(self, source: str) -> Both:
        """One source in both languages; words of the user's own stand in both as they are."""
        return Both(self.sources.get(source, source), source)


def read_source_words(root: Path) -> SourceWords:
    """The file; raises BadInput that names it."""
    return read_model(root, "sources", SourceWords)


def sources_told(root: Path, language: Language) -> Mapping[str, str]:
    """Sources in a language; what is left out is told as the files have it."""
    return read_source_words(root).sources if language == "zh" else {}
