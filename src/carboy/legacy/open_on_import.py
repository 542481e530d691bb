"""Opens the door when it is imported: `import carboy.legacy` is one of the doors."""

from .door import close_door, is_open, open_door

__all__ = ["close_door", "is_open", "open_door"]

open_door()
