"""`FlaskForm` of Flask-WTF before 1.0, with the option `csrf_enabled`."""

from typing import Any

from carboy.forms import FlaskForm
from carboy.legacy.rows import Row
from carboy.legacy.uses import record_use

CSRF_ENABLED = Row(
    "Form(csrf_enabled=False)",
    "Flask-WTF 1.0",
    "the form has no token",
    "Form(meta={'csrf': False})",
    "Other sites can send such a form in the name of a visitor.",
)


class OldFlaskForm(FlaskForm):
    """A form that may be made without a token."""

    def __init__(
        self, *args: Any, csrf_enabled: bool | None = None, **options: Any
    ) -> None:
        if csrf_enabled is not None:
            record_use(CSRF_ENABLED)
            options["meta"] = {"csrf": csrf_enabled} | (options.get("meta") or {})
        super().__init__(*args, **options)
