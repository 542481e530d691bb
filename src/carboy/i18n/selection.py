"""The language and time zone of the current visitor.

The language is that of `force_locale`, of the site's own selector, of the address, of
the account, of the cookie or session, of the header Accept-Language, or the default;
in this order. It is chosen when the first text is shown, once per context.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from flask import session
from flask.globals import _cv_app, _cv_request

from carboy.translation import Translator

from .names import match_header, parse_locale, to_tag
from .state import Languages, languages_state

COOKIE = "language"
QUERY = "lang"
URL_VALUE = "lang_code"

_NAME = "_carboy_i18n"


@dataclass(slots=True)
class Selection:
    """What was chosen in a context."""

    translator: Translator
    locale: Locale
    # The request headers that were looked at, for Vary.
    consulted: list[str] = field(default_factory=list)
    time_zone: tzinfo | None = None
    is_forced: bool = False


def find_selection() -> Selection | None:
    """Return what is chosen in this context, chosen now if it was not yet.

    None: there is no context, or its app has no languages.
    """
    context = _cv_app.get(None)
    if context is None:
        return None
    values = context.g.__dict__
    selection: Selection | None = values.get(_NAME)
    if selection is None:
        languages = languages_state.find(context.app)
        if languages is None:
            return None
        selection = values[_NAME] = _select(languages)
    return selection


def find_translator() -> Translator | None:
    """Return the texts for the current visitor; the hook of `carboy.translation`."""
    selection = find_selection()
    return None if selection is None else selection.translator


def peek_selection(g: Any) -> Selection | None:
    """Return what was chosen in a context already, or None."""
    selection: Selection | None = g.__dict__.get(_NAME)
    return selection


def get_locale() -> Locale | None:
    """Return the Babel locale of the visitor, or None outside of a context."""
    selection = find_selection()
    return None if selection is None else selection.locale


def get_timezone() -> tzinfo | None:
    """Return the time zone of the visitor, or None outside of a context."""
    selection = find_selection()
    if selection is None:
        return None
    if selection.time_zone is None:
        selection.time_zone = _select_time_zone(languages_state.current())
    return selection.time_zone


def refresh() -> None:
    """Choose again: after the visitor has changed the language or the time zone."""
    context = _cv_app.get(None)
    if context is None:
        return
    selection = peek_selection(context.g)
    if selection is None:
        return
    if selection.is_forced:
        selection.time_zone = None
    else:
        del context.g.__dict__[_NAME]


@contextmanager
def force_locale(locale: Locale | str) -> Iterator[None]:
    """Use another language within a `with` block: for a mail to somebody else."""
    context = _cv_app.get(None)
    languages = None if context is None else languages_state.find(context.app)
    if context is None or languages is None:
        yield
        return
    values = context.g.__dict__
    before = values.get(_NAME)
    tag = to_tag(str(locale))
    forced = _make(languages, languages.match(tag) or tag)
    forced.is_forced = True
    forced.time_zone = None if before is None else before.time_zone
    values[_NAME] = forced
    try:
        yield
    finally:
        if before is None:
            values.pop(_NAME, None)
        else:
            values[_NAME] = before


def _select(languages: Languages) -> Selection:
    consulted: list[str] = []
    selection = _make(languages, _choose(languages, consulted))
    selection.consulted = consulted
    return selection


def _make(languages: Languages, language: str) -> Selection:
    return Selection(languages.translator(language), parse_locale(language))


def _choose(languages: Languages, consulted: list[str]) -> str:
    if (language := _ask(languages, languages.locale_selector)) is not None:
        # What it has read is not known.
        consulted += ["Accept-Language", "Cookie"]
        return language
    if (language := _find_of_flask_babel(languages)) is not None:
        consulted += ["Accept-Language", "Cookie"]
        return language
    context = _cv_request.get(None)
    if context is None or len(languages.offered) == 1:
        return languages.default
    request = context.request
    for wish in (
        (request.view_args or {}).get(URL_VALUE),
        _from_hook(),
        _query(request),
    ):
        if (language := languages.match(wish)) is not None:
            return language
    consulted.append("Cookie")
    for wish in (
        _ask(languages, languages.account_language),
        request.cookies.get(COOKIE),
        _find_in_session(context),
    ):
        if (language := languages.match(wish)) is not None:
            return language
    consulted.append("Accept-Language")
    header = request.headers.get("Accept-Language", "")
    return match_header(header, languages.offered) or languages.default


def negotiate_language(request: Any) -> str:
    """Return the language that the address, cookie or header of a request asks for.

    For answers that are made outside of the context of the request, such as those of
    a debugger; an app without languages has none.
    """
    context = _cv_app.get(None)
    languages = None if context is None else languages_state.find(context.app)
    if languages is None:
        return ""
    for wish in (_query(request), request.cookies.get(COOKIE)):
        if (language := languages.match(wish)) is not None:
            return language
    header = request.headers.get("Accept-Language", "")
    return match_header(header, languages.offered) or languages.default


def _from_hook() -> Any:
    """Return the value that the address had before it was taken from the arguments."""
    return _cv_app.get().g.__dict__.get(URL_VALUE)


def _query(request: Any) -> str | None:
    # Parsed only if it may contain the name: most addresses have none.
    if QUERY.encode() not in request.query_string:
        return None
    value: str | None = request.args.get(QUERY)
    return value


def _ask(languages: Languages, selector: Any) -> str | None:
    if selector is None:
        return None
    wish = selector()
    if wish is None:
        return None
    return languages.match(wish) or to_tag(str(parse_locale(str(wish))))


def _find_in_session(context: Any) -> str | None:
    """Return the language of the session, which is not opened without a cookie."""
    name = context.app.session_interface.get_cookie_name(context.app)
    if name not in context.request.cookies:
        return None
    value: str | None = _read_session(COOKIE)
    return value


def _read_session(name: str) -> Any:
    was_accessed = getattr(session, "accessed", False)
    value = session.get(name)
    # A page in the language of a visitor is not a personal page: Vary says enough.
    if not was_accessed and hasattr(session, "accessed"):
        session.accessed = False
    return value


def _find_of_flask_babel(languages: Languages) -> str | None:
    """Return the language that an installed Flask-Babel has chosen, or None."""
    context = _cv_app.get()
    theirs = context.app.extensions.get("babel")
    if theirs is None or getattr(theirs, "is_carboy", False):
        return None
    module = sys.modules.get("flask_babel")
    locale = None if module is None else module.get_locale()
    return None if locale is None else languages.match(locale) or to_tag(str(locale))


def _select_time_zone(languages: Languages) -> tzinfo:
    for selector in (languages.timezone_selector, languages.account_time_zone):
        wish = None if selector is None else selector()
        if isinstance(wish, tzinfo):
            return wish
        if wish:
            return make_time_zone(str(wish))
    return make_time_zone(languages.time_zone)


def make_time_zone(name: str) -> tzinfo:
    """Return a time zone, or raise ValueError with a message that names it."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise ValueError(
            f"{name[:60]!r} is not a time zone. Write it like Europe/Berlin or UTC."
        ) from None
