"""Indicators: one module each, ``measure(history) -> {group: values by month}`` in vehicles of the district.

A module's name is the indicator's name; group "" is the total.
"""
