"""Edit one cell of a list: a page of its own, which a script shows in the cell."""

from typing import Any

from flask import request
from werkzeug.exceptions import NotFound

from carboy.admin.access import EDIT
from carboy.admin.changes import list_form_fields
from carboy.admin.schema import ModelAdmin

from .edit_view import answer_form, open_editor
from .page import ConsolePage


def list_cells(page: ConsolePage, admin: ModelAdmin) -> set[str]:
    """Return the columns whose cells the user may edit."""
    editable = {*admin.options.editable}
    if not editable or not page.access.allows_some(EDIT, admin.model):
        return set()
    fields = list_form_fields(admin, page.access.writable(admin), is_new=False)
    return {each.name for each in fields} & editable


def edit_cell(page: ConsolePage, slug: str, key: str, field: str) -> Any:
    """Show the form of one field of a row, and change it."""
    admin = page.get_admin(slug, EDIT)
    if field not in list_cells(page, admin):
        raise NotFound
    row = page.get_row(admin, key, EDIT, is_locked=request.method == "POST")
    page.require_fresh(admin)
    back = read_back(page, admin)
    editor = open_editor(page, admin, row, only={field})
    return answer_form(
        editor,
        "cell",
        lambda _: back,
        back=back,
        action=page.url("cell", admin, key=key, field=field, next=back),
    )


def read_back(page: ConsolePage, admin: ModelAdmin) -> str:
    """Return the address of the list that the user came from."""
    start, given = page.url("list", admin), request.args.get("next", "")
    is_list = given == start or given.startswith(f"{start}?")
    return given if is_list else start
