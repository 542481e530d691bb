"""Codes of authenticator apps: RFC 6238 with SHA-1, 6 digits and 30 seconds.

Other values are in the standard, and many apps ignore them.
"""

import base64
import hashlib
import hmac
import os
from urllib.parse import quote, urlencode

DIGITS = 6
PERIOD = 30
# Clocks of telephones are wrong by a step.
WINDOW = 1


def make_secret() -> str:
    """Return a new secret of 160 bits in base32."""
    return base64.b32encode(os.urandom(20)).decode()


def step_of(now: float) -> int:
    """Return the number of the step of 30 seconds."""
    return int(now // PERIOD)


def make_code(secret: str, step: int) -> str:
    """Return the code of a step."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def find_step(secret: str, code: str, now: float) -> int | None:
    """Return the step near `now` that a code belongs to, or None."""
    typed = "".join(code.split())
    # `isdigit` is true for digits of other scripts, which `compare_digest` refuses.
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    current, found = step_of(now), None
    for step in range(current - WINDOW, current + WINDOW + 1):
        if hmac.compare_digest(make_code(secret, step), typed):
            found = step
    return found


def make_uri(secret: str, account: str, site: str) -> str:
    """Return the address that an authenticator app reads from the QR code."""
    label = quote(f"{site}:{account}", safe="")
    values = {"secret": secret, "issuer": site, "digits": DIGITS, "period": PERIOD}
    return f"otpauth://totp/{label}?{urlencode(values, quote_via=quote)}"


def render_qr(uri: str) -> str:
    """Return a QR code as inline SVG, dark on white in each theme."""
    import segno

    code: str = segno.make(uri, error="m", micro=False).svg_inline(
        scale=5, dark="#000", light="#fff", border=4, omitsize=True
    )
    return code
