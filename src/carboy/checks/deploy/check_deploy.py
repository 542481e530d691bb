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


def check_secrets(app: Flask) -> Iterator[Check]:
    """Run the rules about secret keys; an app without one may have no sessions."""
    if not app.config.get("SECRET_KEY"):
        return
    context = DeployContext.of(app)
    for rule in deploy_settings.SECRET_RULES:
        if check := rule.check(context):
            yield check


def check_deploy(app: Flask) -> Iterator[Check]:
    """Run all rules for production."""
    context = DeployContext.of(app)
    for rule in RULES:
        if check := rule.check(context):
            yield check
