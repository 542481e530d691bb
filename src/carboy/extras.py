"""The extras that batteries need, and the error if one of them is not installed."""

import sys
from collections.abc import Mapping
from importlib.util import find_spec

from carboy.errors import ConfigError
from carboy.install_source import make_install_command

# Extra → the modules that its battery cannot be imported without.
EXTRA_MODULES: Mapping[str, tuple[str, ...]] = {
    "db": ("sqlalchemy", "alembic"),
    "tasks": ("celery", "sqlalchemy", "alembic"),
    "forms": ("wtforms",),
}
# The same of batteries that a new project does not use, and of their options.
_OPTIONAL_MODULES: Mapping[str, tuple[str, ...]] = {
    "auth": ("argon2", "segno", "webauthn", "zxcvbn"),
    "social": ("authlib", "httpx"),
    "i18n": ("babel",),
    "mail": ("email_validator", "css_inline"),
    "dkim": ("cryptography",),
    "images": ("PIL",),
    "markdown": ("markdown_it",),
}
# Command → the extra whose battery adds it to an app.
EXTRA_COMMANDS: Mapping[str, str] = {
    "db": "db",
    "worker": "tasks",
    "beat": "tasks",
    "tasks": "tasks",
}


class MissingExtraError(ConfigError, ImportError):
    """Raised when a battery is used whose packages are not installed."""


def require_extra(extra: str) -> None:
    """Raise `MissingExtraError` unless the packages of `extra` are installed."""
    if missing := list_missing(extra):
        raise MissingExtraError(describe_missing(f"carboy.{extra}", extra, missing))


def list_missing(extra: str) -> list[str]:
    """Return the modules of an extra that are not installed."""
    return [name for name in EXTRA_MODULES[extra] if not _is_installed(name)]


def describe_missing(what: str, extra: str, missing: list[str]) -> str:
    """Return one line: what needs which packages, and the command that installs them.

    >>> describe_missing("carboy.forms", "forms", ["wtforms"])
    "carboy.forms needs wtforms, which is not installed. Run: pip install '...[forms]'"
    """
    verb = "is" if len(missing) == 1 else "are"
    return (
        f"{what} needs {' and '.join(missing)}, which {verb} not installed. "
        f"Run: {make_install_command(extra)}"
    )


def extra_of_module(module: str) -> str | None:
    """Return the extra that installs a module, or None."""
    package = module.partition(".")[0]
    known = [(extra, EXTRA_MODULES[extra]) for extra in ("db", "forms", "tasks")]
    for extra, modules in (*known, *_OPTIONAL_MODULES.items()):
        if package in modules:
            return extra
    return None


def _is_installed(name: str) -> bool:
    if name in sys.modules:
        return sys.modules[name] is not None
    return find_spec(name) is not None
