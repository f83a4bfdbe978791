"""Every table that is read: the project's own, strictly as written, and those that people hand in, as clerks write them."""
