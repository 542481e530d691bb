"""What only matters where strangers reach a site: `carboy check --deploy`."""

from collections.abc import Iterator

from flask import Flask

from . import deploy_files, deploy_services, deploy_settings
from .checks import Check
from .deploy_rules import Deployed

RULES = (*deploy_settings.RULES, *deploy_files.RULES, *deploy_services.RULES)


def check_deploy(app: Flask) -> Iterator[Check]:
    """Look at everything that production asks for."""
    site = Deployed.of(app)
    for rule in RULES:
        if found := rule.check(site):
            yield found
