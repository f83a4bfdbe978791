"""The model's rules written once more the plain way, to hold the compiled ones against."""
