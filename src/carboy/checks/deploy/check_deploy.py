"""Runs the checks that matter in production alone: `carboy check --deploy`."""

from collections.abc import Iterator

from flask import Flask

from carboy.core import Check

from . import (
    files as deploy_files,
    services as deploy_services,
    settings as deploy_settings,
)
from .rule import DeployContext

RULES = (*deploy_settings.RULES, *deploy_files.RULES, *deploy_services.RULES)


def check_production(app: Flask) -> Iterator[Check]:
    """Run the rules that every check of a site in production runs.

    An app without a secret key may have no sessions.
    """
    context = DeployContext.of(app)
    rules = [deploy_settings.HTTPS_RULE]
    if app.config.get("SECRET_KEY"):
        rules += deploy_settings.SECRET_RULES
    for rule in rules:
        if check := rule.check(context):
            yield check


def check_deploy(app: Flask) -> Iterator[Check]:
    """Run all rules for production."""
    context = DeployContext.of(app)
    for rule in RULES:
        if check := rule.check(context):
            yield check
