"""Columnar agent sets: the mass populations, usable the way a Mesa user expects an AgentSet to be."""
