"""Settings of APIs."""

from typing import Annotated, ClassVar, Literal

import msgspec

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
    cors_origins: Annotated[
        list[str],
        setting(
            "Origins whose pages may use the APIs, such as https://shop.example, or *."
        ),
    ] = msgspec.field(default_factory=list)
    cors_credentials: Annotated[
        bool, setting("Pages of those origins may send cookies.")
    ] = False
    cors_headers: Annotated[
        list[str], setting("More headers that pages of those origins may send.")
    ] = msgspec.field(default_factory=list)
    cors_max_age: Annotated[
        int, setting("Seconds for which browsers keep the answer.", ge=0)
    ] = 3600
    idempotency_seconds: Annotated[
        int, setting("Seconds for which a response is kept for its key.", ge=1)
    ] = 86_400
    limit: Annotated[
        str,
        setting("Requests of one client to all APIs, such as 1000/minute; empty: any."),
    ] = ""
    store_url: Annotated[
        str,
        setting(
            "URL of the store of idempotency keys and limits, empty: a table in the "
            "site's database, or memory."
        ),
    ] = ""
