"""Passkeys: registration and login by WebAuthn, as a first or a second factor."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from carboy.auth.credential_tables import PASSKEYS, prepare
from carboy.errors import RefusedError
from carboy.translation import gettext as _

from .challenges import Challenges

MAX_PASSKEYS = 20
PASSKEY_NAME_LENGTH = 120


class PasskeyError(RefusedError):
    """Raised for an answer of an authenticator that is not accepted."""

    status = 400


class UnknownPasskeyError(PasskeyError):
    """Raised for a passkey that this site does not have (any more).

    Only for this answer may a page tell the browser to forget the passkey.
    """

    status = 404


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """What browsers compare: the domain, the origin and the name of the site."""

    id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as it is listed."""

    id: int
    user_id: str
    name: str
    is_synced: bool
    created_at: float
    last_used_at: float | None


class Passkeys:
    """The passkeys in one database; the caller commits and throttles."""

    def __init__(
        self,
        session: Session,
        challenges: Challenges,
        party: RelyingParty,
        clock: Callable[[], float],
    ) -> None:
        self._session = session
        self._challenges = challenges
        self._party = party
        self._clock = clock

    def list(self, user_id: str) -> list[Passkey]:
        """List the passkeys of a user."""
        query = sa.select(PASSKEYS).where(PASSKEYS.c.user_id == user_id)
        rows = prepare(self._session).execute(query.order_by(PASSKEYS.c.id))
        return [_to_passkey(row) for row in rows]

    def begin_registration(self, user_id: str, user_name: str) -> str:
        """Return the options for `navigator.credentials.create` as JSON."""
        import webauthn
        from webauthn.helpers import structs

        selection = structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )
        options = webauthn.generate_registration_options(
            rp_id=self._party.id,
            rp_name=self._party.name,
            # Not the id itself: authenticators show this value to nobody, and sync it.
            user_id=_user_handle(user_id),
            user_name=user_name,
            challenge=self._challenges.make(f"create {user_id}"),
            authenticator_selection=selection,
            exclude_credentials=self._descriptors(user_id),
        )
        return webauthn.options_to_json(options)

    def finish_registration(self, user_id: str, answer: Any, name: str) -> Passkey:
        """Check and store a new passkey."""
        import webauthn

        if count_passkeys(self._session, user_id) >= MAX_PASSKEYS:
            raise PasskeyError(
                _("You have %(n)d passkeys already. Remove one.", n=MAX_PASSKEYS)
            )
        challenge = self._use_challenge(answer, f"create {user_id}")
        verified = _verify(
            webauthn.verify_registration_response,
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=self._party.id,
            expected_origin=self._party.origin,
            require_user_verification=True,
        )
        digest = _digest(verified.credential_id)
        if self._find(digest) is not None:
            raise PasskeyError(_("This passkey is registered already."))
        values = {
            "user_id": user_id,
            "id_digest": digest,
            "credential_id": verified.credential_id.hex(),
            "public_key": verified.credential_public_key.hex(),
            "sign_count": verified.sign_count,
            "is_synced": verified.credential_device_type.value == "multi_device",
            "name": _clean(name),
            "created_at": self._clock(),
        }
        self._session.execute(sa.insert(PASSKEYS).values(values))
        row = self._find(digest)
        assert row is not None  # noqa: S101 - just inserted
        return _to_passkey(row)

    def begin_login(self, user_id: str | None = None) -> str:
        """Return the options for `navigator.credentials.get` as JSON.

        Without a user any passkey of the site is accepted, as with autofill: the
        options are the same for everybody and tell nothing about an account.
        """
        import webauthn
        from webauthn.helpers import structs

        options = webauthn.generate_authentication_options(
            rp_id=self._party.id,
            challenge=self._challenges.make(f"get {user_id or ''}"),
            allow_credentials=self._descriptors(user_id) if user_id else None,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )
        return webauthn.options_to_json(options)

    def finish_login(self, answer: Any, user_id: str | None = None) -> Passkey:
        """Return the passkey whose signature is right; `user_id` is as it was begun."""
        import webauthn

        challenge = self._use_challenge(answer, f"get {user_id or ''}")
        row = self._find(_digest(_read_bytes(answer, "rawId")))
        if row is None:
            raise UnknownPasskeyError(_("This site does not know this passkey."))
        if user_id is not None and row.user_id != user_id:
            # Not unknown: a browser must not forget the passkey of another account.
            raise PasskeyError(_("This passkey belongs to another account."))
        verified = _verify(
            webauthn.verify_authentication_response,
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=self._party.id,
            expected_origin=self._party.origin,
            credential_public_key=bytes.fromhex(row.public_key),
            # Devices that share a synced passkey have counters of their own.
            credential_current_sign_count=0 if row.is_synced else row.sign_count,
            require_user_verification=True,
        )
        _check_handle(answer, row.user_id)
        self._session.execute(
            sa
            .update(PASSKEYS)
            .where(PASSKEYS.c.id == row.id)
            .values(
                sign_count=max(row.sign_count, verified.new_sign_count),
                last_used_at=self._clock(),
            )
        )
        return _to_passkey(row)

    def rename(self, user_id: str, passkey_id: int, name: str) -> bool:
        """Rename a passkey of this user; return whether it existed."""
        statement = (
            sa
            .update(PASSKEYS)
            .where(PASSKEYS.c.id == passkey_id, PASSKEYS.c.user_id == user_id)
            .values(name=_clean(name))
        )
        return prepare(self._session).connection().execute(statement).rowcount == 1

    def remove(self, user_id: str, passkey_id: int) -> bool:
        """Remove a passkey of this user; return whether it existed."""
        statement = sa.delete(PASSKEYS).where(
            PASSKEYS.c.id == passkey_id, PASSKEYS.c.user_id == user_id
        )
        return prepare(self._session).connection().execute(statement).rowcount == 1

    def _find(self, digest: str) -> sa.Row[tuple[object, ...]] | None:
        query = sa.select(PASSKEYS).where(PASSKEYS.c.id_digest == digest)
        return prepare(self._session).execute(query).one_or_none()

    def _descriptors(self, user_id: str) -> Any:
        from webauthn.helpers import structs

        query = sa.select(PASSKEYS.c.credential_id).where(PASSKEYS.c.user_id == user_id)
        ids = prepare(self._session).execute(query).scalars()
        return [
            structs.PublicKeyCredentialDescriptor(id=bytes.fromhex(value))
            for value in ids
        ]

    def _use_challenge(self, answer: Any, purpose: str) -> bytes:
        """Return the challenge that was signed, if we made it for this purpose.

        It works once.
        """
        from webauthn.helpers import parse_client_data_json

        data = _verify(
            parse_client_data_json, _read_bytes(answer, "response", "clientDataJSON")
        )
        if not self._challenges.use(data.challenge, purpose):
            raise PasskeyError(_("This took too long. Try again."))
        challenge: bytes = data.challenge
        return challenge


def count_passkeys(session: Session, user_id: str) -> int:
    """Return how many passkeys a user has."""
    query = sa.select(sa.func.count()).where(PASSKEYS.c.user_id == user_id)
    return prepare(session).execute(query).scalar_one()


def _verify(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        return function(*args, **kwargs)
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyError(_("The passkey was not accepted. Try again.")) from error


def _read_bytes(answer: Any, *path: str) -> bytes:
    from webauthn import base64url_to_bytes

    try:
        for name in path:
            answer = answer[name]
        return base64url_to_bytes(answer)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise PasskeyError(_("The passkey was not accepted. Try again.")) from None


def _check_handle(answer: Any, user_id: str) -> None:
    if not answer["response"].get("userHandle"):
        return
    if _read_bytes(answer, "response", "userHandle") != _user_handle(user_id):
        raise PasskeyError(_("The passkey was not accepted. Try again."))


def _clean(name: str) -> str:
    return " ".join(name.split())[:PASSKEY_NAME_LENGTH] or _("Passkey")


def _user_handle(user_id: str) -> bytes:
    return hashlib.sha256(f"carboy.auth user {user_id}".encode()).digest()


def _digest(credential_id: bytes) -> str:
    return hashlib.sha256(credential_id).hexdigest()


def _to_passkey(row: sa.Row[tuple[object, ...]]) -> Passkey:
    return Passkey(
        row.id, row.user_id, row.name, row.is_synced, row.created_at, row.last_used_at
    )
