"""What the page shell shows of a site: its name, icon and theme, flashed messages."""

from flask import current_app, get_flashed_messages, request
from flask.globals import request_ctx

from carboy.core import AppState

from .files import UiFiles

THEME = "theme.css"
ICON = "icon.svg"

files_state: AppState[UiFiles] = AppState("carboy.ui")


def ui_static(name: str) -> str:
    """Return the address of one of the battery's own files."""
    digest = files_state.current().ours.digest(name) or "missing"
    # Not url_for: error pages are made where no address can be built.
    return f"{request.script_root}/-/static/{digest}/{name}"


def ui_theme() -> str | None:
    """Return the address of the site's static/theme.css, if there is one."""
    return _find_of_site(THEME)


def ui_icon() -> str:
    """Return the address of the site's static/icon.svg, or of the default icon."""
    return _find_of_site(ICON) or ui_static(ICON)


def ui_site_name() -> str:
    """Return the name of the site: the setting SITE_NAME, if it has one."""
    return str(current_app.config.get("SITE_NAME") or "")


def ui_flashed() -> list[str] | list[tuple[str, str]]:
    """Return the flashed messages as (category, text).

    The session of a visitor without one is not opened: the page stays one that may be
    cached for everybody.
    """
    name = current_app.session_interface.get_cookie_name(current_app)
    if name not in request.cookies and not _has_used_session():
        return []
    return get_flashed_messages(with_categories=True)


def _find_of_site(name: str) -> str | None:
    files = files_state.current().site
    digest = files.digest(name) if files is not None else None
    if digest is None:
        return None
    # Not url_for, as above.
    folder = current_app.static_url_path or ""
    return f"{request.script_root}{folder}/-/{digest}/{name}"


def _has_used_session() -> bool:
    # Not `session`, which would open it.
    context = vars(request_ctx)
    session = context.get("_session") or context.get("session")
    return session is not None and bool(getattr(session, "accessed", True))
