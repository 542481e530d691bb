"""`Auth`: the battery for accounts."""

import time
from collections.abc import Callable, Iterable, Mapping
from pkgutil import resolve_name
from typing import Any, ClassVar

from flask import Flask

from carboy.core import Extension, Wiring, get_current_app
from carboy.stores import Store
from carboy.translation import lazy_gettext as _l

from .accounts import load_user
from .app_state import STORE_TABLE, AuthState, auth_state
from .checks import check_accounts
from .commands import users
from .current_user import current_user
from .events import events_table
from .install_access import install_access
from .login_manager import LoginManager, epoch_of
from .mail_previews import MAIL_PREVIEWS
from .passwords import PasswordHasher, make_breach_check
from .required_factors import TRUSTED_BROWSER
from .settings import AuthSettings
from .social import Provider, make_providers

# Where the test client looks for a function that logs in.
_TEST_LOGIN = "carboy.login"


class Auth(Extension):
    """Accounts: who a visitor is, and the pages to register, log in and so on.

    The site has one class of users, `class User(UserModel, db.Model)`; with several,
    pass one. `store` replaces the configured store of limits and used tokens;
    `providers` are sites to log in with, beside those of the settings.
    `needs_second_factor` returns whether a user must have one, beside the roles of
    AUTH_SECOND_FACTOR_FOR; `is_breached` returns whether a password is known, instead
    of AUTH_BREACHED_PASSWORDS.
    """

    name = "auth"
    needs = ("db",)
    # The pages of `carboy.mail` show these templates.
    mail_previews: ClassVar[Mapping[str, Mapping[str, Any]]] = MAIL_PREVIEWS

    def __init__(
        self,
        app: Flask | None = None,
        *,
        model: type[Any] | None = None,
        store: Store | None = None,
        providers: Iterable[Provider] = (),
        needs_second_factor: Callable[[Any], bool] | None = None,
        is_breached: Callable[[str], bool] | None = None,
    ) -> None:
        self._model = model
        self._store = store
        self._providers = tuple(providers)
        self._needs_factor = needs_second_factor
        self._is_breached = is_breached
        super().__init__(app)

    def install(self, wiring: Wiring) -> None:
        """Load users, and add the pages, the commands and the checks."""
        app = wiring.app
        settings = wiring.settings(AuthSettings)
        hasher = PasswordHasher(
            memory=settings.argon2_memory,
            time=settings.argon2_time,
            slots=settings.hash_slots,
        )
        providers = (*make_providers(settings), *self._providers)
        state = AuthState(app, settings, hasher, self._model, self._store, providers)
        state.needs_factor = self._needs_factor
        state.breaches = make_breach_check(
            self._is_breached or settings.breached_passwords, settings.breached_timeout
        )
        auth_state.set(app, state)
        app.extensions[_TEST_LOGIN] = _log_in_for_test
        manager = getattr(app, "login_manager", None)
        if manager is None:
            manager = LoginManager(app)
            manager.login_message = _l("Log in to see this page.")
            manager.needs_refresh_message = _l("Confirm that it is you.")
        if manager.user_callback is None:
            manager.user_loader(_load_user)
        wiring.template_global("current_user", current_user)
        wiring.command(users)
        wiring.check(check_accounts)
        wiring.panel(lambda: resolve_name("carboy.auth.panel:make_panel")(state))
        install_access(wiring, state)
        wiring.table(STORE_TABLE)
        wiring.table(events_table.name)
        if settings.pages:
            # Imported here: forms need WTForms.
            resolve_name("carboy.auth.pages:add_pages")(wiring, state, manager)


def _load_user(user_id: str) -> Any:
    return load_user(auth_state.of(get_current_app()), user_id)


def _log_in_for_test(session: Any, user: Any) -> None:
    session["_user_id"] = user.get_id()
    session["_fresh"] = True
    session["_auth_epoch"] = epoch_of(user)
    session["_auth_time"] = time.time()
    # A test of the site's own views need not set up a factor that is required.
    session["_auth_methods"] = [TRUSTED_BROWSER]
