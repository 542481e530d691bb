"""Drills of the tasks battery that take longer than a test may."""

from .snapshot import SnapshotResult, run_snapshot, write_snapshot

__all__ = ["SnapshotResult", "run_snapshot", "write_snapshot"]
