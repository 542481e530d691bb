"""The versions that code is upgraded to."""

import re
from collections.abc import Mapping

from carboy.errors import ConfigError

DEFAULT_TARGETS: Mapping[str, str] = {
    "celery": "5.6",
    "flask": "3.1",
    "flask-caching": "2.3",
    "flask-jwt-extended": "4.7",
    "flask-login": "0.6",
    "flask-migrate": "4.1",
    "flask-restful": "0.3.10",
    "flask-sqlalchemy": "3.1",
    "flask-wtf": "1.2",
    "itsdangerous": "2.2",
    "jinja2": "3.1",
    "pytest": "9.0",
    "python": "3.14",
    "sqlalchemy": "2.0",
    "werkzeug": "3.1",
    "wtforms": "3.2",
}


def parse_targets(text: str) -> dict[str, str]:
    """Read `flask=3.1,sqlalchemy=2.1`; what is not named has its default."""
    targets = dict(DEFAULT_TARGETS)
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, version = part.partition("=")
        name = name.strip().lower().replace("_", "-")
        if name not in targets:
            raise ConfigError(
                f"--target {part}: {name!r} is not known. Known are:"
                f" {', '.join(targets)}."
            )
        if not re.fullmatch(r"\d+(\.\d+)*", version.strip()):
            raise ConfigError(
                f"--target {part}: the version must be numbers with dots, such as"
                f" {name}={DEFAULT_TARGETS[name]}."
            )
        targets[name] = version.strip()
    return targets


def version_key(version: str) -> tuple[int, ...]:
    """Return a version as numbers, to compare."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def is_reached(targets: Mapping[str, str], package: str, since: str) -> bool:
    """Return whether the code is upgraded to `since` of a package, or newer."""
    if package not in targets:
        return True
    return version_key(targets[package]) >= version_key(since)
