"""Where a process of its own finds the program and what tests need."""

from __future__ import annotations

import os
from pathlib import Path

TESTS = Path(__file__).parents[1]
PYTHONPATH = os.pathsep.join(str(place) for place in (TESTS.parent, TESTS, TESTS / "helpers"))
