"""``budget solve``: how much is needed?"""
