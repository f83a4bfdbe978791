"""The district at the start: households, firms and everything they own, drawn from the region's data with keyed luck."""
