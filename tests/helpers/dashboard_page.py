"""What tests of the dashboard share: with which settings it runs, and a lever on it."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SMALL = ["population.scale=0.01", "ensemble.draws=0", "ensemble.seeds=2", "executor.workers=1"]
LEVER = "#lever-policy-car_scrappage-nev_amount"
