"""Pages that show runs: progress for visitors, and the console.

They change runs through `tasks.operations` only.
"""
