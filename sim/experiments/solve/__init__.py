"""The verb budget solve: how much is needed?"""

from sim.experiments.solve.verb import solve

__all__ = ["solve"]
