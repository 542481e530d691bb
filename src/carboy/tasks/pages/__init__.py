"""Pages that show runs: progress for visitors, the console for who may see it."""
