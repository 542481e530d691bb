"""Mark texts that visitors read, so that the battery for languages can translate them.

Every part of the package marks its words with these functions. Without that battery
they return the English text with its variables filled in.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any, Protocol

from markupsafe import escape


class Translator(Protocol):
    """The texts of one language."""

    @property
    def language(self) -> str:
        """The language as HTML and HTTP write it: zh-CN."""

    def find(self, message: str, context: str | None) -> str:
        """Return the translation of a text, or the text itself."""

    def find_plural(
        self, singular: str, plural: str, num: float, context: str | None
    ) -> str:
        """Return the translation of the form that a number needs."""


class Hook:
    """How the battery for languages supplies what this module needs of it."""

    def __init__(self) -> None:
        # The translator of the current visitor.
        self.find: Callable[[], Translator | None] | None = None
        # Uses a language within a `with` block.
        self.force: Callable[[str], AbstractContextManager[None]] | None = None
        # The language that a request asks for, outside of its context.
        self.negotiate: Callable[[Any], str] | None = None
        self.format_datetime: Callable[[datetime], str] | None = None


hook = Hook()


def get_language() -> str:
    """Return the language of the visitor, or an empty text where none is chosen."""
    translator = None if hook.find is None else hook.find()
    return "" if translator is None else translator.language


def negotiate_language(request: Any) -> str:
    """Return the language that a request asks for, where it has no context any more."""
    return "" if hook.negotiate is None else hook.negotiate(request)


def use_language(language: str) -> AbstractContextManager[None]:
    """Use a language within a `with` block, in a context of the app.

    Nothing happens for an empty text, or without the battery for languages.
    """
    if hook.force is None or not language:
        return nullcontext()
    return hook.force(language)


def format_datetime(moment: datetime) -> str:
    """Return a moment as the visitor writes it, in the time zone of the visitor.

    Where no language is chosen, it is a date that everybody reads, in UTC.
    """
    if hook.format_datetime is not None and get_language():
        return hook.format_datetime(moment)
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def gettext(message: str, **variables: Any) -> str:
    """Return a text in the language of the visitor: `gettext("%(n)d files", n=2)`."""
    translator = None if hook.find is None else hook.find()
    text = message if translator is None else translator.find(message, None)
    return text % variables if variables else text


def ngettext(singular: str, plural: str, num: float, **variables: Any) -> str:
    """Return the form that a number needs; the text may use `%(num)s`."""
    return _fill_plural(None, singular, plural, num, variables)


def pgettext(context: str, message: str, **variables: Any) -> str:
    """Return a text that means different things in different places."""
    translator = None if hook.find is None else hook.find()
    text = message if translator is None else translator.find(message, context)
    return text % variables if variables else text


def npgettext(
    context: str, singular: str, plural: str, num: float, **variables: Any
) -> str:
    """Return the form that a number needs, of a text with a context."""
    return _fill_plural(context, singular, plural, num, variables)


def gettext_noop(message: str) -> str:
    """Return the text as it is: it is found by the extractor and translated later."""
    return message


def lazy_gettext(message: str, **variables: Any) -> "LazyText":
    """Return a text that is translated when it is shown: for labels of classes."""
    return LazyText(gettext, message, **variables)


def lazy_ngettext(
    singular: str, plural: str, num: float, **variables: Any
) -> "LazyText":
    """Return the form that a number needs, translated when it is shown."""
    return LazyText(ngettext, singular, plural, num, **variables)


def lazy_pgettext(context: str, message: str, **variables: Any) -> "LazyText":
    """Return a text with a context that is translated when it is shown."""
    return LazyText(pgettext, context, message, **variables)


def lazy_npgettext(
    context: str, singular: str, plural: str, num: float, **variables: Any
) -> "LazyText":
    """Return a plural text with a context that is translated when it is shown."""
    return LazyText(npgettext, context, singular, plural, num, **variables)


def _fill_plural(
    context: str | None,
    singular: str,
    plural: str,
    num: float,
    variables: dict[str, Any],
) -> str:
    translator = None if hook.find is None else hook.find()
    if translator is None:
        text = singular if num == 1 else plural
    else:
        text = translator.find_plural(singular, plural, num, context)
    return text % {"num": num, **variables}


class LazyText:
    """A text that is translated each time it is read, and otherwise acts as a `str`."""

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

    def __repr__(self) -> str:
        return f"LazyText({str(self)!r})"

    def __html__(self) -> str:
        """Return the text for HTML: escaped, unless its translation is markup."""
        # Markup, not a str: Markup.format() would escape a str once more.
        return escape(self._translate(*self._arguments, **self._variables))

    def __getattr__(self, name: str) -> Any:
        # Methods of str: upper(), format(), split() and the rest. Private names are
        # not looked up: copy and pickle ask for theirs.
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(str(self), name)

    def __mod__(self, values: Any) -> str:
        """Return the text with its variables filled in."""
        text: str = str(self) % values
        return text

    def __rmod__(self, template: str) -> str:
        text: str = template % str(self)
        return text

    def __add__(self, other: object) -> str:
        return str(self) + str(other)

    def __radd__(self, other: object) -> str:
        return str(other) + str(self)

    def __mul__(self, times: int) -> str:
        return str(self) * times

    def __len__(self) -> int:
        return len(str(self))

    def __bool__(self) -> bool:
        return bool(str(self))

    def __contains__(self, part: object) -> bool:
        return str(part) in str(self)

    def __iter__(self) -> Any:
        return iter(str(self))

    def __getitem__(self, index: Any) -> str:
        return str(self)[index]

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __lt__(self, other: object) -> bool:
        return str(self) < str(other)

    def __le__(self, other: object) -> bool:
        return str(self) <= str(other)

    def __gt__(self, other: object) -> bool:
        return str(self) > str(other)

    def __ge__(self, other: object) -> bool:
        return str(self) >= str(other)

    def __eq__(self, other: object) -> bool:
        """Compare the texts; another kind of object is never equal."""
        if not isinstance(other, str | LazyText):
            return NotImplemented
        return str(self) == str(other)

    def __hash__(self) -> int:
        """Return the hash of the text."""
        return hash(str(self))
