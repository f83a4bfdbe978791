"""What tests of the dashboard share: with which settings it runs, and a lever on it."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SMALL = ["population.scale=0.01", "ensemble.draws=0", "ensemble.seeds=2", "executor.workers=1"]
PICTURES = os.environ.get("DASHBOARD_PICTURES")
"""A folder that screenshots are to be written to; those of the docs are in docs/images."""
SETTINGS = shlex.split(os.environ["DASHBOARD_SETTINGS"]) if PICTURES and "DASHBOARD_SETTINGS" in os.environ else SMALL
"""What the dashboard is started with; for pictures it may be the whole district."""
LEVER = "#lever-policy-car_scrappage-nev_amount"
