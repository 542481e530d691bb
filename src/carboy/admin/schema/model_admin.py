"""A model as the console shows it: what `register` said, checked and completed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.admin.errors import AdminSetupError

from .attributes import Attribute, list_attributes, make_label
from .model_options import ModelOptions, Scope
from .option_checks import (
    check_dates,
    check_editable,
    check_names,
    check_sort,
    list_inlines,
    require_attribute,
)
from .row_action import CHANGE, DELETION, RowAction
from .row_keys import key_of

_TITLES: tuple[str, ...] = (
    *("title", "name", "label", "subject", "display_name", "full_name"),
    *("username", "email", "slug", "code", "number"),
)
_MOST_COLUMNS = 6
_MOST_SEARCHED = 4
_MODES = {"^": "prefix", "=": "exact"}


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list: an attribute, one of a related row, or a function."""

    name: str
    heading: Any
    path: tuple[Attribute, ...] = ()
    function: Callable[[Any], Any] | None = None

    @property
    def attribute(self) -> Attribute | None:
        """The attribute at the end of the path."""
        return self.path[-1] if self.path else None

    @property
    def can_sort(self) -> bool:
        """Whether the list can be ordered by it."""
        return len(self.path) == 1 and self.path[0].is_plain


@dataclass(frozen=True, slots=True)
class SearchField:
    """An attribute that a search looks into: anywhere, at its begin, or as a whole."""

    attribute: Attribute
    mode: str


@dataclass(frozen=True, slots=True, eq=False)
class ModelAdmin:
    """A model with what of it is shown, searched, sorted and written.

    `attributes` has nothing that is hidden or secret: what is not in it, no page, form,
    filter or file of the console knows.
    """

    model: type[Any]
    mapper: orm.Mapper[Any]
    slug: str
    label: Any
    plural: Any
    group: Any
    options: ModelOptions
    attributes: Mapping[str, Attribute]
    title: Attribute | None
    columns: tuple[ListColumn, ...]
    search: tuple[SearchField, ...]
    sort: tuple[str, ...]
    actions: Mapping[str, RowAction]
    inlines: Mapping[str, tuple[str, ...] | None]

    @property
    def scope(self) -> Scope | None:
        """What narrows the rows, if anything."""
        return self.options.scope

    @property
    def history_name(self) -> str:
        """The name under which the history knows the model and those it inherits."""
        table: Any = self.mapper.base_mapper.local_table
        return str(getattr(table, "fullname", self.slug))

    def select(self) -> sa.Select[Any]:
        """Return the statement for the rows that the console shows of the model."""
        statement = sa.select(self.model)
        return statement if self.scope is None else self.scope(statement)

    def name_row(self, row: Any) -> str:
        """Return the text under which people know a row."""
        display = self.options.display
        if callable(display):
            text = str(display(row))
        elif display is None and has_own_text(type(row)):
            text = str(row)
        else:
            value = getattr(row, self.title.name) if self.title else None
            text = "" if value is None else str(value)
        return text or f"{self.label} {key_of(row)}"

    def list_label_columns(self) -> list[Any] | None:
        """Return what has to be loaded to name a row, None for everything shown."""
        display = self.options.display
        if callable(display) or (display is None and has_own_text(self.model)):
            return None
        return [] if self.title is None else [getattr(self.model, self.title.name)]

    def list_loaded(self) -> list[Any]:
        """Return the columns that may be loaded: never a secret one."""
        return [
            getattr(self.model, each.name)
            for each in self.attributes.values()
            if not each.is_relation
        ]

    def key_names(self) -> list[str]:
        """Return the names of the attributes of the primary key."""
        find = self.mapper.get_property_by_column
        return [find(column).key for column in self.mapper.primary_key]


def has_own_text(model: type[Any]) -> bool:
    """Return whether the class says how its rows are written."""
    return getattr(model, "__str__", None) is not object.__str__


def make_model_admin(
    model: type[Any],
    slug: str,
    options: ModelOptions,
    functions: Iterable[ListColumn] = (),
    actions: Iterable[RowAction] = (),
) -> ModelAdmin:
    """Complete what was registered of a model; unknown names are errors."""
    mapper = sa.inspect(model)
    everything = list_attributes(mapper, options.labels)
    check_names(model, everything, options)
    reveal, hidden = {*options.reveal}, {*options.hidden}
    attributes = {
        name: each
        for name, each in everything.items()
        if name not in hidden and (not each.is_secret or name in reveal)
    }
    title = _find_title(model, attributes, options)
    label = options.label or make_label(_split_words(model.__name__))
    columns = tuple(_list_columns(model, attributes, title, options))
    sort = (options.sort,) if isinstance(options.sort, str) else tuple(options.sort)
    check_sort(model, attributes, sort)
    if options.date_hierarchy:
        check_dates(model, attributes, options.date_hierarchy)
    check_editable(
        model, [each.name for each in columns if len(each.path) == 1], options
    )
    return ModelAdmin(
        model=model,
        mapper=mapper,
        slug=slug,
        label=label,
        plural=options.plural or _make_plural(label),
        group=options.group,
        options=options,
        attributes=attributes,
        title=title,
        columns=(*columns, *functions),
        search=tuple(_list_search(model, attributes, title, options)),
        sort=sort,
        actions={each.name: each for each in (*actions, CHANGE, DELETION)},
        inlines=list_inlines(model, attributes, options),
    )


def _find_title(
    model: type[Any], attributes: Mapping[str, Attribute], options: ModelOptions
) -> Attribute | None:
    if isinstance(options.display, str):
        return require_attribute(model, "display", options.display, attributes)
    for name in _TITLES:
        each = attributes.get(name)
        if each is not None and each.kind in {"text", "long_text", "integer"}:
            return each
    texts = [each for each in attributes.values() if each.kind == "text"]
    return next((each for each in texts if not each.is_nullable), None)


def _list_columns(
    model: type[Any],
    attributes: Mapping[str, Attribute],
    title: Attribute | None,
    options: ModelOptions,
) -> Iterable[ListColumn]:
    if options.columns is not None:
        for given in options.columns:
            yield _make_column(model, attributes, given)
        return
    keys = {
        column
        for each in attributes.values()
        if each.kind == "one"
        for column in each.prop.local_columns
    }
    shown = [] if title is None else [title]
    if title is None:
        shown = [each for each in attributes.values() if each.is_key]
    for each in attributes.values():
        is_listed = each.is_plain and not each.is_key and each.column not in keys
        is_parent = each.kind == "one" and each.prop.direction is orm.MANYTOONE
        if (is_listed or is_parent) and each not in shown:
            shown.append(each)
    for each in shown[:_MOST_COLUMNS]:
        yield ListColumn(each.name, each.label, (each,))


def _make_column(
    model: type[Any], attributes: Mapping[str, Attribute], given: Any
) -> ListColumn:
    if callable(given):
        name = getattr(given, "__name__", "column")
        return ListColumn(name, make_label(name), function=given)
    path: list[Attribute] = []
    owner, known = model, attributes
    for name in given.split("."):
        if path and path[-1].kind != "one":
            msg = (
                f"admin.register({model.__name__}, columns=…): {path[-1].name!r} in "
                f"{given!r} leads to no single row. Pass a function of a row instead."
            )
            raise AdminSetupError(msg)
        path.append(require_attribute(owner, "columns", name, known))
        if path[-1].kind == "one":
            owner = path[-1].target
            found = list_attributes(sa.inspect(owner), {})
            known = {n: each for n, each in found.items() if not each.is_secret}
    heading = " \u203a ".join(str(each.label) for each in path)
    return ListColumn(given, path[0].label if len(path) == 1 else heading, tuple(path))


def _list_search(
    model: type[Any],
    attributes: Mapping[str, Attribute],
    title: Attribute | None,
    options: ModelOptions,
) -> Iterable[SearchField]:
    if options.search is not None:
        for name in options.search:
            mode = _MODES.get(name[:1], "contains")
            plain = name.lstrip("^=")
            yield SearchField(
                require_attribute(model, "search", plain, attributes), mode
            )
        return
    texts = [each for each in attributes.values() if each.kind == "text"]
    unique = [t for t in texts if t.column is not None and t.column.unique]
    first = [title] if title is not None and title in texts else []
    for each in list(dict.fromkeys([*first, *unique, *texts]))[:_MOST_SEARCHED]:
        if not each.is_reference:
            yield SearchField(each, "contains")


def _split_words(name: str) -> str:
    """Return the words of a class name: OrderLine is "order line"."""
    words = ""
    for position, letter in enumerate(name):
        starts = letter.isupper() and position > 0
        follows = starts and not name[position - 1].isupper()
        precedes = starts and name[position + 1 : position + 2].islower()
        words += f" {letter.lower()}" if follows or precedes else letter.lower()
    return words


def _make_plural(label: Any) -> Any:
    if not isinstance(label, str) or not label.isascii():
        return label
    if label.endswith(("s", "x", "ch", "sh")):
        return f"{label}es"
    if label.endswith("y") and label[-2:-1] not in set("aeiou"):
        return f"{label[:-1]}ies"
    return f"{label}s"


def make_slug(name: str) -> str:
    """Return a class name as a part of an address: order-line."""
    return _split_words(name).replace(" ", "-").replace("_", "-").strip("-")
