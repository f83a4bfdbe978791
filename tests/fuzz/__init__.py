"""Damaged files for every reader: only declared errors, soon, and nothing written where nothing may be."""
