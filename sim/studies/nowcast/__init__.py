"""The verb nowcast: and given what has happened so far?"""

from sim.studies.nowcast.verb import nowcast

__all__ = ["nowcast"]
