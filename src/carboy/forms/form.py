"""`Form`: a WTForms form that reads the request by itself; Flask-WTF's `FlaskForm`."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import has_app_context
from flask.globals import app_ctx
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Form as WtForm, HiddenField, SubmitField, ValidationError
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.meta import DefaultMeta
from wtforms.widgets import HiddenInput

from carboy.translation import gettext, hook

from .binding import bind
from .csrf import (
    CsrfError,
    check_request,
    make_protection,
    protection_state,
)
from .current_token import csrf_token
from .intents import apply_intent, drop_strange_names, find_intent
from .settings import CsrfSettings
from .submitted import drop_other_kinds, is_submitted, read_submitted

AUTO: Final = object()


class TokenField(CSRFTokenField):
    """The hidden field with the token, which is made when it is rendered.

    A page that only asks for `form.errors` opens no session.
    """

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Take the value as any hidden field does; make no token yet."""
        HiddenField.process(self, *args, **kwargs)

    def _value(self) -> str:
        return csrf_token()

    @property
    def current_token(self) -> str:
        """A token, as Flask-WTF's templates read it."""
        return csrf_token()

    @current_token.setter
    def current_token(self, _value: str | None) -> None:
        """Ignore what WTForms sets."""

    def populate_obj(self, *args: Any) -> None:
        """Leave the object alone."""

    def pre_validate(self, form: Any) -> None:
        """Refuse a request that this site did not cause."""
        self.csrf_impl.validate_csrf_token(form, self)


class SessionCSRF(CSRF):
    """WTForms' way to the protection of the site."""

    field_class = TokenField

    def __init__(self) -> None:
        self._field: Any = self.field_class(label="CSRF token", csrf_impl=self)

    def setup_form(self, form: Any) -> list[tuple[str, Any]]:
        """Return the fields to add to `form`."""
        return [(form.meta.csrf_field_name, self._field)]

    def generate_csrf_token(self, _field: Any) -> str:
        """Return a token."""
        return csrf_token()

    def validate_csrf_token(self, _form: Any, _field: Any) -> None:
        """Check the request once, however many forms it fills."""
        protection = protection_state.find(app_ctx.app)
        try:
            check_request(protection or make_protection(CsrfSettings()))
        except CsrfError as error:
            raise ValidationError(str(error)) from None


def _translate_plural(singular: str, plural: str, num: float) -> str:
    # WTForms fills in its variables itself.
    translator = None if hook.find is None else hook.find()
    if translator is None:
        return singular if num == 1 else plural
    return translator.find_plural(singular, plural, num, None)


# It keeps nothing of a form, so that all forms can share it.
_csrf = SessionCSRF()


class SiteTranslations:
    """WTForms' messages in the language of the visitor."""

    gettext = staticmethod(gettext)
    ngettext = staticmethod(_translate_plural)


class Form(WtForm):
    """A form that is filled from the request: `if form.validate_on_submit(): …`.

    Form fields, files and JSON bodies are read alike. Pass `formdata=None` to make it
    empty, or a MultiDict to fill it from elsewhere.
    """

    class Meta(DefaultMeta):
        """How WTForms sees the request."""

        csrf = True
        csrf_class = SessionCSRF
        csrf_field_name = "csrf_token"

        def get_translations(self, form: Any) -> Any:
            """Return the texts of the site's language, or WTForms' own."""
            if self.locales is not False or hook.find is None:
                return super().get_translations(form)
            return SiteTranslations

        def build_csrf(self, form: Any) -> Any:
            """Return the way to the protection."""
            return _csrf if self.csrf_class is SessionCSRF else super().build_csrf(form)

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            """Return a field of the form, made as its class makes it."""
            return bind(form, unbound_field, options)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Return the submitted data if nothing else was handed over."""
            if formdata is AUTO:
                return _read_for(form) if is_submitted() else None
            return super().wrap_formdata(form, formdata)

    # What a button of a repeated field asks for: `add:lines-`, `remove:lines-2`.
    intent = ""

    def __init__(self, formdata: Any = AUTO, obj: Any = None, **kwargs: Any) -> None:
        meta = dict(kwargs.pop("meta", None) or {})
        if formdata is not AUTO:
            # A form within a form, or data that did not come from this request.
            meta.setdefault("csrf", False)
        elif not form_is_protected():
            meta.setdefault("csrf", False)
        kwargs.pop("csrf_enabled", None)
        super().__init__(formdata, obj, meta=meta, **kwargs)

    def is_submitted(self) -> bool:
        """Return whether the request sends data: POST, PUT, PATCH or DELETE."""
        return is_submitted()

    def validate_on_submit(
        self, extra_validators: Mapping[str, Sequence[Any]] | None = None
    ) -> bool:
        """Return whether data was sent and is valid.

        If a button added, removed or moved an entry, the form is not finished: nothing
        is validated, and the page shows it again with the change.
        """
        if not self.is_submitted() or self.intent:
            return False
        return self.validate(extra_validators=extra_validators)

    def populate_obj(self, obj: Any) -> None:
        """Write the fields of this form, and nothing else, to `obj`."""
        for name, field in self._fields.items():
            if not isinstance(field, SubmitField | TokenField):
                field.populate_obj(obj, name)

    def hidden_tag(self, *fields: Any) -> Markup:
        """Render the hidden fields in one place, the token among them."""
        chosen = [self[f] if isinstance(f, str) else f for f in fields] or list(self)
        hidden = [f for f in chosen if isinstance(f.widget, HiddenInput)]
        return Markup("\n").join(Markup(f()) for f in hidden)  # noqa: S704 - fields escape


def _read_for(form: Any) -> Any:
    """Return what the request sends, changed as a button of a list asks for."""
    data: Any = drop_other_kinds(form, drop_strange_names(read_submitted()))
    form.intent = find_intent(data)
    if not form.intent:
        return data
    return apply_intent(MultiDict(data.items(multi=True)), form.intent)


def form_is_protected() -> bool:
    """Return whether forms of the current app have a token."""
    protection = protection_state.find(app_ctx.app) if has_app_context() else None
    if protection is not None:
        return protection.settings.enabled
    return has_app_context() and bool(app_ctx.app.config.get("WTF_CSRF_ENABLED", True))
