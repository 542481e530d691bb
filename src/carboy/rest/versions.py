"""Headers that tell clients that an API ends (RFC 9745, RFC 8594)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from flask import Response, request
from werkzeug.http import http_date

_REFERENCE = re.compile(r"[!#-;=?-Z\[\]_a-z~%]+", re.ASCII)


class VersionError(ValueError):
    """Raised for dates or an address of a version that clients could not use."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Since when an API is deprecated, when it ends, and what follows it."""

    deprecated: datetime
    sunset: datetime | None = None
    successor: str = ""

    def add_headers(self, response: Response) -> Response:
        """Add what is known to a response, and return it."""
        headers = response.headers
        headers["Deprecation"] = f"@{int(self.deprecated.timestamp())}"
        if self.sunset is not None:
            headers["Sunset"] = http_date(self.sunset)
        if self.successor:
            address = self.successor
            if address.startswith("/") and not address.startswith("//"):
                address = request.script_root + address
            headers.add("Link", f'<{address}>; rel="successor-version"')
        return response


def make_ending(
    deprecated: date | str | None, sunset: date | str | None, successor: str
) -> Ending | None:
    """Return what the arguments of an API say, or None if it goes on."""
    if deprecated is None:
        if sunset is not None or successor:
            msg = (
                "An API has sunset= or successor= without deprecated=. Add the date "
                "from which clients should leave it, such as deprecated='2030-01-31'."
            )
            raise VersionError(msg)
        return None
    begin = _read_time("deprecated", deprecated)
    end = None if sunset is None else _read_time("sunset", sunset)
    if end is not None and end < begin:
        msg = (
            f"sunset={sunset!r} is before deprecated={deprecated!r}. An API is "
            "deprecated first: exchange the dates, or correct one."
        )
        raise VersionError(msg)
    if successor and _REFERENCE.fullmatch(successor) is None:
        msg = (
            f"successor={successor!r} cannot stand in a Link header. Write an address "
            "such as /v2 or https://api.example/v2, with other characters as %XX."
        )
        raise VersionError(msg)
    return Ending(begin, end, successor)


def make_ending_hook(
    ending: Ending, owns_endpoint: Callable[[str], bool]
) -> Callable[[Response], Response]:
    """Return a function that adds the headers to responses of an API."""
    known: dict[str, bool] = {}

    def add_headers(response: Response) -> Response:
        endpoint = request.endpoint
        if endpoint is None:
            return response
        is_own = known.get(endpoint)
        if is_own is None:
            is_own = known[endpoint] = owns_endpoint(endpoint)
        return ending.add_headers(response) if is_own else response

    return add_headers


def _read_time(name: str, value: date | str) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            msg = (
                f"{name}={value!r} is not a date. Write year, month and day, such as "
                "'2030-01-31'; a time may follow, in UTC unless it says otherwise."
            )
            raise VersionError(msg) from None
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
