"""The authenticator app as the second step of a login, and its recovery codes."""

import time
from collections.abc import Callable

from flask import Flask
from sqlalchemy.orm import Session

from carboy.translation import LazyText, lazy_gettext as _l

from .recovery_codes import RecoveryCodes
from .secret_box import SecretBox
from .totp import Totp


class AuthenticatorFactor:
    """A code of an app; a recovery code takes its place."""

    name = "totp"
    title: LazyText = _l("Authenticator app")
    endpoint = "auth.second_step"

    def __init__(
        self,
        app: Flask,
        get_session: Callable[[], Session],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._app = app
        self._get_session = get_session
        self._clock = clock

    @property
    def totp(self) -> Totp:
        """The apps of the users."""
        config = self._app.config
        keys = [config["SECRET_KEY"], *(config.get("SECRET_KEY_FALLBACKS") or [])]
        return Totp(self._get_session(), SecretBox(keys, "totp"), self._clock)

    @property
    def recovery_codes(self) -> RecoveryCodes:
        """The recovery codes of the users."""
        return RecoveryCodes(self._get_session(), self._clock)

    def is_set_up(self, user_id: str) -> bool:
        """Return whether this user has confirmed an app."""
        return self.totp.is_set_up(user_id)

    def use_code(self, user_id: str, code: str) -> str:
        """Use a code up; return the method it belongs to, or an empty text."""
        if self.totp.verify(user_id, code):
            return self.name
        return "recovery_code" if self.recovery_codes.use(user_id, code) else ""

    def remove(self, user_id: str) -> None:
        """Remove the app of a user; recovery codes may belong to other factors too."""
        self.totp.remove(user_id)
