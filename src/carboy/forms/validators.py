"""WTForms' validators; `Regexp` matches the whole value, `Unique` asks the database."""

# isort: off
from . import requirements as requirements
# isort: on

import logging
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from wtforms import ValidationError
from wtforms.validators import (
    URL,
    UUID,
    AnyOf,
    DataRequired,
    Disabled,
    EqualTo,
    InputRequired,
    IPAddress,
    Length,
    MacAddress,
    NoneOf,
    NumberRange as WtNumberRange,
    Optional,
    ReadOnly,
    StopValidation,
)

from .files import FileAllowed, FileRequired, FileSize

__all__ = [
    "URL",
    "UUID",
    "AnyOf",
    "DataRequired",
    "Disabled",
    "Email",
    "EqualTo",
    "FileAllowed",
    "FileRequired",
    "FileSize",
    "IPAddress",
    "InputRequired",
    "Length",
    "MacAddress",
    "NoneOf",
    "NumberRange",
    "Optional",
    "ReadOnly",
    "Regexp",
    "StopValidation",
    "Unique",
    "ValidationError",
]

_log = logging.getLogger("carboy.forms")
_warned: set[str] = set()


_LOCAL = re.compile(r"[^\s\x00-\x1f\x7f\"(),:;<>@\[\\\]]{1,64}")
_DOMAIN = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+"
    r"(?![0-9]+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
    re.IGNORECASE | re.ASCII,
)
_LONGEST_MAIL = 254


class Email:
    """Accept a mail address, also an international one.

    WTForms' validator needs the package email-validator. Whether a mailbox exists is
    known only when somebody has answered from it.
    """

    def __init__(self, message: str | None = None) -> None:
        self.message = message

    def __call__(self, _form: Any, field: Any) -> None:
        """Raise `ValidationError` unless the value is a mail address."""
        if not _is_mail(field.data or ""):
            text = self.message or field.gettext("Invalid email address.")
            raise ValidationError(text)


def _is_mail(address: str) -> bool:
    local, _, domain = address.rpartition("@")
    if len(address) > _LONGEST_MAIL or not _LOCAL.fullmatch(local):
        return False
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return False
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    return _DOMAIN.fullmatch(ascii_domain) is not None


class Regexp:
    """Accept a value that matches a pattern as a whole.

    WTForms matches the beginning only: `Regexp(r"\\d+")` accepts `1; drop table`
    there. A pattern that relied on it gets a line in the log; end it with `.*`.
    """

    def __init__(
        self, regex: str | re.Pattern[str], flags: int = 0, message: str | None = None
    ) -> None:
        self.regex = re.compile(regex, flags) if isinstance(regex, str) else regex
        self.message = message

    def __call__(
        self, _form: Any, field: Any, message: str | None = None
    ) -> re.Match[str]:
        """Raise `ValidationError` unless the whole value matches."""
        value = field.data or ""
        match = self.regex.fullmatch(value)
        if match is not None:
            return match
        if self.regex.match(value):
            self._warn(field)
        message = message or self.message or field.gettext("Invalid input.")
        raise ValidationError(message)

    def _warn(self, field: Any) -> None:
        pattern = self.regex.pattern
        if pattern not in _warned:
            _warned.add(pattern)
            _log.warning(
                "Regexp(%r) on %r refused a value of which it matches the beginning. "
                "Patterns match the whole value here; to allow more, write %r.",
                pattern,
                field.name,
                f"{pattern}.*",
            )


class NumberRange(WtNumberRange):
    """Accept a number within limits; a signaling NaN is refused like any other.

    A text that is no number has that error already, and gets no second one.
    """

    def __call__(self, form: Any, field: Any) -> None:
        """Raise `ValidationError` unless the value is within the limits."""
        if field.data is None and field.process_errors:
            return
        if isinstance(field.data, Decimal) and field.data.is_snan():
            # It raises an error in any comparison.
            raise ValidationError(self.message or field.gettext("Not a valid number."))
        super().__call__(form, field)


class Unique:
    """Refuse a value that another row of the model already has.

    `find` returns the row with the value, or None. Two requests at the same moment may
    both pass: the unique constraint of the database has the last word.
    """

    def __init__(self, find: Callable[[Any], Any], message: str | None = None) -> None:
        self.find = find
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Raise `ValidationError` if the value is taken."""
        if field.data is None:
            return
        row = self.find(field.data)
        if row is None or row is getattr(form, "edited", None):
            return
        raise ValidationError(self.message or field.gettext("This is taken already."))
