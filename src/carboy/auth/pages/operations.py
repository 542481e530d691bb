"""The pages of accounts as operations of an API, for the OpenAPI document."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from carboy.auth.access import describe_view
from carboy.auth.app_state import AuthState
from carboy.core import Wiring
from carboy.forms import Form
from carboy.site import ApiOperation, ProblemBody, register_operations

from . import forms, schemas
from .form_schemas import make_form_schema
from .route_table import list_pages

_TAG = "Accounts"
_TOKEN = ("token", {"type": "http", "scheme": "bearer"})
_CSRF = {
    "X-CSRFToken": "The token of the session: a refused request gets it in "
    "`csrf_token` and may send it from then on. Requests without a cookie need none."
}
_UNREAD = ProblemBody("The request cannot be read, or is not sent by this site.")
_NO_LOGIN = ProblemBody("Nobody is logged in, or not with what this needs.")
_NO_STEP = ProblemBody("No login waits for its second step.")
_TWO_STEP = frozenset({
    "second_step",
    "set_up_factor",
    "passkey_step",
    "passkey_step_options",
})
Kinds = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    """What one page takes and answers; a form that is wrong is always a 422."""

    form: type[Form] | None = None
    shown: Kinds = (schemas.FormFields,)
    done: Kinds = (schemas.DoneAnswer,)
    # Other statuses of the page's own.
    refused: Mapping[int, Kinds] | None = None
    may_lack: bool = False


_ERRORS, _MESSAGE = (schemas.FormErrors,), (schemas.MessageAnswer,)
_FIELDS, _DONE = schemas.FormFields, schemas.DoneAnswer
_LIMITED = {429: _ERRORS}
_BUSY = {503: (ProblemBody("Too many passwords are being checked."),)}
_VOID = {400: _MESSAGE}
_SENT_ONLY = frozenset({429, 503})
_KEY = {400: _ERRORS, **_LIMITED}
_NO_PROVIDER = (ProblemBody("There is no such provider."),)
_PROVIDER = {400: _ERRORS, 404: _NO_PROVIDER, 503: _ERRORS}
_UNCONFIRMED = {403: (ProblemBody("The address is not confirmed."),)}
_CODES = (schemas.RecoveryCodesAnswer,)
_OPTIONS = (schemas.ANY_OBJECT,)
_SOCIAL_MESSAGE = {400: _MESSAGE, 404: _NO_PROVIDER, 503: _MESSAGE}

_PAGES = {
    "login": _Page(
        forms.LoginForm, (_FIELDS, _DONE), refused={**_LIMITED, 503: _ERRORS}
    ),
    "logout": _Page(),
    "second_step": _Page(forms.CodeStepForm, refused=_LIMITED),
    "set_up_factor": _Page(
        forms.SecondStepForm, (schemas.AppSecretAnswer,), _CODES, _LIMITED
    ),
    "reauthenticate": _Page(
        forms.ReauthenticateForm, refused={**_LIMITED, **_BUSY}, may_lack=True
    ),
    "forgot": _Page(forms.EmailForm, done=_MESSAGE, refused=_LIMITED),
    "reset": _Page(forms.NewPasswordForm, refused={**_VOID, **_BUSY}),
    "confirm": _Page(forms.PasswordForm, refused={**_VOID, **_LIMITED, **_BUSY}),
    "register": _Page(forms.RegisterForm, done=_MESSAGE, refused=_LIMITED),
    "register_confirm": _Page(forms.NewPasswordForm, refused={**_VOID, **_BUSY}),
    "code_request": _Page(forms.EmailForm, refused=_LIMITED),
    "code": _Page(forms.CodeForm, refused=_KEY),
    "account": _Page(shown=(schemas.AccountAnswer,)),
    "profile": _Page(forms.ProfileForm),
    "password": _Page(
        forms.ChangePasswordForm, refused={**_LIMITED, **_BUSY}, may_lack=True
    ),
    "email": _Page(forms.EmailForm, refused=_LIMITED),
    "email_confirm": _Page(forms.ConfirmForm, refused=_VOID),
    "sessions": _Page(shown=(schemas.SessionsAnswer,)),
    "revoke": _Page(),
    "revoke_others": _Page(),
    "forget_browser": _Page(),
    "two_step": _Page(
        forms.SecondStepForm,
        (schemas.AppSecretAnswer, _DONE),
        (*_CODES, _DONE),
        {**_UNCONFIRMED, **_LIMITED},
    ),
    "two_step_off": _Page(forms.SecondStepForm, (_FIELDS, _DONE), refused=_LIMITED),
    "recovery_codes": _Page(
        forms.SecondStepForm, (_FIELDS, _DONE), (*_CODES, _DONE), _LIMITED
    ),
    "activity": _Page(shown=(schemas.ActivityAnswer,)),
    "export": _Page(shown=_OPTIONS),
    "delete": _Page(forms.DeleteForm),
    "passkeys": _Page(shown=(schemas.PasskeysAnswer,)),
    "add_passkey": _Page(forms.AddPasskeyForm, done=(*_CODES, _DONE), refused=_KEY),
    "passkey_options": _Page(shown=_OPTIONS),
    "rename_passkey": _Page(forms.PasskeyNameForm),
    "remove_passkey": _Page(),
    "passkey_reauthenticate": _Page(forms.PasskeyForm, refused=_KEY),
    "passkey_reauthenticate_options": _Page(shown=_OPTIONS),
    "passkey_login": _Page(forms.PasskeyForm, refused=_KEY),
    "passkey_login_options": _Page(shown=_OPTIONS),
    "passkey_step": _Page(forms.PasskeyForm, refused=_KEY),
    "passkey_step_options": _Page(shown=_OPTIONS),
    "social_login": _Page(refused=_PROVIDER),
    "social_callback": _Page(
        shown=(_DONE,),
        refused={
            400: (*_ERRORS, *_MESSAGE),
            404: _NO_PROVIDER,
            409: (*_ERRORS, *_MESSAGE),
            422: _ERRORS,
            503: (*_ERRORS, *_MESSAGE),
        },
    ),
    "social_register": _Page(
        forms.SocialRegisterForm,
        (_FIELDS, _DONE),
        refused={404: _NO_PROVIDER, **_LIMITED},
    ),
    "social_code": _Page(
        forms.CodeForm, refused={404: _NO_PROVIDER, 409: _ERRORS, **_KEY}
    ),
    "logins": _Page(shown=(schemas.LoginsAnswer,)),
    "link_login": _Page(refused=_SOCIAL_MESSAGE),
    "unlink_login": _Page(refused={400: (schemas.LoginsAnswer,)}),
    "mini_program": _Page(done=(schemas.TokenAnswer,), refused={**_KEY, 503: _ERRORS}),
}
# Files for browsers.
_NO_JSON = frozenset({"static"})


def add_operations(wiring: Wiring, state: AuthState) -> None:
    """Have the OpenAPI document describe the pages of accounts."""
    register_operations(wiring.app, partial(_list_operations, state))


def _list_operations(state: AuthState) -> Iterator[ApiOperation]:
    for _, view, name, methods in list_pages(state):
        if name not in _NO_JSON:
            for method in methods:
                yield _describe(state, view, name, method)


def _describe(
    state: AuthState, view: Callable[..., Any], name: str, method: str
) -> ApiOperation:
    page, is_sent = _PAGES[name], method == "POST"
    # As the app has it: a site may have replaced the view.
    used = state.app.view_functions.get(f"auth.{name}", view)
    access = describe_view(used)
    security = _list_security(state, access)
    return ApiOperation(
        endpoint=f"auth.{name}",
        method=method,
        summary=(inspect.getdoc(view) or "").partition("\n")[0].rstrip("."),
        tag=_TAG,
        responses=_list_responses(page, name, method, needs_login=bool(security)),
        body=_make_body(state, page, name) if is_sent else None,
        headers=_CSRF if is_sent else {},
        security=security,
    )


def _list_security(
    state: AuthState, access: str
) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    if "login" not in access:
        return ()
    name = state.app.session_interface.get_cookie_name(state.app)
    cookie = ("session", {"type": "apiKey", "in": "cookie", "name": name})
    # A token never shows a factor again.
    return (cookie,) if "fresh" in access else (cookie, _TOKEN)


def _make_body(state: AuthState, page: _Page, name: str) -> Any:
    if name == "mini_program":
        return schemas.MiniProgramCode
    if page.form is None:
        return None
    without = set() if state.settings.trusted_browser_days else {"trust"}
    if name == "social_code":
        without.add("remember")
    return make_form_schema(page.form, without=without, may_lack=page.may_lack)


def _list_responses(
    page: _Page, name: str, method: str, *, needs_login: bool
) -> dict[int, Kinds]:
    is_sent = method == "POST"
    rows: list[tuple[int, Kinds]] = [(200, page.done if is_sent else page.shown)]
    if is_sent:
        rows.append((400, (_UNREAD,)))
    if is_sent and page.form is not None:
        rows.append((422, _ERRORS))
    if needs_login:
        rows += [(401, (_NO_LOGIN,)), (403, (ProblemBody("It is not allowed."),))]
    if name in _TWO_STEP:
        rows.append((401, (_NO_STEP,)))
    for status, kinds in (page.refused or {}).items():
        # A form that is only shown counts no attempt, and hashes nothing.
        if is_sent or page.form is None or status not in _SENT_ONLY:
            rows.append((status, kinds))
    return _merge(rows)


def _merge(rows: Iterable[tuple[int, Kinds]]) -> dict[int, Kinds]:
    merged: dict[int, Kinds] = {}
    for status, kinds in rows:
        merged[status] = (*merged.get(status, ()), *kinds)
    return merged
