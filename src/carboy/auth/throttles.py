"""ActionLimits on attempts: for each account, each address, and both together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from carboy.stores import (
    Limit,
    Store,
    count_use,
    hash_subject,
    normalize_address,
    seconds_to_wait,
    uncount_use,
)
from carboy.translation import gettext as _

from .errors import ThrottledError


@dataclass(frozen=True, slots=True)
class ActionLimits:
    """The limits of one action."""

    account: Limit
    address: Limit
    both: Limit


# A stranger who uses up the limit of an account locks its owner out for that long, so
# that limit is wide; the one of account and address together is narrow.
LIMITS = {
    "login": ActionLimits(Limit(100, 3600), Limit(200, 3600), Limit(10, 900)),
    "code": ActionLimits(Limit(10, 3600), Limit(50, 3600), Limit(5, 600)),
    "second_step": ActionLimits(Limit(10, 900), Limit(50, 3600), Limit(5, 300)),
    "mail": ActionLimits(Limit(5, 3600), Limit(20, 3600), Limit(3, 900)),
    "register": ActionLimits(Limit(5, 3600), Limit(20, 3600), Limit(5, 3600)),
    "password": ActionLimits(Limit(10, 900), Limit(50, 3600), Limit(5, 300)),
}


class Throttle:
    """Counts the failed attempts of one action, atomically over all processes.

    An attempt is counted before it is made, so that a thousand at once are not one. A
    success returns only what it has taken itself: it never clears what others did.
    """

    def __init__(
        self, store: Store, action: str, limits: ActionLimits | None = None
    ) -> None:
        self._store = store
        self._action = action
        self._limits = limits or LIMITS[action]

    def take(self, account: str, address: str, *, owner: str = "") -> "CountedAttempt":
        """Count an attempt, or raise `ThrottledError`.

        `owner` is the id behind `account`, if there is one: a name and an address of
        mail have one limit of the account together. Their narrow limits stay apart,
        as a stranger would learn from them which name has which address.
        """
        taken: list[tuple[str, Limit]] = []
        for key, limit in self._list_limits(account, address, owner):
            count = count_use(self._store, key, limit)
            taken.append((key, limit))
            if count > limit.count:
                # Refused: it is no guess, and must not use up the other limits.
                CountedAttempt(self._store, taken).give_back()
                wait = seconds_to_wait(self._store, key)
                raise ThrottledError(_wait_text(wait), wait)
        return CountedAttempt(self._store, taken)

    @contextmanager
    def attempt(self, account: str, address: str) -> Iterator["CountedAttempt"]:
        """Count an attempt, which the block calls `give_back` on if it succeeds."""
        yield self.take(account, address)

    def _list_limits(
        self, account: str, address: str, owner: str
    ) -> Iterator[tuple[str, Limit]]:
        network = normalize_address(address)
        limits = self._limits
        yield self._key("both", f"{account} {network}"), limits.both
        yield self._key("address", network), limits.address
        # An id has a space before it, which no name has: they are never the same.
        whose = f" {owner}" if owner else account
        yield self._key("account", whose), limits.account

    def _key(self, kind: str, value: str) -> str:
        return f"t:{self._action}:{kind}:{hash_subject(value)}"


@dataclass(frozen=True, slots=True)
class CountedAttempt:
    """An attempt that was counted."""

    store: Store
    taken: list[tuple[str, Limit]]

    def give_back(self) -> None:
        """Uncount this attempt: it was a success, or was refused."""
        for key, limit in self.taken:
            uncount_use(self.store, key, limit)


def _wait_text(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return _("Too many attempts. Try again in %(minutes)d minutes.", minutes=minutes)
