"""Settings of APIs."""

from typing import Annotated, ClassVar, Literal

from carboy.core import Section, setting

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
