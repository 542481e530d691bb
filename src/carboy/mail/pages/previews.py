"""Previews at /-/mail/previews: mails with values that are made up for them."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, abort, request

from carboy.core import Wiring, get_current_app, registry_of
from carboy.mail.app_state import MailState
from carboy.mail.message import Message
from carboy.translation import use_language

from .mail_content import MailContent, read_content
from .responses import choose_view, guarded, show_html, show_page

_TO = "ada@example.com"
MakeMessage = Callable[..., Message]


def add_previews(wiring: Wiring, state: MailState, make_message: MakeMessage) -> None:
    """Add the pages, each behind the guard."""
    previews = Previews(state, make_message)
    for rule, name, view in (
        ("", "previews", previews.list_previews),
        ("/<name>", "preview", previews.show),
        ("/<name>/html", "preview_html", previews.show_html),
    ):
        wiring.route(
            f"/-/mail/previews{rule}", guarded(state, view), endpoint=f"mail.{name}"
        )


class Previews:
    """The views, and the mails that they know: those of the site and of batteries.

    A battery has `mail_previews`: the names of its templates, with values for them.
    """

    def __init__(self, state: MailState, make_message: MakeMessage) -> None:
        self._state = state
        self._make_message = make_message

    def list_previews(self) -> Response:
        """List the mails that can be shown."""
        names = sorted({*self._state.previews, *_list_templates()})
        return show_page(
            "previews", here="previews", names=names, languages=_list_languages()
        )

    def show(self, name: str) -> Response:
        """Show a mail in one of the languages of the site."""
        languages = _list_languages()
        language = _choose_language(languages)
        content = self.render(name, language)
        return show_page(
            "preview",
            here="previews",
            name=name,
            content=content,
            view=choose_view(content),
            languages=languages,
            chosen=language,
        )

    def show_html(self, name: str) -> Response:
        """Show the HTML of a mail, for the frame of the page."""
        return show_html(self.render(name, _choose_language(_list_languages())))

    def render(self, name: str, language: str) -> MailContent:
        """Return the mail in a language; nothing is sent."""
        with use_language(language):
            message = self._make(name, language)
        message.sender = message.sender or self._state.settings.default_sender or _TO
        if not message.list_recipients():
            message.add_recipient(_TO)
        return read_content(message.as_bytes())

    def _make(self, name: str, language: str) -> Message:
        if name in self._state.previews:
            return self._state.previews[name]()
        context = _list_templates().get(name)
        if context is None:
            abort(404)
        return self._make_message(name, to=_TO, language=language, **context)


def _list_templates() -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for battery in registry_of(get_current_app()).installed.values():
        found |= getattr(battery, "mail_previews", {})
    return found


def _list_languages() -> list[tuple[str, str]]:
    list_languages = get_current_app().jinja_env.globals.get("ui_languages")
    offered = list_languages() if callable(list_languages) else []
    return list(offered) or [("en", "English")]


def _choose_language(languages: list[tuple[str, str]]) -> str:
    wanted = request.args.get("language", "")
    return wanted if wanted in dict(languages) else languages[0][0]
