"""The form of a row for one user: what every way to write fields goes through.

Pages, the cells of a list, changes of many rows and imports open it here. It has those
fields only that the policies let the user write, and asks them again when it writes.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from werkzeug.exceptions import NotFound

from .access import CREATE, EDIT, Access
from .changes import RowChoices, find_choices_state, list_form_fields
from .console import AdminConsole
from .schema import Attribute, ModelAdmin

MakeFormdata = Callable[[Sequence[Attribute]], Any]


def open_row_form(
    console: AdminConsole,
    access: Access,
    admin: ModelAdmin,
    row: Any,
    *,
    only: Collection[str] | None = None,
    make_formdata: MakeFormdata | None = None,
) -> tuple[Any, list[Attribute]]:
    """Return the form of a row, or of a new one, and the attributes that it has.

    `only` leaves out all others. `make_formdata` returns what is sent, where that is
    not the request.
    """
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
        data = make_formdata(fields)
        form = kind(formdata=data, obj=row, meta={"csrf": False})
    action = CREATE if row is None else EDIT
    form.allow = lambda changed: access.allows(action, changed)
    return form, fields


def find_choices(console: AdminConsole, access: Access, model: type[Any]) -> RowChoices:
    """Return the rows of a model that the user may choose."""
    admin = console.find(model)
    if admin is None:
        raise NotFound
    return RowChoices(admin, access, console.session)
