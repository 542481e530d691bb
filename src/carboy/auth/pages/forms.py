"""The forms of the pages of accounts."""

from collections.abc import Callable
from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    StringField,
)
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import HiddenInput

from carboy.auth.passwords import MAX_LENGTH
from carboy.auth.second_factors import PASSKEY_NAME_LENGTH
from carboy.auth.user_model import (
    EMAIL_LENGTH,
    NAME_LENGTH,
    is_email,
    normalize_email,
)
from carboy.forms import Form
from carboy.translation import lazy_gettext

# WTForms says that labels are strings, and takes whatever turns into one.
_l: Callable[..., Any] = lazy_gettext

_REQUIRED = _l("This field is required.")


def _required() -> InputRequired:
    return InputRequired(_REQUIRED)


def _check_email(_form: Form, field: EmailField) -> None:
    # As it is stored: an @ or a comma of another script becomes a plain one.
    if not is_email(normalize_email(field.data or "")):
        raise ValidationError(str(_l("Enter an address such as name@example.com.")))


def _check_username(_form: Form, field: StringField) -> None:
    # With an @ it could be the address of somebody else.
    if field.data and not field.data.replace("-", "").replace("_", "").isalnum():
        raise ValidationError(str(_l("Use letters, digits, - and _ only.")))


def _email(label: Any) -> EmailField:
    return EmailField(
        label,
        [_required(), Length(max=EMAIL_LENGTH), _check_email],
        render_kw={"autocomplete": "email", "spellcheck": "false"},
    )


def _password(label: Any, purpose: str) -> PasswordField:
    return PasswordField(
        label,
        [_required(), Length(max=MAX_LENGTH)],
        render_kw={"autocomplete": f"{purpose}-password"},
    )


class LoginForm(Form):
    """Log in with a password."""

    login = StringField(
        _l("Email address or user name"),
        [_required(), Length(max=EMAIL_LENGTH)],
        render_kw={
            "autocomplete": "username webauthn",
            "autocapitalize": "none",
            "spellcheck": "false",
        },
    )
    password = _password(_l("Password"), "current")
    remember = BooleanField(_l("Stay logged in on this device"))
    next = HiddenField()


class EmailForm(Form):
    """An address to which something is sent."""

    email = _email(_l("Email address"))
    next = HiddenField()


class RegisterForm(Form):
    """Register: the password is chosen once the address is confirmed."""

    email = _email(_l("Email address"))
    name = StringField(
        _l("Name"), [Length(max=120)], render_kw={"autocomplete": "name"}
    )


class SocialRegisterForm(RegisterForm):
    """Register with an account of another site: its address may be another one."""


class CodeForm(Form):
    """The code that was sent by mail."""

    code = StringField(
        _l("Code"),
        [_required(), Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
    remember = BooleanField(_l("Stay logged in on this device"))
    next = HiddenField()


class SecondStepForm(Form):
    """A code of an authenticator app, or a recovery code."""

    code = StringField(
        _l("Code"),
        [_required(), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false"},
    )
    next = HiddenField()


class CodeStepForm(SecondStepForm):
    """The code of the second step of a login."""

    trust = BooleanField(_l("Trust this browser"))


class PasskeyForm(Form):
    """What an authenticator has answered; the script of the page fills it."""

    answer = HiddenField()
    remember = BooleanField(widget=HiddenInput())
    trust = BooleanField(_l("Trust this browser"))
    next = HiddenField()


class AddPasskeyForm(Form):
    """A new passkey with its name."""

    name = StringField(
        _l("Name"),
        [Length(max=PASSKEY_NAME_LENGTH)],
        description=_l("To tell it from others, such as: my phone."),
        render_kw={"autocomplete": "off"},
    )
    answer = HiddenField()


class PasskeyNameForm(Form):
    """Another name for a passkey."""

    name = StringField(_l("Name"), [_required(), Length(max=PASSKEY_NAME_LENGTH)])


class PasswordForm(Form):
    """Show the password of the account."""

    password = _password(_l("Password"), "current")


class ReauthenticateForm(Form):
    """Show the password again, and a code where the account has a second factor."""

    password = _password(_l("Password"), "current")
    code = StringField(
        _l("Code"),
        [_required(), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false"},
    )
    next = HiddenField()


class NewPasswordForm(Form):
    """Choose a password; it is asked for once, as pages can show it."""

    password = _password(_l("New password"), "new")


class ChangePasswordForm(Form):
    """Change the password."""

    current = _password(_l("Current password"), "current")
    password = _password(_l("New password"), "new")


class ProfileForm(Form):
    """Names."""

    name = StringField(
        _l("Name"), [Length(max=120)], render_kw={"autocomplete": "name"}
    )
    username = StringField(
        _l("User name"),
        [Length(max=NAME_LENGTH), _check_username],
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )


class ConfirmForm(Form):
    """A button: addresses in mails are opened by programs too."""


class DeleteForm(Form):
    """Delete the account."""

    agree = BooleanField(
        _l("I understand that my account cannot be restored."), [_required()]
    )
