"""Second factors: codes of an authenticator, recovery codes, passkeys, trust."""

from .authenticator_factor import AuthenticatorFactor
from .challenges import Challenges
from .passkey_factor import PasskeyFactor
from .passkeys import (
    PASSKEY_NAME_LENGTH,
    Passkey,
    PasskeyError,
    Passkeys,
    RelyingParty,
    UnknownPasskeyError,
    count_passkeys,
)
from .recovery_codes import RecoveryCodes
from .secret_box import SecretBox
from .totp import Totp
from .totp_codes import make_secret, make_uri, render_qr
from .trusted_browsers import TrustedBrowser, TrustedBrowsers

__all__ = [
    "PASSKEY_NAME_LENGTH",
    "AuthenticatorFactor",
    "Challenges",
    "Passkey",
    "PasskeyError",
    "PasskeyFactor",
    "Passkeys",
    "RecoveryCodes",
    "RelyingParty",
    "SecretBox",
    "Totp",
    "TrustedBrowser",
    "TrustedBrowsers",
    "UnknownPasskeyError",
    "count_passkeys",
    "make_secret",
    "make_uri",
    "render_qr",
]
