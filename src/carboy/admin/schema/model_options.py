"""What `admin.register(Post, …)` takes."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypedDict

import sqlalchemy as sa

from carboy.admin.errors import AdminSetupError

Scope = Callable[[sa.Select[Any]], sa.Select[Any]]
ColumnLike = str | Callable[[Any], Any]
Inlines = Sequence[str] | Mapping[str, Sequence[str] | None]


class RegisterOptions(TypedDict, total=False):
    """The keywords of `admin.register`; `ModelOptions` says what each is."""

    label: Any
    plural: Any
    group: Any
    display: str | Callable[[Any], Any] | None
    columns: Sequence[ColumnLike] | None
    search: Sequence[str] | None
    sort: str | Sequence[str]
    per_page: int
    fields: Sequence[str] | None
    readonly: Iterable[str]
    hidden: Iterable[str]
    reveal: Iterable[str]
    restricted: Mapping[str, str]
    labels: Mapping[str, Any]
    scope: Scope | None
    fresh: bool
    editable: Iterable[str]
    inlines: Inlines
    date_hierarchy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOptions:
    """How a model is shown, and which parts of it.

    `display` names a row: an attribute or a function. `columns` are those of the list:
    attributes, paths such as `author.email`, or functions of a row. `search` are the
    attributes that a search looks into: `^name` for a prefix, `=name` for the whole
    value. `fields` are those of the form. `hidden` are nowhere; `readonly` are shown
    and not written; `reveal` are shown although their names look like secrets;
    `restricted` maps attributes to the policy action that lets a user see and write
    them. `scope` narrows the rows. With `fresh` each change needs a fresh login.
    `editable` are columns whose cells are written in the list. `inlines` are relations
    whose rows stand in the form: names, or a mapping of names to fields.
    `date_hierarchy` is a date by which the list leads from years to days.
    """

    label: Any = ""
    plural: Any = ""
    group: Any = ""
    display: str | Callable[[Any], Any] | None = None
    columns: Sequence[ColumnLike] | None = None
    search: Sequence[str] | None = None
    sort: str | Sequence[str] = ()
    per_page: int = 50
    fields: Sequence[str] | None = None
    readonly: Iterable[str] = ()
    hidden: Iterable[str] = ()
    reveal: Iterable[str] = ()
    restricted: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Any] = field(default_factory=dict)
    scope: Scope | None = None
    fresh: bool = False
    editable: Iterable[str] = ()
    inlines: Inlines = ()
    date_hierarchy: str = ""


def make_options(model: type[Any], options: Mapping[str, Any]) -> ModelOptions:
    """Return the options of a model, or say which one is unknown."""
    known = {each.name for each in fields(ModelOptions)}
    for name in options:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known: {sorted(known)}."
            msg = f"admin.register({model.__name__}, {name}=…): no such option. {hint}"
            raise AdminSetupError(msg)
    return ModelOptions(**options)
