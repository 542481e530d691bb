"""What the battery has for each app: settings, the model of users, the store."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from carboy.core import AppState
from carboy.db import SQLAlchemy, database_of_app
from carboy.stores import PrefixedStore, Store, open_site_store

from .errors import AuthSetupError
from .passwords import BreachCheck, PasswordHasher
from .settings import AuthSettings
from .social import Provider
from .user_model import UserModel

STORE_TABLE = "carboy_auth"


@dataclass(slots=True)
class AuthState:
    """The accounts of one app."""

    app: Flask
    settings: AuthSettings
    hasher: PasswordHasher
    given_model: type[Any] | None = None
    given_store: Store | None = None
    # Other sites that people log in with, in the order of their buttons.
    providers: tuple[Provider, ...] = ()
    # Whom the site requires to have a second factor, beside the setting.
    needs_factor: Callable[[Any], bool] | None = None
    # Looks chosen passwords up among those of known breaches.
    breaches: BreachCheck | None = None
    # What time it is for the codes of second factors.
    clock: Callable[[], float] = time.time
    _model: type[Any] | None = None
    _store: Store | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def db(self) -> SQLAlchemy:
        """The database of the site."""
        return database_of_app(self.app)

    @property
    def model(self) -> type[Any]:
        """The site's class of users."""
        if self._model is None:
            self._model = self.given_model or find_user_model(
                lambda model: model.__db__ is self.db
            )
        return self._model

    @property
    def store(self) -> Store:
        """The store of limits and used tokens, shared by all processes."""
        with self._lock:
            if self._store is None:
                opened = self.given_store or self._open_store()
                self._store = PrefixedStore(opened, "auth:")
            return self._store

    def _open_store(self) -> Store:
        return open_site_store(
            self.settings.store_url, lambda: self.db.engine, STORE_TABLE
        )


auth_state: AppState[AuthState] = AppState("carboy.auth")


def find_user_model(is_of_app: Callable[[Any], bool]) -> type[Any]:
    """Return the one mapped subclass of `UserModel`, or raise `AuthSetupError`."""
    models = [
        model
        for model in _subclasses(UserModel)
        if hasattr(model, "__mapper__") and is_of_app(model)
    ]
    # A subclass of the site's own model is a kind of user, with the same table.
    roots = [
        m for m in models if not any(m is not o and issubclass(m, o) for o in models)
    ]
    if len(roots) == 1:
        return roots[0]
    if not roots:
        msg = (
            "The site has no model of users. Write class User(UserModel, db.Model): "
            "..., with UserModel from carboy.auth, and import it where the app is made."
        )
        raise AuthSetupError(msg)
    names = ", ".join(sorted(f"{m.__module__}.{m.__name__}" for m in roots))
    msg = f"The site has several models of users: {names}. Pass one: Auth(model=User)."
    raise AuthSetupError(msg)


def _subclasses(cls: type[Any]) -> Iterator[type[Any]]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)
