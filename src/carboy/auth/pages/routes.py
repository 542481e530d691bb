"""The addresses of the pages of accounts."""

from pathlib import Path

from carboy.auth.account_page import AccountSection, register_section
from carboy.auth.app_state import AuthState
from carboy.auth.factors import register_factor
from carboy.auth.login_manager import LoginManager
from carboy.core import Wiring
from carboy.forms import DefaultForms
from carboy.translation import lazy_gettext as _l
from carboy.ui import UI

from .operations import add_operations
from .passkeys import make_passkey_factor
from .providers import list_providers
from .route_table import list_pages
from .second_step_views import make_factor
from .static_files import auth_static

_FOLDER = Path(__file__).parent.parent / "templates"


def add_pages(wiring: Wiring, state: AuthState, manager: LoginManager) -> None:
    """Add the pages, and lead to them whoever has to log in."""
    UI().init_app(wiring.app)
    # Nothing happens where the site has it: no page is without its protection.
    DefaultForms().init_app(wiring.app)
    wiring.templates(_FOLDER)
    for rule, view, name, methods in list_pages(state):
        address = state.settings.url_prefix + rule
        wiring.route(address, view, endpoint=f"auth.{name}", methods=methods)
    manager.login_view = manager.login_view or "auth.login"
    manager.refresh_view = manager.refresh_view or "auth.reauthenticate"
    wiring.template_global("auth_static", auth_static)
    wiring.template_global("auth_providers", list_providers)
    register_factor(wiring.app, make_factor(state))
    if state.settings.asks_for_passkey:
        register_factor(wiring.app, make_passkey_factor(state))
    _add_sections(wiring, state)
    add_operations(wiring, state)


def _add_sections(wiring: Wiring, state: AuthState) -> None:
    sections = [
        ("profile", _l("Name")),
        ("email", _l("Email address")),
        ("password", _l("Password")),
        ("two_step", _l("Two-step login")),
        ("sessions", _l("Sessions and devices")),
        ("activity", _l("Recent activity")),
        ("export", _l("Export your data")),
        ("delete", _l("Delete the account")),
    ]
    if state.settings.passkeys != "off":
        sections.insert(4, ("passkeys", _l("Passkeys")))
    if state.providers:
        sections.insert(4, ("logins", _l("Linked logins")))
    for name, title in sections:
        section = AccountSection(name, title, f"auth.{name}")
        register_section(wiring.app, section)
