"""What the pages of accounts answer programs: the JSON of each, as types."""

from typing import Any

import msgspec

# What browsers and authenticators define; scripts hand it on as it is.
ANY_OBJECT: dict[str, Any] = {"type": "object"}


class FormFields(msgspec.Struct):
    """The names of the fields that the page takes."""

    fields: list[str]


class FormErrors(msgspec.Struct):
    """Why a form was refused, by field; the empty name is the form as a whole."""

    errors: dict[str, list[str]]


class DoneAnswer(msgspec.Struct):
    """It is done; `next` is the page that a browser goes to.

    After a first factor `second_step` is true if `next` asks for the second one.
    """

    message: str
    next: str
    second_step: bool = False


class MessageAnswer(msgspec.Struct):
    """Something that visitors are told."""

    title: str
    message: str


class SectionAnswer(msgspec.Struct):
    """A part of the account, and its page."""

    title: str
    url: str
    summary: str


class AccountAnswer(msgspec.Struct):
    """The account that is logged in."""

    email: str
    name: str
    username: str | None
    sections: list[SectionAnswer]


class SessionAnswer(msgspec.Struct):
    """Where the account is logged in."""

    handle: str
    agent: str
    browser: str
    address: str
    is_current: bool


class TrustedBrowserAnswer(msgspec.Struct):
    """A browser that is not asked for the second factor."""

    id: int
    agent: str
    browser: str
    until: str


class SessionsAnswer(msgspec.Struct):
    """The sessions and the trusted browsers of the account."""

    sessions: list[SessionAnswer]
    trusted_browsers: list[TrustedBrowserAnswer]


class EventAnswer(msgspec.Struct):
    """One thing that has happened to the account."""

    kind: str
    text: str
    at: str
    address: str
    agent: str
    browser: str


class ActivityAnswer(msgspec.Struct):
    """What has happened to the account, the newest first."""

    events: list[EventAnswer]


class AppSecretAnswer(msgspec.Struct):
    """The secret of a new authenticator app, and its QR code as SVG."""

    fields: list[str]
    secret: str
    qr: str


class RecoveryCodesAnswer(msgspec.Struct):
    """Recovery codes, which are shown once."""

    codes: list[str]


class PasskeyAnswer(msgspec.Struct):
    """A passkey of the account."""

    id: int
    name: str
    is_synced: bool
    created_at: str
    last_used_at: str


class PasskeysAnswer(msgspec.Struct):
    """The passkeys of the account, and the fields that another one takes."""

    fields: list[str]
    passkeys: list[PasskeyAnswer]


class LinkedLoginAnswer(msgspec.Struct):
    """A login with another site that is linked to the account."""

    provider: str
    title: str
    label: str
    since: str


class OtherLoginAnswer(msgspec.Struct):
    """A login with another site that can be linked."""

    provider: str
    title: str


class LoginsAnswer(msgspec.Struct):
    """The linked logins and those that can be linked; `error` says what failed."""

    linked: list[LinkedLoginAnswer]
    others: list[OtherLoginAnswer]
    error: str = ""


class MiniProgramCode(msgspec.Struct):
    """The code of `wx.login`."""

    code: str


class TokenAnswer(msgspec.Struct):
    """An API token, and the name of its owner."""

    token: str
    name: str
