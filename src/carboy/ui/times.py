"""Moments on pages: as the visitor writes them, and exact for programs."""

from datetime import UTC, datetime

from markupsafe import Markup

from carboy.translation import format_datetime

_TIME = Markup('<time datetime="{}">{}</time>')


def make_time(moment: datetime | float | str | None) -> Markup:
    """Return the `time` element of a moment, or nothing for None.

    The moment is a datetime, seconds since 1970, or an ISO date with a time; without a
    zone it is UTC.
    """
    if moment is None:
        return Markup("")
    if isinstance(moment, int | float):
        moment = datetime.fromtimestamp(moment, UTC)
    elif isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    exact = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _TIME.format(exact, format_datetime(moment))
