"""Results on disk, kept under a digest of everything they depend on: found again, never mixed up, never half written."""
