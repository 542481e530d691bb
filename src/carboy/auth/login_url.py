"""Addresses of login pages, with the page to come back to."""

from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from flask import current_app, url_for


def make_next_param(login_url: str, current_url: str) -> str:
    """Return `current_url`, without scheme and host if the login page has the same."""
    login, current = urlsplit(login_url), urlsplit(current_url)
    same_scheme = not login.scheme or login.scheme == current.scheme
    same_host = not login.netloc or login.netloc == current.netloc
    if same_scheme and same_host:
        return urlunsplit(("", "", current.path, current.query, ""))
    return current_url


def expand_login_view(login_view: str) -> str:
    """Return the address of a view, or the address itself."""
    if login_view.startswith(("https://", "http://", "/")):
        return login_view
    return url_for(login_view)


def login_url(
    login_view: str, next_url: str | None = None, next_field: str = "next"
) -> str:
    """Return the address of the login page that leads back to `next_url`."""
    base = expand_login_view(login_view)
    if next_url is None:
        return base
    parts = urlsplit(base)
    query = parse_qs(parts.query, keep_blank_values=True)
    query[next_field] = [make_next_param(base, next_url)]
    host = current_app.config.get("FORCE_HOST_FOR_REDIRECTS") or parts.netloc
    changed = parts._replace(netloc=host, query=urlencode(query, doseq=True))
    return urlunsplit(changed)
