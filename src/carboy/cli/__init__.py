"""The command line: `carboy`, and a project's `manage.py`."""

from .main import main, manage

__all__ = ["main", "manage"]
