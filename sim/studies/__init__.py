"""What is done with runs: ensembles, comparisons, the anchor of the reference year, benchmarks."""
