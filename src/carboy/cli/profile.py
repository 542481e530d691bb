"""Which profile a command uses when neither the environment nor `.env` names one."""

import os
import re
from pathlib import Path

from flask import Flask

from carboy import core

_VARIABLES = ("CARBOY_PROFILE", "PROFILE", "FLASK_ENV")
_DOTENV_LINE = re.compile(
    r"^\s*(?:export\s+)?(?:CARBOY_)?PROFILE\s*=\s*\S", re.MULTILINE
)


def use_profile(name: str, *, over_dotenv: bool = False) -> None:
    """Select the profile `name`, unless the environment or `.env` names one.

    The environment variable is set, so that child processes use the same profile.
    """
    if any(os.environ.get(variable) for variable in _VARIABLES):
        return
    file = Path.cwd() / ".env"
    if not over_dotenv and file.is_file():
        # What is wrong with the file is the business of those who read its settings.
        text = file.read_text("utf-8-sig", errors="replace")
        if _DOTENV_LINE.search(text):
            return
    os.environ["CARBOY_PROFILE"] = name


def is_development(app: Flask) -> bool:
    """Return whether `app` runs in the development profile."""
    return _has_profile(app, "development")


def is_production(app: Flask) -> bool:
    """Return whether `app` runs in the production profile."""
    return _has_profile(app, "production")


def _has_profile(app: Flask, name: str) -> bool:
    if isinstance(app, core.Carboy) and app.has_settings:
        return app.settings.profile == name
    return any(os.environ.get(variable) == name for variable in _VARIABLES)
