"""Passwords: how they are stored, and which ones are accepted."""

from .breached import BreachCheck, is_service, make_breach_check
from .hashing import HashingBusyError, PasswordHasher, normalize_password
from .rules import MAX_LENGTH, PasswordRules, WeakPasswordError

__all__ = [
    "MAX_LENGTH",
    "BreachCheck",
    "HashingBusyError",
    "PasswordHasher",
    "PasswordRules",
    "WeakPasswordError",
    "is_service",
    "make_breach_check",
    "normalize_password",
]
