"""A second calculator of every subsidy, tax relief and interest subsidy, written from the documents, an object at a time.

It shares nothing with ``sim.policy``: amounts, days and conditions stand here once more, in exact fractions of a fen.
"""
