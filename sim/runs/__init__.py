"""Runs: one, many, of draws, on executors; kept in a store; the constants of the reference year."""
