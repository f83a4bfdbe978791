"""The verb nowcast: and given what has happened so far?"""

from sim.experiments.nowcast.verb import nowcast

__all__ = ["nowcast"]
