"""Rules for production about settings."""

from datetime import timedelta
from typing import Any

from carboy.checks.site import MIN_SECRET_LENGTH
from carboy.core import Carboy

from .rule import DeployContext, Rule

_MONTH = timedelta(days=31)
_LARGE_BODY = 100 * 1024 * 1024
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})
_TRUE = frozenset({"1", "true", "yes", "on"})
_HALF_A_YEAR = 15_768_000


def _is_site(context: DeployContext) -> bool:
    return isinstance(context.app, Carboy) and context.app.has_settings


def _profile(context: DeployContext) -> str | None:
    if not isinstance(context.app, Carboy) or not context.app.has_settings:
        return None
    profile = context.app.settings.profile
    return None if profile == "production" else f"The profile is {profile}."


def _plain_secret(context: DeployContext) -> str | None:
    secret = context.config.get("SECRET_KEY") or ""
    if _is_site(context) or len(secret) >= MIN_SECRET_LENGTH:
        return None
    return f"SECRET_KEY has {len(secret)} characters; it needs {MIN_SECRET_LENGTH}."


def _debug(context: DeployContext) -> str | None:
    # A site in production stops at core.E003 already.
    return "DEBUG is on." if context.app.debug and not _is_site(context) else None


def _testing(context: DeployContext) -> str | None:
    return "TESTING is on: errors are raised." if context.app.testing else None


def _fallbacks(context: DeployContext) -> str | None:
    keys = context.config.get("SECRET_KEY_FALLBACKS") or ()
    short = [len(key) for key in keys if len(key) < MIN_SECRET_LENGTH]
    if not short:
        return None
    return f"SECRET_KEY_FALLBACKS has a key of {min(short)} characters."


def _written_secret(context: DeployContext) -> str | None:
    origin = getattr(context.config, "origins", {}).get("SECRET_KEY", "environment")
    if origin.startswith(("environment", ".env", "instance/", "generated ", "code")):
        return None
    return f"SECRET_KEY is written in {origin}, which is copied with the code."


def _hosts(context: DeployContext) -> str | None:
    hosts = context.config.get("TRUSTED_HOSTS") or ()
    if not hosts:
        return None if _is_site(context) else "TRUSTED_HOSTS is not set."
    if "*" in hosts or "." in hosts:
        return f"TRUSTED_HOSTS is {list(hosts)!r}: that accepts any name."
    if set(hosts) <= _LOCAL:
        return f"TRUSTED_HOSTS is {list(hosts)!r}: visitors do not use these names."
    return None


def _https(context: DeployContext) -> str | None:
    if _is_site(context) and not context.config.get("HTTPS"):
        return "HTTPS is off: passwords and cookies are sent in plain text."
    return None


def _https_origin(context: DeployContext) -> str | None:
    config = context.config
    if not _is_site(context) or not config.get("HTTPS") or config.get("PROXY_HOPS"):
        return None
    if context.variables.get("CARBOY_SERVE_TLS_CERTIFICATE"):
        return None
    return (
        "HTTPS is on, but every request comes over http: PROXY_HOPS is 0 and "
        "`carboy serve` has no certificate. Logins are lost, as browsers do not send "
        "Secure cookies over http."
    )


def _scheme(context: DeployContext) -> str | None:
    https = context.config.get("HTTPS") or context.config.get("SESSION_COOKIE_SECURE")
    if https and context.config.get("PREFERRED_URL_SCHEME") == "http":
        return "PREFERRED_URL_SCHEME is http, so links in mails use http."
    return None


def _cookie_secure(context: DeployContext) -> str | None:
    if context.config.get("SESSION_COOKIE_SECURE"):
        return None
    return "SESSION_COOKIE_SECURE is off: the session cookie is sent over http too."


def _cookie_httponly(context: DeployContext) -> str | None:
    if context.config.get("SESSION_COOKIE_HTTPONLY", True):
        return None
    return "SESSION_COOKIE_HTTPONLY is off: scripts can read the session cookie."


def _cookie_samesite(context: DeployContext) -> str | None:
    value = context.config.get("SESSION_COOKIE_SAMESITE")
    if str(value).lower() in {"lax", "strict"}:
        return None
    return f"SESSION_COOKIE_SAMESITE is {value!r}: other sites can send the cookie."


def _remember_cookie(context: DeployContext) -> str | None:
    # Flask-Login's defaults are neither.
    if not hasattr(context.app, "login_manager"):
        return None
    if not context.config.get("REMEMBER_COOKIE_SECURE"):
        return "REMEMBER_COOKIE_SECURE is off: a login of a month is sent over http."
    if str(context.config.get("REMEMBER_COOKIE_SAMESITE")) not in {"Lax", "Strict"}:
        return "REMEMBER_COOKIE_SAMESITE is unset: other sites can send the cookie."
    return None


def _cookie_domain(context: DeployContext) -> str | None:
    domain = context.config.get("SESSION_COOKIE_DOMAIN")
    if not domain:
        return None
    return f"SESSION_COOKIE_DOMAIN is {domain!r}: all its subdomains get the cookie."


def _lifetime(context: DeployContext) -> str | None:
    span: Any = context.config.get("PERMANENT_SESSION_LIFETIME")
    span = span if isinstance(span, timedelta) else timedelta(seconds=span or 0)
    # A month is Flask's own default.
    if span <= _MONTH:
        return None
    return f"PERMANENT_SESSION_LIFETIME is {span.days} days."


def _body(context: DeployContext) -> str | None:
    limit = context.config.get("MAX_CONTENT_LENGTH")
    if limit is None:
        return "MAX_CONTENT_LENGTH is not set: a request may have any size."
    if limit > _LARGE_BODY:
        return f"MAX_CONTENT_LENGTH is {limit:,} bytes for every view."
    return None


def _form(context: DeployContext) -> str | None:
    for name in ("MAX_FORM_MEMORY_SIZE", "MAX_FORM_PARTS"):
        if context.config.get(name, 0) is None:
            return f"{name} is None: a form may use all memory."
    return None


def _propagate(context: DeployContext) -> str | None:
    for name in ("PROPAGATE_EXCEPTIONS", "TRAP_HTTP_EXCEPTIONS"):
        if context.config.get(name):
            return f"{name} is on: the server gets errors instead of an error page."
    return None


def _reload(context: DeployContext) -> str | None:
    for name in ("TEMPLATES_AUTO_RELOAD", "EXPLAIN_TEMPLATE_LOADING"):
        if context.config.get(name):
            return f"{name} is on: each page checks the files of its templates."
    return None


def _headers(context: DeployContext) -> str | None:
    others = {"talisman", "flask-talisman"} & {*context.app.extensions}
    if context.has("headers") or others:
        return None
    return "No security headers are sent: no CSP, no HSTS, no nosniff."


def _csp(context: DeployContext) -> str | None:
    policy: Any = context.config.get("HEADERS_CSP") or {}
    for directive, sources in policy.items():
        names = sources.split() if isinstance(sources, str) else [*sources]
        unsafe = {"'unsafe-inline'", "'unsafe-eval'", "*", "data:", "http:", "https:"}
        allowed = sorted(unsafe & set(names))
        if allowed and directive in {"default-src", "script-src", "object-src"}:
            return f"HEADERS_CSP allows {allowed[0]} in {directive}."
    return None


def _hsts(context: DeployContext) -> str | None:
    seconds = context.config.get("HEADERS_HSTS")
    if seconds is None or not context.config.get("HTTPS") or seconds >= _HALF_A_YEAR:
        return None
    return (
        f"HEADERS_HSTS is {seconds} seconds: after that a browser may be led to http."
    )


def _hops(context: DeployContext) -> str | None:
    hops = context.config.get("PROXY_HOPS") or 0
    if hops > 2:  # a balancer and a server in front are usual
        return f"PROXY_HOPS is {hops}: one too many lets visitors forge addresses."
    return None


def _server_name(context: DeployContext) -> str | None:
    name = str(context.config.get("SERVER_NAME") or "")
    if name.split(":")[0] in _LOCAL:
        return f"SERVER_NAME is {name!r}: links in mails do not work."
    return None


def _debug_names(context: DeployContext) -> str | None:
    for name in ("FLASK_DEBUG", "CARBOY_DEBUG"):
        if context.variables.get(name, "").lower() in _TRUE:
            return f"{name}={context.variables[name]} is set for this site."
    if context.variables.get("FLASK_ENV") == "development":
        return "FLASK_ENV=development is set for this site."
    if context.variables.get("WERKZEUG_DEBUG_PIN") == "off":
        return "WERKZEUG_DEBUG_PIN=off is set for this site."
    return None


def _level(context: DeployContext) -> str | None:
    for name in ("LOG_LEVEL", "LOGLEVEL"):
        if str(context.config.get(name)).upper() == "DEBUG":
            return f"{name} is DEBUG: libraries log what visitors send."
    return None


def _echo(context: DeployContext) -> str | None:
    for name in ("DATABASE_ECHO", "SQLALCHEMY_ECHO", "DATABASE_RECORD_QUERIES"):
        if context.config.get(name):
            return f"{name} is on: data of visitors is recorded with each statement."
    return None


def _csrf(context: DeployContext) -> str | None:
    for name in ("WTF_CSRF_ENABLED", "FORMS_CSRF"):
        if context.config.get(name) is False:
            return f"{name} is off: other sites can send forms as a visitor."
    return None


def _cors(context: DeployContext) -> str | None:
    origins: Any = context.config.get("CORS_ORIGINS")
    names = [origins] if isinstance(origins, str) else [*(origins or ())]
    if "*" in names and context.config.get("CORS_SUPPORTS_CREDENTIALS"):
        return "CORS_ORIGINS is * with credentials: any site can act as a visitor."
    return None


_REMOVE = "Remove it; production does not need it."

SECRET_RULES = (
    Rule(
        "core.E010",
        _plain_secret,
        "Make one: python -c 'import secrets; "
        "print(secrets.token_hex(32))', and set it in the environment.",
    ),
    Rule("core.E013", _fallbacks, "Remove it: earlier keys are accepted too."),
)
HTTPS_RULE = Rule(
    "core.W037",
    _https_origin,
    "Set PROXY_HOPS to the number of proxies in front, or "
    "CARBOY_SERVE_TLS_CERTIFICATE; without https, set HTTPS to false.",
)
RULES = (
    Rule("core.W010", _profile, "Set CARBOY_PROFILE=production, or leave it unset."),
    *SECRET_RULES,
    Rule("core.E011", _debug, "Set DEBUG to false: its pages show code and settings."),
    Rule("core.E012", _testing, "Set TESTING to false."),
    Rule("core.E014", _written_secret, "Move it to the environment or to .env."),
    Rule("core.W015", _hosts, "Set TRUSTED_HOSTS to the names of the site."),
    Rule("core.W016", _https, "Set HTTPS to true, and serve with a certificate."),
    Rule("core.W017", _scheme, "Set PREFERRED_URL_SCHEME to https."),
    Rule("core.W018", _cookie_secure, "Set SESSION_COOKIE_SECURE (or HTTPS) to true."),
    Rule("core.W019", _cookie_httponly, "Set SESSION_COOKIE_HTTPONLY to true."),
    Rule("core.W020", _cookie_samesite, "Set SESSION_COOKIE_SAMESITE to Lax."),
    Rule("core.W021", _cookie_domain, "Leave it unset: the cookie is for one host."),
    Rule("core.W022", _lifetime, "Shorten it: a stolen cookie is valid as long."),
    Rule("core.W023", _body, "Set MAX_CONTENT_LENGTH, with more for views of uploads."),
    Rule("core.W024", _form, "Leave it at its default."),
    Rule("core.W025", _propagate, _REMOVE),
    Rule("core.W026", _reload, _REMOVE),
    Rule("core.W027", _headers, "Make the app with Carboy(__name__, settings=…)."),
    Rule("core.W028", _csp, "Use csp_nonce() for scripts in templates."),
    Rule("core.W029", _hsts, "Once https works on every page, set it to "
         "31536000, a year. Browsers do not forget it before."),
    Rule("core.W030", _hops, "Count only proxies that you run yourself."),
    Rule("core.W031", _server_name, "Set SERVER_NAME to the name of the site."),
    Rule("core.W032", _debug_names, "Remove it from the environment and from .env."),
    Rule("core.W033", _level, "Set it to INFO."),
    Rule("core.W034", _echo, _REMOVE),
    Rule("core.W035", _csrf, "Set it to true, and exempt single views."),
    HTTPS_RULE,
    Rule("core.W038", _remember_cookie, "Set REMEMBER_COOKIE_SECURE to true and "
         "REMEMBER_COOKIE_SAMESITE to Lax."),
    Rule("core.E036", _cors, "List the origins that are allowed."),
)  # fmt: skip
