"""The dashboard: a page on this machine that shows stored results, and runs what has not been run. No model logic."""
