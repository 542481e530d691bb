"""Which columns hold secrets: they never leave the server unless a site names them."""

import re

# Anywhere in a name.
_ANYWHERE = re.compile(
    r"passw|passphrase|secret|token|credential|api_?key|private_?key", re.IGNORECASE
)
# Only as a word of their own: "keywords" and "passenger" are no secrets.
_WORDS = frozenset({
    *("pass", "pwd", "key", "keys", "hash", "digest", "salt", "nonce", "signature"),
    *("otp", "totp", "pin", "cvv", "cvc", "jwt", "dsn", "authorization"),
})
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def is_secret_column(name: str) -> bool:
    """Return whether a column with this name most likely holds a secret."""
    if _ANYWHERE.search(name):
        return True
    words = {word.lower() for word in _WORD.findall(name)}
    return not words.isdisjoint(_WORDS)
