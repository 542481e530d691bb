"""Create and edit rows: forms of the fields that the user may write."""

from typing import Any

from flask import flash, redirect, request
from sqlalchemy.exc import IntegrityError

from carboy.admin.access import CREATE, EDIT
from carboy.admin.changes import digest_row
from carboy.admin.row_forms import open_row_form
from carboy.admin.schema import ModelAdmin, key_of
from carboy.translation import gettext

from .page import ConsolePage

STATE = "_state"


def create_row(page: ConsolePage, slug: str) -> Any:
    """Show the form of a new row, and add the row."""
    admin = page.get_admin(slug, CREATE)
    page.require_fresh(admin)
    return _show_form(page, admin, None)


def edit_row(page: ConsolePage, slug: str, key: str) -> Any:
    """Show the form of a row, and change the row."""
    admin = page.get_admin(slug)
    row = page.get_row(admin, key, EDIT, is_locked=request.method == "POST")
    page.require_fresh(admin)
    return _show_form(page, admin, row)


def _show_form(page: ConsolePage, admin: ModelAdmin, row: Any) -> Any:
    session = page.console.session
    form, attributes = open_row_form(page.console, page.access, admin, row)
    name = "" if row is None else admin.name_row(row)
    state = "" if row is None else digest_row(row, attributes)
    status = 200
    if form.validate_on_submit() and _is_unchanged(form, row, state):
        saved = _save(form, row, session)
        if saved is not None:
            flash(_say_saved(admin, saved, row), "success")
            return redirect(page.url("detail", admin, key=key_of(saved)), 303)
    if form.is_submitted():
        # What the form has written to the row is not shown as if it was stored.
        session.rollback()
        status = 422 if form.errors or form.form_errors else 200
    return page.show(
        "edit",
        status,
        admin=admin,
        row=row,
        name=name,
        form=form,
        key="" if row is None else (request.view_args or {})["key"],
        state_name=STATE,
        state=state,
    )


def _save(form: Any, row: Any, session: Any) -> Any:
    """Return the saved row; None if the form has an error for its user."""
    try:
        return form.save(row, session)
    except IntegrityError:
        # A value that the form has not is missing, or a rule of the database broken.
        session.rollback()
        form.form_errors.append(
            gettext("The database refuses these values: a rule of the table is broken.")
        )
        return None


def _is_unchanged(form: Any, row: Any, state: str) -> bool:
    """Return whether the row is what the form has shown; a version says it better."""
    if row is None or form._version:  # noqa: SLF001 - a class variable of our forms
        return True
    if request.form.get(STATE) == state:
        return True
    message = gettext(
        "Somebody else has changed this in the meantime. Compare the values, then save "
        "again to replace theirs."
    )
    form.form_errors.append(message)
    return False


def _say_saved(admin: ModelAdmin, saved: Any, row: Any) -> str:
    name = admin.name_row(saved)
    if row is None:
        return gettext("%(name)s was added.", name=name)
    return gettext("%(name)s was saved.", name=name)


def list_choices(page: ConsolePage, slug: str) -> Any:
    """Return rows that can be chosen, for the suggestions of an input."""
    admin = page.get_admin(slug)
    choices = page.find_choices(admin.model)
    rows = choices.search(request.args.get("q", "").strip()[:200])
    return page.answer_json([choices.write(row) for row in rows])
