"""What settings may say, typed and frozen: one file for each part."""
