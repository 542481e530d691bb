"""Which passwords are accepted: the rules of NIST SP 800-63B-4."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from carboy.errors import RefusedError
from carboy.translation import gettext as _

from .block_list import is_common
from .hashing import normalize_password

MAX_LENGTH = 1000
# What is left of a password beside blocked words must be worth something.
_LEAST_REST = 8
_LEAST_WORD = 3


class WeakPasswordError(RefusedError):
    """Raised for a password that is too short, too long, or one that others guess."""

    status = 422


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """Length and a list of blocked ones; nothing about kinds of characters."""

    min_length: int = 15
    min_length_second: int = 8
    site_words: tuple[str, ...] = ()

    def check(
        self,
        password: str,
        user_words: Iterable[str] = (),
        *,
        has_second_factor: bool = False,
    ) -> None:
        """Raise `WeakPasswordError` with the reason, or accept the password."""
        text = normalize_password(password)
        least = self.min_length_second if has_second_factor else self.min_length
        if len(text) < least:
            raise WeakPasswordError(
                _(
                    "Use %(count)d characters or more. Several words are fine.",
                    count=least,
                )
            )
        if len(text) > MAX_LENGTH:
            raise WeakPasswordError(
                _("Use at most %(count)d characters.", count=MAX_LENGTH)
            )
        if is_common(text) or _is_repeated(text) or _is_sequence(text):
            raise WeakPasswordError(
                _("This password is among the first that others would try.")
            )
        if _consists_of(text, (*self.site_words, *user_words)):
            raise WeakPasswordError(
                _("This password consists of names that others know.")
            )


def _is_repeated(text: str) -> bool:
    """Return whether it is one short piece again and again."""
    folded = text.casefold()
    position = (folded + folded).find(folded, 1)
    if position >= len(folded):
        return False
    return position < _LEAST_REST or is_common(folded[:position])


def _is_sequence(text: str) -> bool:
    """Return whether each character follows the one before: 123456789, abcdefgh."""
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    # 9 is followed by 0 on keyboards.
    return len(steps) == 1 or steps in ({1, -9}, {-1, 9})


def _consists_of(text: str, words: Iterable[str]) -> bool:
    rest = text.casefold()
    known = {normalize_password(word).casefold().strip() for word in words}
    before = rest
    for word in sorted(known, key=len, reverse=True):
        if len(word) >= _LEAST_WORD:
            rest = rest.replace(word, "")
    return rest != before and len(rest) < _LEAST_REST
