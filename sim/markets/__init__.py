"""Where goods and money change hands: the used-car lots, the counters, the dismantlers' yards. Arrays in, arrays out."""
