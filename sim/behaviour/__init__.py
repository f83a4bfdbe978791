"""Behaviour as pure functions on numbers and arrays: no files, no settings objects, no model."""
