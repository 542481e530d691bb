"""The pseudo-language en-XA: English with accents, 40 % longer, in brackets.

Untranslated texts stand out by their missing brackets, and layouts that are too narrow
by what they cut off. It is made at run time and has no file.
"""

import re

PSEUDO = "en-XA"

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "áƀçðéƒĝĥîĵķļɱñóþǫŕšţûṽŵẋýžÁƁÇÐÉƑĜĤÎĴĶĻṀÑÓÞǪŔŠŢÛṼŴẊÝŽ"
_TABLE = str.maketrans(_PLAIN, _ACCENTED)
# Kept as they are: placeholders, tags, entities.
_KEPT = re.compile(
    r"(%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]|%[sdrf%]|\{[^{}]*\}|<[^<>]*>|&\w+;)"
)
_FILLING = "one two three four five six seven eight nine ten "


class PseudoCatalogue:
    """Makes the translation of each text from the text itself."""

    language = PSEUDO

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def find(self, message: str, context: str | None) -> str:  # noqa: ARG002 - the protocol of translators
        """Return the text with accents, longer, in brackets."""
        if not message:
            return message
        text = self._texts.get(message)
        if text is None:
            text = self._texts[message] = make_pseudo(message)
        return text

    def find_plural(
        self, singular: str, plural: str, num: float, context: str | None
    ) -> str:
        """Return the pseudo-text of the English form."""
        return self.find(singular if num == 1 else plural, context)


def make_pseudo(message: str) -> str:
    """Return a text with accents, 40 % longer, in brackets."""
    parts = _KEPT.split(message)
    accented = [
        part if index % 2 else part.translate(_TABLE)
        for index, part in enumerate(parts)
    ]
    letters = sum(len(part) for part in parts[::2])
    more = -(-letters * 2 // 5)
    filling = (_FILLING * (more // len(_FILLING) + 1))[:more].strip()
    return f"[{''.join(accented)} {filling}]" if filling else f"[{''.join(accented)}]"
