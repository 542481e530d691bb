"""Flask-Moment: times in pages, written by the server instead of a script."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask
from markupsafe import Markup

from carboy.legacy.rows import Row

_FORMATS = {
    "LTS": "%H:%M:%S",
    "LT": "%H:%M",
    "LLLL": "%A, %d %B %Y %H:%M",
    "LLL": "%d %B %Y %H:%M",
    "LL": "%d %B %Y",
    "L": "%Y-%m-%d",
    "YYYY": "%Y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "DD": "%d",
    "dddd": "%A",
    "ddd": "%a",
    "HH": "%H",
    "hh": "%I",
    "mm": "%M",
    "ss": "%S",
    "A": "%p",
    "a": "%p",
}
_STEPS = ((60, "a few seconds", 0), (3600, "minutes", 60), (86400, "hours", 3600))
_DAY, _MONTH, _YEAR = 86400, 30 * 86400, 365 * 86400


class MomentText:
    """A time, with the methods that templates call."""

    def __init__(self, timestamp: Any = None, local: bool = False) -> None:
        self._time = timestamp or datetime.now(UTC).replace(tzinfo=None)
        self._is_local = local

    def format(self, fmt: str | None = None, *_: Any, **_old: Any) -> Markup:
        """Return the time in a format of moment.js."""
        if not fmt:
            return self._tag(self._time.strftime("%Y-%m-%dT%H:%M:%S"))
        return self._tag(self._time.strftime(translate(fmt)))

    def from_now(self, no_suffix: bool = False, *_: Any, **_old: Any) -> Markup:
        """Return how long ago it is, in words."""
        now = datetime.now(self._time.tzinfo)
        if self._time.tzinfo is None:
            now = datetime.now(UTC).replace(tzinfo=None)
        text = describe((now - self._time).total_seconds())
        return self._tag(text if no_suffix else f"{text} ago")

    fromNow = from_now

    def calendar(self, *_: Any, **_old: Any) -> Markup:
        """Return the day and the time."""
        return self.format("LLL")

    def _tag(self, text: str) -> Markup:
        return Markup('<time datetime="{}">{}</time>').format(
            self._time.isoformat(), text
        )


def translate(fmt: str) -> str:
    """Return the format of `strftime` for one of moment.js."""
    result, rest = "", fmt
    while rest:
        token = next((t for t in _FORMATS if rest.startswith(t)), "")
        result += _FORMATS[token] if token else rest[0].replace("%", "%%")
        rest = rest[len(token) or 1 :]
    return result


def describe(seconds: float) -> str:
    """Return a span of time in words."""
    seconds = abs(seconds)
    if seconds < _STEPS[0][0]:
        return "a few seconds"
    for limit, unit, size in (
        (3600, "minute", 60),
        (_DAY, "hour", 3600),
        (_MONTH, "day", _DAY),
        (_YEAR, "month", _MONTH),
        (float("inf"), "year", _YEAR),
    ):
        if seconds < limit:
            count = int(seconds // size)
            return f"{count} {unit}" + ("s" if count > 1 else "")
    return ""


class MomentFactory:
    """`moment` in templates."""

    def __call__(self, timestamp: Any = None, local: bool = False) -> MomentText:
        """Return a time that can be formatted."""
        return MomentText(timestamp, local)

    def no_script(self, *_: Any, **_old: Any) -> Markup:
        """Return nothing: no script is needed."""
        return Markup("")

    include_moment = include_jquery = locale = lang = flask_moment_js = no_script


class ServerMoment:
    """Flask-Moment's class."""

    def __init__(self, app: Flask | None = None) -> None:
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Add `moment` to the templates of an app."""
        app.jinja_env.globals["moment"] = MomentFactory()


MODULES = ("flask_moment",)
ROWS = (
    Row(
        "flask_moment.Moment",
        "",
        "carboy.legacy.packages.flask_moment:ServerMoment",
        "{{ time|datetimeformat }} of carboy.i18n",
        "No script is loaded from another host.",
        "flask_moment",
    ),
)
