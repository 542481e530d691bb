"""Which profile a command works in when nobody says."""

import os
import re
from pathlib import Path

from flask import Flask

from carboy.core import Carboy

_NAMES = ("CARBOY_PROFILE", "FLASK_ENV")
_LINE = re.compile(r"^\s*(?:export\s+)?CARBOY_PROFILE\s*=\s*\S", re.MULTILINE)


def use_profile(name: str, *, over_dotenv: bool = False) -> None:
    """Work in the profile `name`, unless the environment or `.env` names one.

    The variable is set, not passed: processes that are started from here have to
    work in the same one.
    """
    if any(os.environ.get(told) for told in _NAMES):
        return
    file = Path.cwd() / ".env"
    if not over_dotenv and file.is_file() and _LINE.search(file.read_text("utf-8")):
        return
    os.environ["CARBOY_PROFILE"] = name


def is_development(app: Flask) -> bool:
    """Whether `app` runs on its developer's machine."""
    if isinstance(app, Carboy) and app.has_settings:
        return app.settings.profile == "development"
    return any(os.environ.get(told) == "development" for told in _NAMES)
