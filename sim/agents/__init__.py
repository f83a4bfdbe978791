"""Market intermediaries and the government: true Mesa agents, few enough to be objects."""
