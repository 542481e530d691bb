"""The settings that Flask itself has, with their types and our defaults."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from .section import Section, setting


class FlaskSettings(Section, frozen=True, kw_only=True):
    """Flask's own settings, under Flask's names."""

    prefix: ClassVar[str] = ""
    obsolete: ClassVar[Mapping[str, str]] = {
        "ENV": "Set CARBOY_PROFILE to development, testing or production.",
        "JSON_AS_ASCII": "Write app.json.ensure_ascii = False in create_app.",
        "JSON_SORT_KEYS": "Write app.json.sort_keys = False in create_app.",
        "JSONIFY_MIMETYPE": "Write app.json.mimetype = '…' in create_app.",
        "JSONIFY_PRETTYPRINT_REGULAR": "Write app.json.compact = False in create_app.",
        "LOGGER_HANDLER_POLICY": "Remove it; the LOG_… settings say what is logged.",
        "LOGGER_NAME": "Remove it; the logger has the name of the app.",
        "PRESERVE_CONTEXT_ON_EXCEPTION": "Remove it; the debugger keeps what it needs.",
    }

    debug: Annotated[
        bool | None,
        setting("Show errors in full. Unset: on in development."),
    ] = None
    testing: Annotated[
        bool | None, setting("Raise errors in tests. Unset: on in testing.")
    ] = None
    secret_key: Annotated[
        str,
        setting("Signs cookies and tokens; 32 characters or more.", secret=True),
    ] = ""
    secret_key_fallbacks: Annotated[
        tuple[str, ...],
        setting("Earlier keys that are still accepted.", secret=True),
    ] = ()
    trusted_hosts: Annotated[
        tuple[str, ...],
        setting("Host names of the site; a leading dot includes subdomains."),
    ] = ()
    server_name: Annotated[
        str | None, setting("Host for links made outside of requests, and subdomains.")
    ] = None
    application_root: Annotated[str, setting("Path that the site is mounted at.")] = "/"
    preferred_url_scheme: Annotated[
        Literal["http", "https"] | None,
        setting("Scheme of links made outside of requests. Unset: as HTTPS says."),
    ] = None
    max_content_length: Annotated[
        int | None, setting("Largest request body in bytes; more gives 413.")
    ] = 10 * 1024 * 1024
    max_form_memory_size: Annotated[
        int | None, setting("Largest form field in bytes; more gives 413.")
    ] = 500_000
    max_form_parts: Annotated[
        int | None, setting("Most parts of a form; more gives 413.")
    ] = 1_000
    max_cookie_size: Annotated[
        int, setting("Bytes from which a cookie is warned of; 0 never warns.", ge=0)
    ] = 4_093
    permanent_session_lifetime: Annotated[
        timedelta, setting("How long a permanent session lasts, in seconds.")
    ] = timedelta(days=14)
    session_cookie_name: Annotated[
        str | None,
        setting("Unset: __Host-session under https, session otherwise."),
    ] = None
    session_cookie_secure: Annotated[
        bool | None,
        setting("Send the session cookie over https only. Unset: as HTTPS says."),
    ] = None
    session_cookie_httponly: Annotated[
        bool, setting("Hide the session cookie from scripts.")
    ] = True
    session_cookie_samesite: Annotated[
        Literal["Lax", "Strict", "None"] | None,
        setting("SameSite of the session cookie: Lax, Strict or None."),
    ] = "Lax"
    session_cookie_domain: Annotated[
        str | None, setting("Domain of the session cookie. Unset: this host only.")
    ] = None
    session_cookie_path: Annotated[
        str | None, setting("Path of the session cookie. Unset: APPLICATION_ROOT.")
    ] = None
    session_cookie_partitioned: Annotated[
        bool, setting("Store the session cookie for each site that frames this one.")
    ] = False
    session_refresh_each_request: Annotated[
        bool, setting("Send the cookie of a permanent session with each response.")
    ] = True
    send_file_max_age_default: Annotated[
        timedelta | None,
        setting("Seconds that browsers cache static files. Unset: they ask."),
    ] = None
    use_x_sendfile: Annotated[
        bool, setting("Let the web server in front send files: X-Sendfile.")
    ] = False
    templates_auto_reload: Annotated[
        bool | None, setting("Reload changed templates. Unset: on with DEBUG.")
    ] = None
    explain_template_loading: Annotated[
        bool, setting("Log where each template was looked for.")
    ] = False
    propagate_exceptions: Annotated[
        bool | None,
        setting("Pass errors on to the server. Unset: on with DEBUG and TESTING."),
    ] = None
    trap_http_exceptions: Annotated[
        bool, setting("Treat HTTP errors as other errors.")
    ] = False
    trap_bad_request_errors: Annotated[
        bool | None,
        setting("Show which key of a form was missing. Unset: on with DEBUG."),
    ] = None
    provide_automatic_options: Annotated[
        bool, setting("Answer OPTIONS requests of each route.")
    ] = True
