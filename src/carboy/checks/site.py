"""The checks that every site has to pass before it serves."""

from collections.abc import Iterator

from flask import Flask

from carboy.core import Check, Extension, Settings, Wiring, registry_of

SHORTEST_SECRET = 32
# Keys from tutorials, templates and books: whoever wants to forge a cookie has them.
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
    """The battery that looks at the settings of the site itself."""

    name = "site"

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    def install(self, wiring: Wiring) -> None:
        """Add the checks."""
        wiring.check(self._check)

    def _check(self, app: Flask) -> Iterator[Check]:
        yield from _check_names(app, self._settings)
        if self._settings.profile == "production":
            yield from _check_secret(str(app.secret_key or ""))
            if not app.config["TRUSTED_HOSTS"]:
                yield Check(
                    "core.E002",
                    "TRUSTED_HOSTS is empty, so anybody's host name is believed.",
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
    elif len(secret) < SHORTEST_SECRET:
        message = (
            f"SECRET_KEY has {len(secret)} characters; it takes {SHORTEST_SECRET}."
        )
        yield Check("core.E001", message, advice)
    elif secret.casefold().startswith(_SAMPLES):
        yield Check("core.E001", "SECRET_KEY is one that books print.", advice)


def _check_names(app: Flask, settings: Settings) -> Iterator[Check]:
    sections = registry_of(app).sections
    known = {prefix: section.fields() for prefix, section in sections.items()}
    for text in settings.unknown(known):
        yield Check("core.E004", text)
    for prefix in settings.unused(known):
        message = f"{prefix}_… settings are told, but {prefix.lower()} is not in use."
        yield Check(
            "core.W001", message, f"Hand it over: app.use(ext.{prefix.lower()})"
        )
