"""Passwords: how they are stored, and which ones are accepted."""

from .hashing import PasswordHasher, normalize_password
from .rules import PasswordRules, WeakPasswordError

__all__ = ["PasswordHasher", "PasswordRules", "WeakPasswordError", "normalize_password"]
