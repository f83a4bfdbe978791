"""Results on disk, kept under a digest of everything they depend on: found again, never mixed up, never half written."""

from __future__ import annotations

from sim.runs.store.folder import Store

__all__ = ["Store"]
