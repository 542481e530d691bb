"""Create and edit rows: forms of the fields that the user may write."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, request
from sqlalchemy.exc import IntegrityError

from carboy.admin.access import CREATE, EDIT
from carboy.admin.changes import digest_row
from carboy.admin.inline_rows import (
    ADD_ROW,
    InlineReader,
    InlineRows,
    save_inlines,
    validate_inlines,
)
from carboy.admin.row_forms import open_row_form
from carboy.admin.schema import ModelAdmin, key_of
from carboy.translation import gettext

from .page import ConsolePage

STATE = "_state"
# Asks for a fresh login before the form is shown, so that rows can be deleted in it.
CONFIRM = "confirm"


@dataclass(slots=True)
class RowEditor:
    """The form of a row, or of a new one, with the rows that stand in it."""

    page: ConsolePage
    admin: ModelAdmin
    row: Any
    form: Any
    state: str
    inlines: list[InlineRows] = field(default_factory=list)

    def save(self) -> Any:
        """Return the saved row; None if the user has to correct something first."""
        form, session = self.form, self.page.console.session
        is_valid = form.validate_on_submit() and self._is_unchanged()
        if not validate_inlines(self.inlines) or not is_valid:
            return None
        if any(row.is_deleted for each in self.inlines for row in each.rows):
            self.page.require_fresh()
        try:
            saved = form.write_row(self.row, session)
            if saved is None or not self._save_inlines(saved):
                return None
            session.commit()
        except IntegrityError:
            # A value that no field has is missing, or a rule of the table broken.
            form.form_errors.append(
                gettext(
                    "The database refuses these values: a rule of the table is broken."
                )
            )
            return None
        return saved

    @property
    def has_errors(self) -> bool:
        """Whether the user has something to correct."""
        return bool(
            self.form.errors
            or self.form.form_errors
            or any(each.has_errors for each in self.inlines)
        )

    def _save_inlines(self, saved: Any) -> bool:
        page = self.page
        return save_inlines(page.console, page.access, self.inlines, saved)

    def _is_unchanged(self) -> bool:
        """Return whether the row is what the form showed; a version says it better."""
        form = self.form
        if self.row is None or form.is_versioned:
            return True
        if request.form.get(STATE) == self.state:
            return True
        message = gettext(
            "Somebody else has changed this in the meantime. Compare the values, then "
            "save again to replace theirs."
        )
        form.form_errors.append(message)
        return False


def create_row(page: ConsolePage, slug: str) -> Any:
    """Show the form of a new row, and add the row."""
    admin = page.get_admin(slug, CREATE)
    page.require_fresh(admin)
    return _answer(page, open_editor(page, admin, None))


def edit_row(page: ConsolePage, slug: str, key: str) -> Any:
    """Show the form of a row, and change the row."""
    admin = page.get_admin(slug)
    row = page.get_row(admin, key, EDIT, is_locked=request.method == "POST")
    page.require_fresh(None if CONFIRM in request.args else admin)
    return _answer(page, open_editor(page, admin, row))


def open_editor(
    page: ConsolePage, admin: ModelAdmin, row: Any, *, only: set[str] | None = None
) -> RowEditor:
    """Return the form of a row; with `only` these fields, and nothing beside them."""
    form, attributes = open_row_form(page.console, page.access, admin, row, only=only)
    state = "" if row is None else digest_row(row, attributes)
    editor = RowEditor(page, admin, row, form, state)
    if only is None and admin.inlines:
        reader = InlineReader(page.console, page.access, admin, page.is_fresh())
        sent = request.form if form.is_submitted() else None
        editor.inlines = reader.open(row, sent)
    return editor


def answer_form(
    editor: RowEditor, template: str, to: Callable[[Any], str], **values: Any
) -> Any:
    """Save what was sent and lead on, or show the form with what is wrong."""
    page, row = editor.page, editor.row
    name = "" if row is None else editor.admin.name_row(row)
    is_sent, is_asked = editor.form.is_submitted(), ADD_ROW in request.form
    if is_sent and not is_asked:
        saved = editor.save()
        if saved is not None:
            flash(_say_saved(editor.admin, saved, row), "success")
            return redirect(to(saved), 303)
    if is_sent:
        # What the form has written to the row is not shown as if it was stored.
        page.console.session.rollback()
    return page.show(
        template,
        422 if is_sent and editor.has_errors else 200,
        admin=editor.admin,
        row=row,
        name=name,
        form=editor.form,
        inlines=editor.inlines,
        key="" if row is None else (request.view_args or {})["key"],
        state_name=STATE,
        state=editor.state,
        **values,
    )


def _answer(page: ConsolePage, editor: RowEditor) -> Any:
    admin = editor.admin
    return answer_form(
        editor, "edit", lambda saved: page.url("detail", admin, key=key_of(saved))
    )


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
