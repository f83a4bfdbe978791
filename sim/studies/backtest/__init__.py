"""Forecasts from an earlier date, made with what was known then, against what happened since."""
