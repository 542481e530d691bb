"""Passwords: how they are stored, and which ones are accepted."""

from .hashing import PasswordHasher, normalize_password
from .rules import MAX_LENGTH, PasswordRules, WeakPasswordError

__all__ = [
    "MAX_LENGTH",
    "PasswordHasher",
    "PasswordRules",
    "WeakPasswordError",
    "normalize_password",
]
