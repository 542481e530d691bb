"""Make, check, list and revoke API tokens."""

import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from carboy.auth.credential_tables import API_TOKENS, prepare
from carboy.errors import RefusedError

from .token_format import hash_token, make_token, parse_prefix

EVERYTHING = "*"
# A token is used many times a second; the page shows minutes.
LAST_USED_EVERY = 600
MAX_TOKENS = 100
# The name of the tokens that are the sessions of a mini program.
MINI_PROGRAM = "WeChat mini program"
_SCOPE = re.compile(r"\*|[a-z0-9_]+(?:[.:][a-z0-9_]+)*(?:[.:]\*)?")


class ApiTokenError(RefusedError):
    """Raised for a token that cannot be made as asked."""

    status = 400


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as it is listed: without its secret, which nobody knows."""

    id: int
    user_id: str
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: float
    expires_at: float | None
    last_used_at: float | None
    revoked_at: float | None

    def is_valid(self, now: float) -> bool:
        """Return whether it is neither revoked nor expired."""
        return self.revoked_at is None and (
            self.expires_at is None or now < self.expires_at
        )

    def allows(self, scope: str) -> bool:
        """Return whether the token has a scope, or one with `*` that covers it."""
        return any(
            own in {EVERYTHING, scope}
            or (own.endswith("*") and scope.startswith(own[:-1]))
            for own in self.scopes
        )


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token and its text, which is shown once."""

    token: ApiToken
    text: str = field(repr=False)


class ApiTokens:
    """The tokens in one database; the caller commits."""

    def __init__(self, session: Session, clock: Callable[[], float]) -> None:
        self._session = session
        self._clock = clock

    def create(
        self,
        user_id: str,
        name: str,
        scopes: Iterable[str],
        *,
        lifetime: float | None,
    ) -> NewToken:
        """Make a token that expires after `lifetime` seconds, or never with None."""
        now = self._clock()
        values = {
            "user_id": user_id,
            "name": _check_name(name),
            "scopes": msgspec.json.encode(_check_scopes(scopes)).decode(),
            "created_at": now,
            "expires_at": None if lifetime is None else now + _check_lifetime(lifetime),
        }
        if len(self.list(user_id)) >= MAX_TOKENS:
            raise ApiTokenError(
                f"You have {MAX_TOKENS} tokens already. Revoke one that is not used."
            )
        text, prefix = make_token()
        values |= {"prefix": prefix, "digest": hash_token(text)}
        prepare(self._session).execute(sa.insert(API_TOKENS).values(values))
        row = self._find_row(prefix)
        assert row is not None  # noqa: S101 - just inserted
        return NewToken(_to_token(row), text)

    def verify(self, text: str) -> ApiToken | None:
        """Return the valid token with this text, or None; note that it was used.

        The note is committed unless the caller has begun a transaction.
        """
        has_begun = self._session.in_transaction()
        prefix = parse_prefix(text)
        row = None if prefix is None else self._find_row(prefix)
        if row is None or not hmac.compare_digest(row.digest, hash_token(text)):
            return None
        token = _to_token(row)
        now = self._clock()
        if not token.is_valid(now):
            return None
        if token.last_used_at is None or now - token.last_used_at >= LAST_USED_EVERY:
            self._note_use(token, now)
            if not has_begun:
                self._session.commit()
        return token

    def list(self, user_id: str) -> list[ApiToken]:
        """List the tokens of a user that are not revoked, the newest first."""
        query = (
            sa
            .select(API_TOKENS)
            .where(API_TOKENS.c.user_id == user_id, API_TOKENS.c.revoked_at.is_(None))
            .order_by(API_TOKENS.c.id.desc())
        )
        return [_to_token(row) for row in prepare(self._session).execute(query)]

    def revoke(self, user_id: str, token_id: int) -> bool:
        """Revoke a token of this user; return whether it was valid before."""
        return self._revoke(API_TOKENS.c.id == token_id, user_id) == 1

    def revoke_named(self, user_id: str, name: str) -> int:
        """Revoke the tokens of a user that have this name; return their number."""
        return self._revoke(API_TOKENS.c.name == name, user_id)

    def revoke_all(self, user_id: str) -> int:
        """Revoke every token of a user; return their number."""
        return self._revoke(sa.true(), user_id)

    def _revoke(self, condition: sa.ColumnElement[bool], user_id: str) -> int:
        update = (
            sa
            .update(API_TOKENS)
            .where(
                condition,
                API_TOKENS.c.user_id == user_id,
                API_TOKENS.c.revoked_at.is_(None),
            )
            .values(revoked_at=self._clock())
        )
        result = prepare(self._session).connection().execute(update)
        return result.rowcount

    def _find_row(self, prefix: str) -> sa.Row[tuple[object, ...]] | None:
        query = sa.select(API_TOKENS).where(API_TOKENS.c.prefix == prefix)
        return prepare(self._session).execute(query).one_or_none()

    def _note_use(self, token: ApiToken, now: float) -> None:
        # Only the first of many requests at once writes.
        self._session.execute(
            sa
            .update(API_TOKENS)
            .where(
                API_TOKENS.c.id == token.id,
                sa.or_(
                    API_TOKENS.c.last_used_at.is_(None),
                    API_TOKENS.c.last_used_at <= now - LAST_USED_EVERY,
                ),
            )
            .values(last_used_at=now)
        )


def _check_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise ApiTokenError("The name of a token has 1 to 120 characters.")
    return name


def _check_scopes(scopes: Iterable[str]) -> list[str]:
    scopes = sorted(set(scopes))
    if not scopes:
        raise ApiTokenError(
            "A token needs at least one scope, such as posts.read; * allows everything."
        )
    for scope in scopes:
        if not _SCOPE.fullmatch(scope):
            raise ApiTokenError(
                f"{scope!r} is no scope. A scope has small letters, digits and dots: "
                f"posts.read, posts.* or *."
            )
    return scopes


def _check_lifetime(lifetime: float) -> float:
    if lifetime <= 0:
        raise ApiTokenError(
            f"The lifetime of a token must be over 0 seconds, got {lifetime:g}."
        )
    return lifetime


def _to_token(row: sa.Row[tuple[object, ...]]) -> ApiToken:
    scopes = msgspec.json.decode(row.scopes, type=tuple[str, ...])
    return ApiToken(
        row.id,
        row.user_id,
        row.name,
        row.prefix,
        scopes,
        row.created_at,
        row.expires_at,
        row.last_used_at,
        row.revoked_at,
    )
