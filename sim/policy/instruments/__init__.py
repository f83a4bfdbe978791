"""One file per instrument, named as in the measure files; each turns one version of a measure into a ``Part``.

Every module has ``contribution(measure, version, levered, product_id, product) -> Part``; ``levered`` says whether the
measure's levers apply. Instruments do not import one another.
"""
