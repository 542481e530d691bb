"""Second factors: codes of an authenticator, recovery codes, passkeys, trust."""

from .authenticator_factor import AuthenticatorFactor
from .passkeys import Passkey, PasskeyError, Passkeys
from .recovery_codes import RecoveryCodes
from .secret_box import SecretBox
from .totp import Totp
from .totp_codes import make_uri, render_qr
from .trusted_browsers import TrustedBrowsers

__all__ = [
    "AuthenticatorFactor",
    "Passkey",
    "PasskeyError",
    "Passkeys",
    "RecoveryCodes",
    "SecretBox",
    "Totp",
    "TrustedBrowsers",
    "make_uri",
    "render_qr",
]
