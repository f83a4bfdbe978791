"""The verb calibrate: the uncertain inputs, weighed by what was observed up to a month."""
