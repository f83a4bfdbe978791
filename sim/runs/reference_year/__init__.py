"""Constants that make the reference year of 2023 come out of the model."""
