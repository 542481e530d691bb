"""The checks of every site: its secret, hosts and names of settings."""

from collections.abc import Iterator
from contextlib import suppress
from pkgutil import resolve_name

from flask import Flask

from carboy.core import (
    Check,
    Extension,
    Section,
    Settings,
    Wiring,
    check_obsolete,
    registry_of,
)
from carboy.errors import SettingsError
from carboy.extras import MissingExtraError

MIN_SECRET_LENGTH = 32
# Keys from tutorials, templates and books, which attackers know too.
_SAMPLES = (
    "dev",
    "secret",
    "change",
    "your-secret",
    "your_secret",
    "example",
    "asefsdf",
    "you-will-never-guess",
    "hard to guess",
    "some_secret",
    "development key",
    "5791628bb0b13ce0",
    "192b9bdd22ab9ed4",
    "_5#y2l",
)


class SiteChecks(Extension):
    """The battery that checks the settings of the site itself."""

    name = "site"

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    def install(self, wiring: Wiring) -> None:
        """Add the checks."""
        wiring.check(self._check)

    def _check(self, app: Flask) -> Iterator[Check]:
        yield from _check_names(app, self._settings)
        yield from check_obsolete(app.config, Settings.obsolete, "core.W002")
        if self._settings.profile == "production":
            yield from _check_secret(str(app.secret_key or ""))
            if not app.config["TRUSTED_HOSTS"]:
                yield Check(
                    "core.E002",
                    "TRUSTED_HOSTS is empty, so any Host header is accepted.",
                    "Set TRUSTED_HOSTS to the names of the site, such as example.com.",
                )
            if app.debug:
                yield Check(
                    "core.E003",
                    "DEBUG is on in production: errors would show code and settings.",
                    "Remove DEBUG, or set CARBOY_PROFILE to development.",
                )


def _check_secret(secret: str) -> Iterator[Check]:
    advice = (
        "Set SECRET_KEY in the environment or in .env to the output of: "
        'python -c "import secrets; print(secrets.token_hex(32))"'
    )
    if not secret:
        yield Check("core.E001", "SECRET_KEY is not set.", advice)
    elif len(secret) < MIN_SECRET_LENGTH:
        message = (
            f"SECRET_KEY has {len(secret)} characters; it needs {MIN_SECRET_LENGTH}."
        )
        yield Check("core.E001", message, advice)
    elif secret.casefold().startswith(_SAMPLES):
        yield Check("core.E001", "SECRET_KEY is a known example.", advice)


def _check_names(app: Flask, settings: Settings) -> Iterator[Check]:
    sections = registry_of(app).sections
    known = {prefix: section.fields() for prefix, section in sections.items()}
    for text in settings.unknown(known):
        yield Check("core.E004", text)
    # Without its extra a battery has no settings that a name could be near to.
    with suppress(MissingExtraError):
        for text in settings.misspelt(known):
            hint = "If it is meant for another program, silence core.W003."
            yield Check("core.W003", text, hint)
    for prefix in settings.unused(known):
        message = f"{prefix}_… settings are set, but {prefix.lower()} is not in use."
        try:
            kind = resolve_name(settings.sections[prefix])
        except MissingExtraError as error:
            yield Check("core.W001", message, str(error))
            continue
        # Nobody else reads the values of a battery that is not installed.
        yield from _check_values(settings, kind)
        yield Check("core.W001", message, f"Install it: app.use(ext.{prefix.lower()})")


def _check_values(settings: Settings, kind: type[Section]) -> Iterator[Check]:
    try:
        settings.section(kind)
    except SettingsError as error:
        yield Check("core.E005", str(error))
