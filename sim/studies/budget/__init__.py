"""The verb budget: what will it cost, what does it buy?"""

from sim.studies.budget.verb import budget

__all__ = ["budget"]
