"""Settings of APIs."""

from typing import Annotated, ClassVar, Literal

from flask import Flask

from carboy.core import Section, registry_of, setting

_Public = Literal["development", "always", "never"]


class RestSettings(Section, frozen=True, kw_only=True):
    """How strictly requests are read, and who sees the documentation."""

    prefix: ClassVar[str] = "REST"

    unknown_fields: Annotated[
        Literal["refuse", "ignore"],
        setting("What to do with fields of a body that no type declares."),
    ] = "refuse"
    docs: Annotated[
        _Public,
        setting(
            "When `/-/docs` and `/-/openapi.json` are there: in development, always "
            "or never."
        ),
    ] = "development"


def find_settings(app: Flask) -> RestSettings:
    """Return the settings of an app, from its configuration if need be."""
    known = registry_of(app).sections.get(RestSettings.prefix)
    return known if isinstance(known, RestSettings) else RestSettings.read(app.config)
