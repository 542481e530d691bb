"""Opens the door when it is imported: `import carboy.legacy` is one of the doors."""

from .door import open_door

open_door()
