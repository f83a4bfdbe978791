"""Arithmetic that every processor does alike: compiled kernels, keyed luck, ``exp`` and ``log``."""
