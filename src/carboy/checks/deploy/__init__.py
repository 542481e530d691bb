"""The checks of `carboy check --deploy`: settings, files and services."""

from .check_deploy import check_deploy, check_production

__all__ = [
    "check_deploy",
    "check_production",
]
