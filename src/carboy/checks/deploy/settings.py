"""Rules for production that look at settings alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from carboy.checks.site import SHORTEST_SECRET
from carboy.core import Carboy

from .rule import Deployed, Rule

_MONTH = timedelta(days=31)
_LARGE = 100 * 1024 * 1024
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})
_YES = frozenset({"1", "true", "yes", "on"})
_HALF_A_YEAR = 15_768_000


def _is_site(site: Deployed) -> bool:
    return isinstance(site.app, Carboy) and site.app.has_settings


def _profile(site: Deployed) -> str | None:
    if not isinstance(site.app, Carboy) or not site.app.has_settings:
        return None
    profile = site.app.settings.profile
    return None if profile == "production" else f"The profile is {profile}."


def _plain_secret(site: Deployed) -> str | None:
    secret = site.config.get("SECRET_KEY") or ""
    if _is_site(site) or len(secret) >= SHORTEST_SECRET:
        return None
    return f"SECRET_KEY has {len(secret)} characters; it takes {SHORTEST_SECRET}."


def _debug(site: Deployed) -> str | None:
    # A site in production stops at core.E003 already.
    return "DEBUG is on." if site.app.debug and not _is_site(site) else None


def _testing(site: Deployed) -> str | None:
    return "TESTING is on: errors go through." if site.app.testing else None


def _fallbacks(site: Deployed) -> str | None:
    keys = site.config.get("SECRET_KEY_FALLBACKS") or ()
    short = [len(key) for key in keys if len(key) < SHORTEST_SECRET]
    if not short:
        return None
    return f"SECRET_KEY_FALLBACKS has a key of {min(short)} characters."


def _written_secret(site: Deployed) -> str | None:
    origin = getattr(site.config, "origins", {}).get("SECRET_KEY", "environment")
    if origin.startswith(("environment", ".env", "instance/", "made ", "code")):
        return None
    return f"SECRET_KEY is written in {origin}, which goes wherever the code goes."


def _hosts(site: Deployed) -> str | None:
    hosts = site.config.get("TRUSTED_HOSTS") or ()
    if not hosts:
        return None if _is_site(site) else "TRUSTED_HOSTS is not set."
    if "*" in hosts or "." in hosts:
        return f"TRUSTED_HOSTS is {list(hosts)!r}: that believes any name."
    if set(hosts) <= _LOCAL:
        return f"TRUSTED_HOSTS is {list(hosts)!r}: visitors do not come by these names."
    return None


def _https(site: Deployed) -> str | None:
    if _is_site(site) and not site.config.get("HTTPS"):
        return "HTTPS is off: passwords and cookies travel in the open."
    return None


def _scheme(site: Deployed) -> str | None:
    https = site.config.get("HTTPS") or site.config.get("SESSION_COOKIE_SECURE")
    if https and site.config.get("PREFERRED_URL_SCHEME") == "http":
        return "PREFERRED_URL_SCHEME is http, so links in mails lead to http."
    return None


def _cookie_secure(site: Deployed) -> str | None:
    if site.config.get("SESSION_COOKIE_SECURE"):
        return None
    return "SESSION_COOKIE_SECURE is off: the session cookie travels over http too."


def _cookie_httponly(site: Deployed) -> str | None:
    if site.config.get("SESSION_COOKIE_HTTPONLY", True):
        return None
    return "SESSION_COOKIE_HTTPONLY is off: any script on a page reads the session."


def _cookie_samesite(site: Deployed) -> str | None:
    value = site.config.get("SESSION_COOKIE_SAMESITE")
    if str(value).lower() in {"lax", "strict"}:
        return None
    return f"SESSION_COOKIE_SAMESITE is {value!r}: other sites send the cookie along."


def _cookie_domain(site: Deployed) -> str | None:
    domain = site.config.get("SESSION_COOKIE_DOMAIN")
    if not domain:
        return None
    return f"SESSION_COOKIE_DOMAIN is {domain!r}: every host below it gets the cookie."


def _lifetime(site: Deployed) -> str | None:
    span: Any = site.config.get("PERMANENT_SESSION_LIFETIME")
    span = span if isinstance(span, timedelta) else timedelta(seconds=span or 0)
    # Flask's own default, which nobody decided on, is exactly a month.
    if span <= _MONTH:
        return None
    return f"PERMANENT_SESSION_LIFETIME is {span.days} days."


def _body(site: Deployed) -> str | None:
    limit = site.config.get("MAX_CONTENT_LENGTH")
    if limit is None:
        return "MAX_CONTENT_LENGTH is not set: a request may be of any size."
    if limit > _LARGE:
        return f"MAX_CONTENT_LENGTH is {limit:,} bytes, for every view alike."
    return None


def _form(site: Deployed) -> str | None:
    for name in ("MAX_FORM_MEMORY_SIZE", "MAX_FORM_PARTS"):
        if site.config.get(name, 0) is None:
            return f"{name} is None: one form may take all memory."
    return None


def _propagate(site: Deployed) -> str | None:
    for name in ("PROPAGATE_EXCEPTIONS", "TRAP_HTTP_EXCEPTIONS"):
        if site.config.get(name):
            return f"{name} is on: errors reach the server in place of a page."
    return None


def _reload(site: Deployed) -> str | None:
    for name in ("TEMPLATES_AUTO_RELOAD", "EXPLAIN_TEMPLATE_LOADING"):
        if site.config.get(name):
            return f"{name} is on: each page looks at the files of its templates."
    return None


def _headers(site: Deployed) -> str | None:
    others = {"talisman", "flask-talisman"} & {*site.app.extensions}
    if site.has("headers") or others:
        return None
    return "No security headers are sent: no CSP, no HSTS, no nosniff."


def _csp(site: Deployed) -> str | None:
    policy: Any = site.config.get("HEADERS_CSP") or {}
    for directive, sources in policy.items():
        words = sources.split() if isinstance(sources, str) else [*sources]
        bad = {"'unsafe-inline'", "'unsafe-eval'", "*", "data:", "http:", "https:"}
        found = sorted(bad & set(words))
        if found and directive in {"default-src", "script-src", "object-src"}:
            return f"HEADERS_CSP allows {found[0]} in {directive}."
    return None


def _hsts(site: Deployed) -> str | None:
    seconds = site.config.get("HEADERS_HSTS")
    if seconds is None or not site.config.get("HTTPS") or seconds >= _HALF_A_YEAR:
        return None
    return (
        f"HEADERS_HSTS is {seconds} seconds: after that a browser may be led to http."
    )


def _hops(site: Deployed) -> str | None:
    hops = site.config.get("PROXY_HOPS") or 0
    if hops > 2:  # a balancer and a server in front are usual
        return f"PROXY_HOPS is {hops}: each hop too many lets visitors make up theirs."
    return None


def _server_name(site: Deployed) -> str | None:
    name = str(site.config.get("SERVER_NAME") or "")
    if name.split(":")[0] in _LOCAL:
        return f"SERVER_NAME is {name!r}: links in mails lead nowhere."
    return None


def _debug_names(site: Deployed) -> str | None:
    for name in ("FLASK_DEBUG", "CARBOY_DEBUG"):
        if site.told.get(name, "").lower() in _YES:
            return f"{name}={site.told[name]} is set for this site."
    if site.told.get("FLASK_ENV") == "development":
        return "FLASK_ENV=development is set for this site."
    if site.told.get("WERKZEUG_DEBUG_PIN") == "off":
        return "WERKZEUG_DEBUG_PIN=off is set for this site."
    return None


def _level(site: Deployed) -> str | None:
    for name in ("LOG_LEVEL", "LOGLEVEL"):
        if str(site.config.get(name)).upper() == "DEBUG":
            return f"{name} is DEBUG: libraries write what visitors send."
    return None


def _echo(site: Deployed) -> str | None:
    for name in ("DATABASE_ECHO", "SQLALCHEMY_ECHO", "DATABASE_RECORD_QUERIES"):
        if site.config.get(name):
            return f"{name} is on: values of visitors are kept with each statement."
    return None


def _csrf(site: Deployed) -> str | None:
    for name in ("WTF_CSRF_ENABLED", "FORMS_CSRF"):
        if site.config.get(name) is False:
            return f"{name} is off: other sites can post in the name of visitors."
    return None


def _cors(site: Deployed) -> str | None:
    origins: Any = site.config.get("CORS_ORIGINS")
    names = [origins] if isinstance(origins, str) else [*(origins or ())]
    if "*" in names and site.config.get("CORS_SUPPORTS_CREDENTIALS"):
        return "CORS_ORIGINS is * with credentials: any site acts as the visitor."
    return None


_REMOVE = "Remove it; production does without."

RULES = (
    Rule("core.W010", _profile, "Set CARBOY_PROFILE=production, or leave it unset."),
    Rule("core.E010", _plain_secret, "Make one: python -c 'import secrets; "
         "print(secrets.token_hex(32))', and hand it over in the environment."),
    Rule("core.E011", _debug, "Set DEBUG to false: its pages show code and settings."),
    Rule("core.E012", _testing, "Set TESTING to false."),
    Rule("core.E013", _fallbacks, "Earlier keys sign as well as today's: drop it."),
    Rule("core.E014", _written_secret, "Move it to the environment or to .env."),
    Rule("core.W015", _hosts, "Set TRUSTED_HOSTS to the names of the site."),
    Rule("core.W016", _https, "Set HTTPS to true and put a certificate in front."),
    Rule("core.W017", _scheme, "Set PREFERRED_URL_SCHEME to https."),
    Rule("core.W018", _cookie_secure, "Set SESSION_COOKIE_SECURE (or HTTPS) to true."),
    Rule("core.W019", _cookie_httponly, "Set SESSION_COOKIE_HTTPONLY to true."),
    Rule("core.W020", _cookie_samesite, "Set SESSION_COOKIE_SAMESITE to Lax."),
    Rule("core.W021", _cookie_domain, "Leave it unset: the cookie stays on its host."),
    Rule("core.W022", _lifetime, "A stolen cookie works that long. 14 days is usual."),
    Rule("core.W023", _body, "Set MAX_CONTENT_LENGTH, more where a view takes files."),
    Rule("core.W024", _form, "Leave it at its default."),
    Rule("core.W025", _propagate, _REMOVE),
    Rule("core.W026", _reload, _REMOVE),
    Rule("core.W027", _headers, "Make the app with Carboy(__name__, settings=…)."),
    Rule("core.W028", _csp, "Give scripts the nonce: csp_nonce() in templates."),
    Rule("core.W029", _hsts, "Once https works on every page, set it to "
         "31536000, a year. Browsers do not forget it before."),
    Rule("core.W030", _hops, "Count the proxies that you run, not those of others."),
    Rule("core.W031", _server_name, "Set SERVER_NAME to the name of the site."),
    Rule("core.W032", _debug_names, "Remove it from the environment and from .env."),
    Rule("core.W033", _level, "Set it to INFO."),
    Rule("core.W034", _echo, _REMOVE),
    Rule("core.W035", _csrf, "Set it to true, and exempt single views."),
    Rule("core.E036", _cors, "List the origins that may."),
)  # fmt: skip
