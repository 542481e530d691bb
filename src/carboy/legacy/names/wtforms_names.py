"""Names that WTForms had: `TextField`, `Required`, `fields.html5`."""

import sys
from importlib.util import find_spec
from typing import Any

from carboy.legacy.patches import Patches
from carboy.legacy.rows import Row, rows_of, same_names
from carboy.legacy.uses import record_use

_GONE = "WTForms 3.0"
_TEXT = {"TextField": "wtforms:StringField"}
_REQUIRED = {
    "Required": "wtforms.validators:DataRequired",
    "required": "wtforms.validators:DataRequired",
}
_HTML5 = (
    "SearchField TelField URLField EmailField DateField DateTimeField"
    " DateTimeLocalField TimeField MonthField IntegerField DecimalField"
    " IntegerRangeField DecimalRangeField"
)
_CORE = (
    "BooleanField DateField DateTimeField DecimalField FieldList FloatField FormField"
    " IntegerField RadioField SelectField SelectFieldBase SelectMultipleField"
    " StringField TimeField"
)
_HTML_STRING = {"HTMLString": "markupsafe:Markup"}
_WIDGETS = (
    "ColorInput DateInput DateTimeInput DateTimeLocalInput EmailInput MonthInput"
    " NumberInput RangeInput SearchInput TelInput TimeInput URLInput WeekInput"
)
EMAIL = Row(
    "Email() without email_validator",
    _GONE,
    "the pattern is checked, as before",
    "pip install email-validator",
)


def _apply(patches: Patches) -> None:
    """Make `Email()` check a pattern where the package email_validator is missing."""
    module: Any = sys.modules["wtforms.validators"]
    if find_spec("email_validator") is not None:
        return
    pattern = module.Regexp(r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$", message=None)

    class PatternEmail:
        def __init__(self, message: str | None = None, **_options: Any) -> None:
            record_use(EMAIL)
            self.message = message

        def __call__(self, form: Any, field: Any) -> None:
            text = self.message or field.gettext("Invalid email address.")
            pattern(form, field, text)

    patches.set(module, "Email", PatternEmail)
    patches.set(module, "email", PatternEmail)


HOOKS = {"wtforms.validators": _apply}
MODULES = ("wtforms.fields.html5", "wtforms.widgets.html5")
ROWS = (
    EMAIL,
    *rows_of("wtforms", _GONE, _TEXT),
    *rows_of("wtforms.fields", _GONE, _TEXT),
    *rows_of("wtforms.validators", _GONE, _REQUIRED),
    *rows_of("wtforms.fields.core", _GONE, same_names("wtforms.fields", _CORE)),
    *rows_of("wtforms.widgets", _GONE, _HTML_STRING),
    *rows_of("wtforms.widgets.core", _GONE, _HTML_STRING),
    *rows_of("wtforms.fields.html5", _GONE, same_names("wtforms.fields", _HTML5)),
    *rows_of("wtforms.widgets.html5", _GONE, same_names("wtforms.widgets", _WIDGETS)),
)
