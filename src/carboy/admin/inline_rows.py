"""The rows of a relation in the form of their parent: one save for all of them."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from carboy.translation import gettext

from .access import CREATE, DELETE, EDIT, VIEW, Access
from .changes import (
    RowField,
    digest_row,
    find_deletion_problem,
    list_form_fields,
    plan_deletion,
)
from .console import AdminConsole
from .row_forms import open_row_form
from .schema import Attribute, ModelAdmin, key_of

# More rows have no place on a page: they have a list.
MOST_INLINE = 50
_MOST_SENT = 100
_MARK = re.compile(r"(?P<name>\w+)-(?P<number>\d{1,4})-_row")
# A button of the form, which saves nothing: its value is a relation.
ADD_ROW = "_add"
# A script replaces it by the number of a row.
BLANK = "__number__"
_NOT_INLINE = frozenset({"many", "file"})


@dataclass(slots=True)
class InlineRow:
    """One row: its form, or none if the user may only look at it."""

    prefix: str
    row: Any = None
    form: Any = None
    fields: list[Attribute] = field(default_factory=list)
    name: str = ""
    # What the row was when the form was opened.
    state: str = ""
    may_delete: bool = False
    is_deleted: bool = False
    problem: str = ""

    @property
    def key(self) -> str:
        """The key of the row; a new one has none."""
        return "" if self.row is None else key_of(self.row)


@dataclass(slots=True)
class InlineRows:
    """The rows of one relation; `blank` is a row to add, if the user may."""

    attribute: Attribute
    admin: ModelAdmin
    rows: list[InlineRow] = field(default_factory=list)
    blank: InlineRow | None = None
    has_more: bool = False
    problem: str = ""

    def list_changed(self) -> list[InlineRow]:
        """Return the rows that the form writes."""
        return [row for row in self.rows if row.form and not row.is_deleted]

    @property
    def has_errors(self) -> bool:
        """Whether the user has something to correct."""
        rows = (row.problem or (row.form and row.form.errors) for row in self.rows)
        return bool(self.problem) or any(rows)


@dataclass(frozen=True, slots=True)
class InlineReader:
    """Opens the rows of a parent for one user; `may_delete` is false without proof."""

    console: AdminConsole
    access: Access
    admin: ModelAdmin
    may_delete: bool

    def open(self, parent: Any, sent: Mapping[str, Any] | None) -> list[InlineRows]:
        """Return the relations that the form has; `sent` is what a request sends."""
        writable = {each.name: each for each in self.access.writable(self.admin)}
        return [
            opened
            for name in self.admin.inlines
            if name in writable
            and (opened := self._open_relation(writable[name], parent, sent))
        ]

    def list_fields(self, attribute: Attribute, *, is_new: bool) -> list[Attribute]:
        """Return the fields of a row: not those that lead back to its parent."""
        target = self.console.find(attribute.target)
        if target is None:
            return []
        given = self.admin.inlines[attribute.name]
        back, columns = _list_ways_back(attribute), attribute.prop.remote_side
        fields = [
            each
            for each in list_form_fields(
                target, self.access.writable(target), is_new=is_new
            )
            if each.name not in back
            and each.column not in columns
            and each.kind not in _NOT_INLINE
        ]
        known = {each.name: each for each in fields}
        return (
            fields
            if given is None
            else [known[name] for name in given if name in known]
        )

    def _open_relation(
        self, attribute: Attribute, parent: Any, sent: Mapping[str, Any] | None
    ) -> InlineRows | None:
        target = self.console.find(attribute.target)
        if target is None or not self.access.allows_some(VIEW, target.model):
            return None
        opened = InlineRows(attribute, target)
        if self.access.allows_some(CREATE, target.model):
            opened.blank = self._open_new(opened, BLANK, None)
        known = [] if parent is None else self._load(opened, parent, sent)
        opened.has_more = len(known) > MOST_INLINE
        known = [row for row in known if self.access.allows(VIEW, row)]
        if opened.has_more:
            opened.blank = None
        elif sent is None:
            opened.rows = [
                self._open_row(opened, row, number, None)
                for number, row in enumerate(known)
            ]
        else:
            opened.rows = list(self._read(opened, known, sent))
        return opened

    def _load(
        self, opened: InlineRows, parent: Any, sent: Mapping[str, Any] | None
    ) -> list[Any]:
        relation = getattr(type(parent), opened.attribute.name)
        statement = opened.admin.select().where(orm.with_parent(parent, relation))
        statement = statement.order_by(None).order_by(*opened.admin.mapper.primary_key)
        fields = self.list_fields(opened.attribute, is_new=False)
        loaders = [
            orm.selectinload(getattr(opened.admin.model, each.name))
            for each in fields
            if each.kind == "one"
        ]
        statement = statement.options(orm.lazyload("*"), *loaders)
        if sent is not None:
            # Nobody else changes them until all are written.
            statement = statement.with_for_update(of=opened.admin.mapper.local_table)
        options = {"populate_existing": True}
        rows = self.console.session.scalars(
            statement.limit(MOST_INLINE + 1), execution_options=options
        ).unique()
        return list(rows)

    def _open_row(
        self, opened: InlineRows, row: Any, number: int, sent: Any
    ) -> InlineRow:
        shown = InlineRow(f"{opened.attribute.name}-{number}-", row)
        shown.name = opened.admin.name_row(row)
        shown.may_delete = self.may_delete and self.access.allows(DELETE, row)
        fields = self.list_fields(opened.attribute, is_new=False)
        shown.state = digest_row(row, fields)
        if self.access.allows(EDIT, row):
            self._add_form(opened, shown, sent)
        return shown

    def _open_new(self, opened: InlineRows, number: Any, sent: Any) -> InlineRow:
        shown = InlineRow(f"{opened.attribute.name}-{number}-", may_delete=True)
        self._add_form(opened, shown, sent)
        return shown

    def _add_form(self, opened: InlineRows, shown: InlineRow, sent: Any) -> None:
        fields = self.list_fields(opened.attribute, is_new=shown.row is None)
        shown.form, shown.fields = open_row_form(
            self.console,
            self.access,
            opened.admin,
            shown.row,
            only=[each.name for each in fields],
            make_formdata=lambda _: sent,
            prefix=shown.prefix,
        )
        for each in shown.form:
            if isinstance(each, RowField):
                each.has_suggestions = False

    def _read(
        self, opened: InlineRows, known: list[Any], sent: Any
    ) -> Iterator[InlineRow]:
        """Yield the rows that a request sends, each at most once."""
        name = opened.attribute.name
        rows = {key_of(row): row for row in known}
        numbers = _list_numbers(name, sent)
        for number in numbers:
            prefix = f"{name}-{number}-"
            key = sent.get(f"{prefix}_row", "")
            is_deleted = bool(sent.get(f"{prefix}_delete"))
            if not key:
                if opened.blank is not None and not is_deleted:
                    yield self._open_new(opened, number, sent)
                continue
            row = rows.pop(key, None)
            if row is None:
                opened.problem = gettext("A row is not there any more.")
                continue
            shown = self._open_row(opened, row, number, sent)
            shown.is_deleted = is_deleted and shown.may_delete
            # A form with a version compares that itself.
            has_version = shown.form is None or shown.form.is_versioned
            is_compared = shown.is_deleted or not has_version
            if is_compared and sent.get(f"{prefix}_state") != shown.state:
                shown.problem = gettext(
                    "Somebody else has changed this in the meantime. Compare the "
                    "values, then save again to replace theirs."
                )
            yield shown
        # Rows that others have added meanwhile, or that the request leaves out, stay.
        if sent.get(ADD_ROW) == name and opened.blank is not None:
            yield self._open_new(opened, max(numbers, default=-1) + 1, None)


def validate_inlines(inlines: Iterable[InlineRows]) -> bool:
    """Return whether all rows can be written; errors stand beside them."""
    opened = list(inlines)
    # Each is validated: a user wants to see all errors at once.
    results = [row.form.validate() for each in opened for row in each.list_changed()]
    return all(results) and not any(each.has_errors for each in opened)


def save_inlines(
    console: AdminConsole, access: Access, inlines: Iterable[InlineRows], parent: Any
) -> bool:
    """Write the rows of a parent without a commit; return False if one cannot be.

    Then the caller undoes all of it.
    """
    session = console.session
    is_saved = True
    for each in inlines:
        for shown in each.rows:
            if shown.is_deleted:
                is_saved = _delete(session, access, shown) and is_saved
        for shown in each.list_changed():
            is_saved = _write(session, each, shown, parent) and is_saved
    return is_saved


def _delete(session: orm.Session, access: Access, shown: InlineRow) -> bool:
    plan = plan_deletion(session, shown.row)
    shown.problem = find_deletion_problem(plan, lambda row: access.allows(DELETE, row))
    if shown.problem:
        return False
    try:
        with session.begin_nested():
            session.delete(shown.row)
            session.flush()
    except IntegrityError:
        shown.problem = gettext(
            "Other rows need this one. Change or delete them first."
        )
        return False
    return True


def _write(
    session: orm.Session, opened: InlineRows, shown: InlineRow, parent: Any
) -> bool:
    row = shown.row
    if row is None:
        row = opened.admin.model()
        _lead_back(opened.attribute, row, parent)
    try:
        return shown.form.write_row(row, session) is not None
    except IntegrityError:
        shown.problem = gettext(
            "The database refuses it: a value is missing, or taken already."
        )
        return False


def _lead_back(attribute: Attribute, row: Any, parent: Any) -> None:
    """Make a row belong to its parent; the rows of the parent are not loaded."""
    for local, remote in attribute.prop.local_remote_pairs:
        name = attribute.prop.mapper.get_property_by_column(remote).key
        source = attribute.prop.parent.get_property_by_column(local).key
        setattr(row, name, getattr(parent, source))
    for name in _list_ways_back(attribute):
        # For policies. The parent hears nothing: the row is not in the session yet.
        orm.attributes.set_committed_value(row, name, parent)


def _list_ways_back(attribute: Attribute) -> Collection[str]:
    """Return the names of the relations that lead from a row to its parent."""
    return {
        each.key
        for each in attribute.prop.mapper.relationships
        if each.direction is orm.MANYTOONE
        and not each.viewonly
        and {*each.local_columns} == {*attribute.prop.remote_side}
    }


def _list_numbers(name: str, sent: Mapping[str, Any]) -> list[int]:
    marks = (_MARK.fullmatch(key) for key in sent)
    numbers = {int(mark["number"]) for mark in marks if mark and mark["name"] == name}
    return sorted(numbers)[:_MOST_SENT]
