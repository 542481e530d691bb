"""Raises, when it is imported, if the packages of the extra `tasks` are missing.

The package imports it first: else the error would name a package and not the extra.
"""

from carboy.extras import require_extra

require_extra("tasks")
