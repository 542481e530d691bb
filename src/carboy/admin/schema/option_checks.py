"""Names in the options of a model, compared with what the model has."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.admin.errors import AdminSetupError

from .attributes import Attribute, list_attributes
from .model_options import ModelOptions


def check_names(
    model: type[Any], everything: Mapping[str, Attribute], options: ModelOptions
) -> None:
    """Raise for an option that names what the model has not."""
    for option in ("hidden", "reveal", "readonly", "restricted", "fields", "labels"):
        for name in getattr(options, option) or ():
            require_attribute(model, option, name, everything)
    if isinstance(options.display, str):
        require_attribute(model, "display", options.display, everything)


def require_attribute(
    model: type[Any], option: str, name: str, attributes: Mapping[str, Attribute]
) -> Attribute:
    """Return an attribute, or say which are there."""
    if name in attributes:
        return attributes[name]
    place = f"admin.register({model.__name__}, {option}=…)"
    everything = list_attributes(sa.inspect(model), {})
    if name in everything and everything[name].is_secret:
        msg = (
            f"{place} names {name!r}, which looks like a secret and is never shown. If "
            f"it is none, add reveal=[{name!r}]."
        )
        raise AdminSetupError(msg)
    near = difflib.get_close_matches(name, attributes, n=3) or [*attributes]
    msg = f"{place} names {name!r}. {model.__name__} shows {', '.join(near)}."
    raise AdminSetupError(msg)


def check_sort(
    model: type[Any], attributes: Mapping[str, Attribute], sort: Iterable[str]
) -> None:
    """Raise for an order by what has none."""
    for name in sort:
        each = require_attribute(model, "sort", name.lstrip("-"), attributes)
        if not each.is_plain:
            msg = (
                f"admin.register({model.__name__}, sort=…): {each.name!r} has no order."
            )
            raise AdminSetupError(msg)


def check_editable(
    model: type[Any], shown: Iterable[str], options: ModelOptions
) -> None:
    """Raise for a cell that is to be edited, and is none of the list."""
    shown = [*shown]
    for name in options.editable:
        if name not in shown:
            msg = (
                f"admin.register({model.__name__}, editable=…) names {name!r}, "
                f"which is no column of the list. Its columns: {', '.join(shown)}."
            )
            raise AdminSetupError(msg)


def check_dates(
    model: type[Any], attributes: Mapping[str, Attribute], name: str
) -> None:
    """Raise for a hierarchy of dates by what is none."""
    each = require_attribute(model, "date_hierarchy", name, attributes)
    if each.kind not in {"date", "datetime"}:
        msg = (
            f"admin.register({model.__name__}, date_hierarchy={name!r}): it is no date."
        )
        raise AdminSetupError(msg)


def list_inlines(
    model: type[Any], attributes: Mapping[str, Attribute], options: ModelOptions
) -> dict[str, tuple[str, ...] | None]:
    """Return the relations whose rows a form has, with the fields of these rows."""
    given = options.inlines
    if not isinstance(given, Mapping):
        given = dict.fromkeys(given)
    inlines: dict[str, tuple[str, ...] | None] = {}
    for name, fields in given.items():
        each = require_attribute(model, "inlines", name, attributes)
        if each.kind != "many" or each.prop.direction is not orm.ONETOMANY:
            msg = (
                f"admin.register({model.__name__}, inlines=…) names {name!r}, whose "
                f"rows do not belong to one {model.__name__}. Only relations to many "
                f"rows with a foreign key can be here."
            )
            raise AdminSetupError(msg)
        known = list_attributes(sa.inspect(each.target), {})
        for field in fields or ():
            require_attribute(each.target, f"inlines, {name}", field, known)
        inlines[name] = None if fields is None else tuple(fields)
    return inlines
