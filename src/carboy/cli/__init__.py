"""The command line, `carboy` and `manage.py`; a battery's commands live with it."""

from .main import main, manage

__all__ = ["main", "manage"]
