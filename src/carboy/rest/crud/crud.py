"""Operations for the rows of a model, in one call: `api.crud("/books", Book, …)`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import orm

from carboy.core import get_current_app
from carboy.db import database_of_app
from carboy.rest.typed import Operations
from carboy.site import mark_access

from .errors import CrudError
from .functions import RowFunctions
from .policy import Allow, Rule, make_policy
from .queries import make_loaders
from .resource import RowOperations, Scope
from .structs import is_file, make_filters, make_sort_type, make_view

ACTIONS = ("list", "read", "create", "replace", "update", "delete")
_WRITING = {"create", "replace", "update"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crud:
    """What `api.crud` takes: which fields clients see and set, and what they may do.

    `read` is the class of responses, or names of columns; relations in it are loaded
    with the rows. `write` is the class of bodies; of a relation it has the key, or a
    list of keys. `files` names the attachments that clients may set, each at an address
    of its own below that of the row. `allow(action, row)`, or a function of the row for
    each action, decides on a row, `scope(select)` which rows there are for this
    visitor, `prepare(row)` sets what clients may not.
    """

    read: type[msgspec.Struct] | Sequence[str]
    write: type[msgspec.Struct] | None = None
    files: Sequence[str] = ()
    actions: Iterable[str] = ()
    filters: Mapping[str, Iterable[str]] | Iterable[str] = ()
    sort: Sequence[str] = ()
    paging: str = "number"
    bulk: bool = False
    allow: Allow | Mapping[str, Rule] | None = None
    scope: Scope | None = None
    prepare: Callable[[Any], None] | None = None
    session: Callable[[], orm.Session] | None = None
    name: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


def add_crud(operations: Operations, rule: str, model: type[Any], crud: Crud) -> None:
    """Add the operations, or raise `CrudError` for a declaration that cannot work."""
    actions = _choose_actions(model, crud)
    mapper = sa.inspect(model)
    _check_files(mapper, crud)
    if len(mapper.primary_key) != 1:
        msg = (
            f"{model.__name__} has a primary key of several columns. Write its "
            "operations as functions."
        )
        raise CrudError(msg)
    view: Any = crud.read
    if not isinstance(view, type):
        view = make_view(model, view)
    rows = RowOperations(
        model=model,
        key=mapper.get_property_by_column(mapper.primary_key[0]).key,
        session=crud.session or _session_of_app,
        view=view,
        loaders=tuple(make_loaders(model, view)),
        write=crud.write,
        policy=make_policy(crud.allow),
        scope=crud.scope,
        prepare=crud.prepare,
    )
    filters = crud.filters
    if not isinstance(filters, Mapping):
        filters = dict.fromkeys(filters, ("eq",))
    functions = RowFunctions(rows, view, crud.write)
    listed = partial(
        functions.list_rows,
        make_filters(model, filters),
        make_sort_type(model, crud.sort),
        is_by_key=crud.paging == "key",
    )
    made: tuple[tuple[str, str, str, Callable[[], Any]], ...] = (
        ("list", "GET", rule, listed),
        ("read", "GET", f"{rule}/<key>", functions.read),
        ("create", "POST", rule, functions.create),
        ("create_many", "POST", f"{rule}/bulk", functions.create_many),
        ("replace", "PUT", f"{rule}/<key>", functions.replace),
        ("update", "PATCH", f"{rule}/<key>", functions.update),
        ("delete", "DELETE", f"{rule}/<key>", functions.delete),
    )
    name = crud.name or model.__name__.lower()
    for action, method, address, make in made:
        if action in actions:
            options: dict[str, Any] = {"tags": [name], **crud.options}
            options["status"] = 201 if method == "POST" else 200
            options["partial"] = action == "read"
            options["idempotent"] = action in {"create", "create_many"}
            endpoint = f"{name}_{action}"
            add = operations.add((method,), address, endpoint=endpoint, **options)
            add(_mark(make(), crud))
    for column in crud.files:
        _add_file(operations, f"{rule}/<key>/{column}", functions, column, crud)


def _add_file(
    operations: Operations, address: str, functions: RowFunctions, name: str, crud: Crud
) -> None:
    """Add the operations for one attachment of a row."""
    model = functions.model
    prefix = crud.name or model.__name__.lower()
    options: dict[str, Any] = {"tags": [prefix], **crud.options}
    refused = {
        413: "The file is larger than it may be",
        415: "The file is of a kind that is not accepted",
    }
    responses = {**refused, **options.pop("responses", {})}
    endpoint = f"{prefix}_set_{name}"
    add = operations.add(
        ("PUT",), address, endpoint=endpoint, **options, responses=responses
    )
    add(_mark(functions.set_file(name), crud))
    if sa.inspect(model).column_attrs[name].columns[0].nullable:
        endpoint = f"{prefix}_remove_{name}"
        add = operations.add(("DELETE",), address, endpoint=endpoint, **options)
        add(_mark(functions.remove_file(name), crud))


def _mark(function: Any, crud: Crud) -> Any:
    """Note that rows have rules, for `carboy routes --access` and `carboy check`."""
    if crud.allow is not None or crud.scope is not None:
        mark_access(function, "rules for rows")
    return function


def _check_files(mapper: orm.Mapper[Any], crud: Crud) -> None:
    """Refuse files in bodies of JSON, and in `files` what is no file."""
    model = mapper.class_.__name__
    for name in crud.files:
        if not is_file(mapper.column_attrs.get(name)):
            raise CrudError(f"{model} has no attachment {name!r}.")
    fields = () if crud.write is None else msgspec.structs.fields(crud.write)
    for field_ in fields:
        if is_file(mapper.column_attrs.get(field_.name)):
            msg = (
                f"{model}.{field_.name} holds files, which JSON cannot. Take it out of "
                f"{crud.write.__name__ if crud.write else ''}, and name it in files=."
            )
            raise CrudError(msg)


def _choose_actions(model: type[Any], crud: Crud) -> set[str]:
    if crud.paging not in {"number", "key"}:
        msg = f"paging must be 'number' or 'key', got {crud.paging!r}."
        raise CrudError(msg)
    actions = set(crud.actions)
    if not actions:
        actions = {"list", "read"} if crud.write is None else set(ACTIONS)
    if unknown := sorted(actions - set(ACTIONS)):
        msg = f"There is no action {unknown[0]!r}. Actions are {', '.join(ACTIONS)}."
        raise CrudError(msg)
    if crud.write is None and actions & _WRITING:
        msg = (
            f"Clients are to write {model.__name__}, and nothing says which fields "
            "they may set. Pass write=, a class with those fields."
        )
        raise CrudError(msg)
    if crud.bulk and "create" in actions:
        actions.add("create_many")
    return actions


def _session_of_app() -> orm.Session:
    session: orm.Session = database_of_app(get_current_app()).session()
    return session
