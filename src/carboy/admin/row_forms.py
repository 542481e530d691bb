"""The form of a row for one user: what every way to write fields goes through.

Pages, the cells of a list, changes of many rows and imports open it here. It has those
fields only that the policies let the user write, and asks them again when it writes.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypedDict, Unpack

from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import Forbidden, NotFound

from carboy.translation import gettext

from .access import CREATE, EDIT, Access
from .changes import RowChoices, find_choices_state, list_form_fields
from .console import AdminConsole
from .errors import ActionError
from .schema import Attribute, ModelAdmin

MakeFormdata = Callable[[Sequence[Attribute]], Any]


class RowFormOptions(TypedDict, total=False):
    """What else `open_row_form` takes."""

    only: Collection[str] | None
    make_formdata: MakeFormdata | None
    prefix: str


def open_row_form(
    console: AdminConsole,
    access: Access,
    admin: ModelAdmin,
    row: Any,
    **options: Unpack[RowFormOptions],
) -> tuple[Any, list[Attribute]]:
    """Return the form of a row, or of a new one, and the attributes that it has.

    `only` leaves out all others. `make_formdata` returns what is sent, where that is
    not the request. `prefix` begins the names of all fields.
    """
    only, make_formdata = options.get("only"), options.get("make_formdata")
    writable = access.writable(admin)
    fields = list_form_fields(admin, writable, is_new=row is None)
    if only is not None:
        fields = [each for each in fields if each.name in only]
    find_choices_state.set(lambda model: find_choices(console, access, model))
    kind = console.forms.make(admin, fields)
    if make_formdata is None:
        form = kind(obj=row)
    else:
        # The request was checked already, or there is none.
        prefix = options.get("prefix", "")
        data = make_formdata(fields)
        form = kind(formdata=data, obj=row, prefix=prefix, meta={"csrf": False})
    action = CREATE if row is None else EDIT
    form.allow = lambda changed: access.allows(action, changed)
    return form, fields


def write_fields(
    console: AdminConsole,
    access: Access,
    admin: ModelAdmin,
    row: Any,
    *,
    only: Collection[str],
    make_formdata: MakeFormdata,
) -> Any:
    """Write some fields of a row, or of a new one, without a commit; return the row.

    Raise `ActionError` with what is wrong: then nothing is written.
    """
    form, fields = open_row_form(
        console, access, admin, row, only=only, make_formdata=make_formdata
    )
    if not fields:
        raise ActionError(gettext("None of these fields can be written."))
    try:
        saved = form.write_row(row, console.session) if form.validate() else None
    except Forbidden:
        raise ActionError(gettext("You may not do this with this row.")) from None
    except IntegrityError:
        message = gettext(
            "The database refuses it: a value is missing, or taken already."
        )
        raise ActionError(message) from None
    if saved is None:
        raise ActionError(describe_errors(form))
    return saved


def describe_errors(form: Any) -> str:
    """Return the errors of a form as one text."""
    parts = [
        f"{field.label.text}: {' '.join(map(str, field.errors))}"
        for field in form
        if field.errors
    ]
    return " ".join([*parts, *map(str, form.form_errors)]) or gettext("Invalid input.")


def find_choices(console: AdminConsole, access: Access, model: type[Any]) -> RowChoices:
    """Return the rows of a model that the user may choose."""
    admin = console.find(model)
    if admin is None:
        raise NotFound
    return RowChoices(admin, access, console.session)
