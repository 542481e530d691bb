"""Forms of several steps, kept in the visitor's session between them."""

import logging
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from flask import abort, session
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField

from carboy.core import get_current_app
from carboy.errors import ConfigError
from carboy.translation import gettext

from .field_tree import FILE_FIELDS, walk_fields
from .form import Form, form_is_protected
from .intents import INTENT
from .kept_files import (
    KeepFile,
    KeptFiles,
    keep_files,
    name_files,
    take_out_files,
)
from .submitted import is_submitted, read_submitted
from .words import Words

_log = logging.getLogger("carboy.forms")
_BACK = "back"
_HOUR = 3600
# Browsers drop cookies of more than 4,096 bytes without a word; the rest of the cookie
# is its name and attributes.
COOKIE_LIMIT = 3_800


class FormSteps:
    """Several forms that are filled in one after the other.

    `forms` maps the name of each step, as it stands in the address, to its form class.
    What was typed is kept in the session for `lifetime` seconds. Files and passwords
    can be asked for in the last step only, which is not kept; `keep_file` stores a
    file of an earlier step and returns the text by which it is known.
    """

    def __init__(
        self,
        name: str,
        forms: Mapping[str, type[Form]],
        *,
        titles: Mapping[str, str] | None = None,
        lifetime: float = _HOUR,
        keep_file: KeepFile | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.forms = dict(forms)
        self.titles = dict(titles or {})
        self.lifetime = lifetime
        self.keep_file = keep_file
        self.clock = clock
        self.key = f"_steps_{name}"
        self._check_fields()

    def open(self, step: str | None = None) -> "OpenStep":
        """Return the step at work, filled with what was typed before.

        Without a name it is the one where the visitor left off.
        """
        if step is not None and step not in self.forms:
            abort(404)
        return OpenStep(self, step)

    def _check_fields(self) -> None:
        if not self.forms:
            msg = f"FormSteps({self.name!r}) needs at least one form, got none."
            raise ConfigError(msg)
        for step, form in list(self.forms.items())[:-1]:
            for name, kind in walk_fields(form):
                is_file = issubclass(kind, FILE_FIELDS)
                if issubclass(kind, PasswordField) or (is_file and not self.keep_file):
                    msg = (
                        f"The step {step!r} asks for {name!r}, a {kind.__name__}, "
                        f"which a session cannot keep. Ask for it in the last step"
                        f"{', or pass keep_file=' if is_file else ''}."
                    )
                    raise ConfigError(msg)


class OpenStep:
    """One step of one visitor: its form, where to go next, and all data in the end."""

    def __init__(self, steps: FormSteps, step: str | None) -> None:
        self.steps = steps
        self.names = list(steps.forms)
        # The session was empty or too old when the visitor sent a step.
        self.has_expired = False
        self.go_to: str | None = None
        self.is_finished = False
        self.data: dict[str, Any] = {}
        self._files: dict[str, KeptFiles] = {}
        self._stored = self._load()
        first_open = self._first_open()
        self.step = first_open if step is None else step
        if self.names.index(self.step) > self.names.index(first_open):
            # The session is too old, or somebody typed the address of a later step.
            self.has_expired = is_submitted() and not self._stored
            self.form = self._receive_early() if is_submitted() else self._make_form()
            self.go_to = first_open
        elif is_submitted() and step is not None:
            self.form = self._receive()
        else:
            self.form = self._make_form()
            self.go_to = first_open if step is None else None

    @property
    def number(self) -> int:
        """The number of the step, from 1."""
        return self.names.index(self.step) + 1

    @property
    def title(self) -> str:
        """The title of the step."""
        return self.steps.titles.get(self.step, "")

    @property
    def previous(self) -> str | None:
        """The name of the step before this one."""
        return self.names[self.number - 2] if self.number > 1 else None

    def clear(self) -> None:
        """Forget what was typed: after the end, or when the visitor gives up."""
        session.pop(self.steps.key, None)

    def render_progress(self, words: Words) -> Markup:
        """Return the line above the heading that says which step this is."""
        text = words["Step %(number)d of %(count)d"]
        line = text % {"number": self.number, "count": len(self.names)}
        return Markup('<p class="ui-hint">{}</p>\n').format(line)

    def render_options(self, words: Words) -> dict[str, Any]:
        """Return the buttons of the step."""
        options: dict[str, Any] = {}
        if self.number < len(self.names):
            options["submit"] = words["Continue"]
        if self.previous:
            button = Markup(
                '<button class="ui-button ui-quiet" type="submit" name="{}"'
                ' value="{}">{}</button>'
            )
            options["more_buttons"] = button.format(INTENT, _BACK, words["Back"])
        return options

    def _load(self) -> dict[str, Any]:
        """Return what was typed in each step, unless it is too old."""
        kept = session.get(self.steps.key)
        if not isinstance(kept, dict):
            return {}
        if self.steps.clock() - kept.get("at", 0) > self.steps.lifetime:
            self.clear()
            return {}
        typed: dict[str, Any] = dict(kept.get("typed", {}))
        self._files = dict(kept.get("files", {}))
        return {step: pairs for step, pairs in typed.items() if step in self.names}

    def _first_open(self) -> str:
        """Return the first step that is missing or no longer valid, or the last."""
        for step in self.names[:-1]:
            if step not in self._stored or not self._check(step):
                return step
        return self.names[-1]

    def _check(self, step: str) -> bool:
        form = self._fill(step)
        return take_out_files(form, self._files.get(step, {})) and form.validate()

    def _make_form(self) -> Form:
        """Return the form of the step for its page, with a token."""
        return self._fill(self.step, csrf=form_is_protected())

    def _fill(self, step: str, *, csrf: bool = False) -> Form:
        pairs = self._stored.get(step)
        typed = None if pairs is None else MultiDict([(k, v) for k, v in pairs])
        return self.steps.forms[step](typed, meta={"csrf": csrf})

    def _receive(self) -> Form:
        form = self.steps.forms[self.step]()
        is_last = self.number == len(self.names)
        if read_submitted().get(INTENT) == _BACK and self.previous:
            # Typed so far, valid or not: it is there when the visitor comes back.
            self.go_to = self.previous if self._store_unfinished(form) else None
        elif form.validate_on_submit() and is_last:
            self.data = {each: self._read(each) for each in self.names[:-1]}
            self.data[self.step] = _own_data(form)
            self.is_finished = True
        elif not form.intent and not form.errors and self._store(form):
            self.go_to = self.names[self.number]
        return form

    def _receive_early(self) -> Form:
        """Keep what was typed for when the steps before it are filled in again."""
        form = self.steps.forms[self.step]()
        self._store_unfinished(form)
        return form

    def _store_unfinished(self, form: Form) -> bool:
        """Keep what may not be valid yet; return False if another site has sent it."""
        token = form.meta.csrf_field_name
        if token in form and not form[token].validate(form):
            return False
        return self._store(form)

    def _read(self, step: str) -> dict[str, Any]:
        form = self._fill(step)
        return {**_own_data(form), **name_files(form, self._files.get(step, {}))}

    def _store(self, form: Form) -> bool:
        """Keep what was sent; return whether the session has room for it."""
        hidden = {INTENT, form.meta.csrf_field_name, *_list_passwords(form)}
        pairs = [
            (name, value)
            for name, value in read_submitted().items(multi=True)
            if isinstance(value, str) and name not in hidden
        ]
        files = keep_files(form, self.steps.keep_file, self._files.get(self.step, {}))
        before = session.get(self.steps.key)
        session[self.steps.key] = {
            "at": int(self.steps.clock()),
            "typed": {**self._stored, self.step: pairs},
            "files": {**self._files, self.step: files},
        }
        if _is_too_large():
            session[self.steps.key] = before
            form.form_errors.append(
                gettext(
                    "This is too long to be kept until the end. Shorten your answers."
                )
            )
            _log.error(
                "The steps %r do not fit into the session cookie (%d bytes). Keep "
                "sessions on the server: SESSION_TYPE=database.",
                self.steps.name,
                COOKIE_LIMIT,
            )
            return False
        return True


def _own_data(form: Form) -> dict[str, Any]:
    token = form.meta.csrf_field_name
    return {name: value for name, value in form.data.items() if name != token}


def _list_passwords(fields: Iterable[Any]) -> Iterator[str]:
    """Yield the names of the fields for passwords, which no session keeps."""
    for field in fields:
        if isinstance(field, PasswordField):
            yield field.name
        inner = getattr(field, "entries", None) or getattr(field, "form", None)
        if inner is not None:
            yield from _list_passwords(inner)


def _is_too_large() -> bool:
    """Return whether the session is a cookie that browsers would drop."""
    app = get_current_app()
    interface = app.session_interface
    is_plain = isinstance(interface, SecureCookieSessionInterface)
    if not is_plain and not getattr(interface, "keeps_in_cookie", False):
        return False
    text = TaggedJSONSerializer().dumps(dict(session))
    return 4 * len(zlib.compress(text.encode())) / 3 > COOKIE_LIMIT
