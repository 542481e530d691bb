"""What `carboy check --deploy` looks at: settings, files, services."""

from .check_deploy import check_deploy

__all__ = [
    "check_deploy",
]
