"""Mark texts that visitors read, so that the battery for languages can translate them.

Every part of the package marks its words with these functions. Without that battery
they return the English text with its variables filled in.
"""

from collections.abc import Callable
from typing import Any


def gettext(message: str, **variables: Any) -> str:
    """Return a text in the language of the visitor: `gettext("%(n)d files", n=2)`."""
    return message % variables if variables else message


def ngettext(singular: str, plural: str, num: int, **variables: Any) -> str:
    """Return the form that a number needs; the text may use `%(num)s`."""
    return (singular if num == 1 else plural) % {"num": num, **variables}


def lazy_gettext(message: str, **variables: Any) -> "LazyText":
    """Return a text that is translated when it is shown: for labels of classes."""
    return LazyText(gettext, message, **variables)


class LazyText:
    """A text that is translated each time it is read."""

    __slots__ = ("_arguments", "_translate", "_variables")

    def __init__(
        self,
        translate: Callable[..., str],
        *arguments: Any,
        **variables: Any,
    ) -> None:
        self._translate = translate
        self._arguments = arguments
        self._variables = variables

    def __str__(self) -> str:
        """Return the text in the language of the visitor."""
        text: str = self._translate(*self._arguments, **self._variables)
        return text

    def __mod__(self, values: Any) -> str:
        """Return the text with its variables filled in."""
        text: str = str(self) % values
        return text

    def __eq__(self, other: object) -> bool:
        """Compare the texts."""
        return str(self) == str(other)

    def __hash__(self) -> int:
        """Return the hash of the text."""
        return hash(str(self))
