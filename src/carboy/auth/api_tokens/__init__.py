"""Tokens for programs: `Authorization: Bearer`, with scopes and an expiry."""

from .bearer import load_token_user, scopes_required
from .commands import tokens
from .service import MINI_PROGRAM, ApiToken, ApiTokens, NewToken
from .token_format import find_tokens

__all__ = [
    "MINI_PROGRAM",
    "ApiToken",
    "ApiTokens",
    "NewToken",
    "find_tokens",
    "load_token_user",
    "scopes_required",
    "tokens",
]
