"""What owners have, know and expect, and what they are offered."""
