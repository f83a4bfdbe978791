"""What the law makes of an owner: who may claim what, for single goods and for compiled kernels alike."""
