"""The verb budget solve: how much is needed?"""

from sim.studies.solve.verb import solve

__all__ = ["solve"]
