"""Settings of the protection against forged requests; Flask-WTF's names work."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from carboy.core import Section, setting

_METHODS = ["POST", "PUT", "PATCH", "DELETE"]


class CsrfSettings(Section, frozen=True, kw_only=True):
    """Which requests are checked, and which other sites may send them."""

    prefix: ClassVar[str] = "CSRF"
    # Of Flask-WTF.
    obsolete: ClassVar[Mapping[str, str]] = {
        "WTF_CSRF_SECRET_KEY": "Remove it; tokens are signed with SECRET_KEY.",
        "WTF_CSRF_TIME_LIMIT": "Remove it; a token is valid as long as its session.",
        "WTF_CSRF_SSL_STRICT": "Remove it; the origin of a request is checked always.",
        "WTF_I18N_ENABLED": "Remove it; LANGUAGES selects the languages of forms.",
    }

    enabled: Annotated[
        bool,
        setting(
            "Refuse unsafe requests that another site caused.",
            old=("WTF_CSRF_ENABLED",),
        ),
    ] = True
    check_default: Annotated[
        bool,
        setting(
            "Check every view; if false, only forms check, when they are validated.",
            old=("WTF_CSRF_CHECK_DEFAULT",),
        ),
    ] = True
    trusted_origins: Annotated[
        tuple[str, ...],
        setting("Origins that may send requests too: https://app.example.com."),
    ] = ()
    field_name: Annotated[
        str,
        setting("Name of the hidden field of forms.", old=("WTF_CSRF_FIELD_NAME",)),
    ] = "csrf_token"
    headers: Annotated[
        tuple[str, ...],
        setting("Headers in which scripts send the token.", old=("WTF_CSRF_HEADERS",)),
    ] = ("X-CSRFToken", "X-CSRF-Token")
    methods: Annotated[
        tuple[str, ...],
        setting("Methods that are checked.", old=("WTF_CSRF_METHODS",)),
    ] = tuple(_METHODS)
