"""What only matters where strangers reach a site: `carboy check --deploy`."""

from collections.abc import Iterator

from flask import Flask

from carboy.core import Check

from . import (
    files as deploy_files,
    services as deploy_services,
    settings as deploy_settings,
)
from .rule import Deployed

RULES = (*deploy_settings.RULES, *deploy_files.RULES, *deploy_services.RULES)


def check_deploy(app: Flask) -> Iterator[Check]:
    """Look at everything that production asks for."""
    site = Deployed.of(app)
    for rule in RULES:
        if found := rule.check(site):
            yield found
