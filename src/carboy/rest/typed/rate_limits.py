"""Limits on how often an operation is called, and the headers that tell clients."""

import re
from dataclasses import dataclass

from flask import Response, after_this_request

from carboy.errors import RefusedError
from carboy.stores import Limit, Store, count_use, seconds_to_wait
from carboy.translation import ngettext

from .signature import OperationError

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_FORM = re.compile(
    rf"(?P<count>[1-9]\d{{0,8}})/(?:(?P<number>[1-9]\d{{0,3}}) )?"
    rf"(?P<unit>{'|'.join(_UNITS)})s?",
    re.ASCII,
)


class RateLimitedError(RefusedError):
    """Raised when a client has called more often than a limit allows: 429."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(
            ngettext(
                "These were too many requests. Try again in %(num)d second.",
                "These were too many requests. Try again in %(num)d seconds.",
                retry_after,
            )
        )


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A limit, and what it counts together: an operation, an API, or all of them."""

    limit: Limit
    policy: str
    scope: str


def parse_limit(text: str) -> Limit:
    """Return the limit of a text such as `100/minute` or `5/10 seconds`."""
    match = _FORM.fullmatch(text)
    if match is None:
        msg = (
            f"{text!r} is not a limit. Write a number of requests and a time, such as "
            f"'100/minute' or '5/10 seconds'; units are {', '.join(_UNITS)}."
        )
        raise OperationError(msg)
    window = int(match["number"] or 1) * _UNITS[match["unit"]]
    return Limit(int(match["count"]), window)


def require_rate(store: Store, rate: RateLimit, client: str) -> None:
    """Count a request, or raise `RateLimitedError`; all its answers get the headers."""
    key = f"r:{rate.policy}:{rate.scope}:{client}"
    limit = rate.limit
    count = count_use(store, key, limit)
    wait = seconds_to_wait(store, key)
    left = max(0, limit.count - count)

    def add_headers(response: Response) -> Response:
        name = f'"{rate.policy}"'
        response.headers["RateLimit-Policy"] = (
            f"{name};q={limit.count};w={limit.window}"
        )
        response.headers["RateLimit"] = f"{name};r={left};t={wait}"
        return response

    after_this_request(add_headers)
    if count > limit.count:
        raise RateLimitedError(wait)
