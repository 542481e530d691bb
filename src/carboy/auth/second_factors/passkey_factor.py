"""The passkey as the second step of a login."""

import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from carboy.translation import LazyText, lazy_gettext as _l

from .challenges import Challenges
from .passkeys import Passkeys, RelyingParty, count_passkeys


class PasskeyFactor:
    """A passkey; it verifies its owner, so it is two factors in one."""

    name = "passkey"
    title: LazyText = _l("Passkey")
    endpoint = "auth.passkey_step"

    def __init__(
        self,
        get_session: Callable[[], Session],
        make_challenges: Callable[[], Challenges],
        get_party: Callable[[], RelyingParty],
    ) -> None:
        self._get_session = get_session
        self._make_challenges = make_challenges
        self._get_party = get_party

    @property
    def passkeys(self) -> Passkeys:
        """The passkeys of the users, for the site of this request."""
        return Passkeys(
            self._get_session(), self._make_challenges(), self._get_party(), time.time
        )

    def is_set_up(self, user_id: str) -> bool:
        """Return whether this user has one."""
        return count_passkeys(self._get_session(), user_id) > 0
