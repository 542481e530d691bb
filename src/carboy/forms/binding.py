"""Fields of a form made from a plan, where WTForms would decide everything again.

A form makes all its fields anew for each request. What their constructor comes to is
the same each time for the fields of WTForms, so it is run once and its result copied.
Fields with a constructor of their own are made by it, as ever.
"""

from dataclasses import dataclass
from typing import Any

from wtforms.fields import Flags, Label
from wtforms.fields.core import UnboundField

_PLAN = "carboy_plan"
_OPTIONS = {"name", "prefix", "translations"}
# What differs from one field to the next.
_OWN = {"_form", "meta", "_translations", "flags", "label", "name", "short_name", "id"}
_SHARED = (str, bytes, int, float, tuple, frozenset, type, type(None))
_PLAIN = {str, bytes, int, float, bool, tuple, frozenset, list, dict, type, type(None)}
# Only label and validators may come without a name: then the rest is in kwargs.
_POSITIONAL = 2
_KNOWN = ("wtforms.", "builtins")
# Methods that decide how a field is made.
_DECIDING = {
    "__init__",
    "__new__",
    "__setattr__",
    "__getattribute__",
    "check_validators",
    "gettext",
}


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the constructor of a field comes to, and from which arguments."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    values: dict[str, Any]
    # Names of values that each field needs a copy of.
    copied: tuple[str, ...]
    flags: dict[str, Any]
    label: Any
    id: str | None


def bind(form: Any, unbound: Any, options: dict[str, Any]) -> Any:
    """Return the field of `form`, as `unbound.bind(form=form, **options)` makes it."""
    plan = vars(unbound).get(_PLAN)
    if (
        plan
        and plan.args == unbound.args
        and plan.kwargs == unbound.kwargs
        and options.keys() == _OPTIONS
    ):
        return _copy(plan, unbound.field_class, form, options)
    field = unbound.bind(form=form, **options)
    # False: it is known that there can be no plan.
    if plan is not False:
        setattr(unbound, _PLAN, _make_plan(unbound, field) or False)
    return field


def _copy(
    plan: _Plan, field_class: type[Any], form: Any, options: dict[str, Any]
) -> Any:
    field = object.__new__(field_class)
    values = vars(field)
    values.update(plan.values)
    for name in plan.copied:
        values[name] = values[name].copy()
    values["_form"], values["meta"] = form, form.meta
    if options["translations"] is not None:
        values["_translations"] = options["translations"]
    short = options["name"]
    values["short_name"] = short
    values["name"] = name = options["prefix"] + short
    values["id"] = identifier = plan.id or name
    text = plan.label
    if text is None:
        text = field.gettext(short.replace("_", " ").title())
    values["label"] = Label(identifier, text)
    values["flags"] = flags = Flags()
    vars(flags).update(plan.flags)
    return field


def _make_plan(unbound: Any, field: Any) -> _Plan | None:
    """Return the plan of a field that was just made, if all of it is known.

    What comes out of an object with a will of its own, such as choices that look into
    a database, has to be asked for each time.
    """
    if type(unbound) is not UnboundField or len(unbound.args) > _POSITIONAL:
        return None
    args, kwargs = unbound.args, unbound.kwargs
    label = args[0] if args else kwargs.get("label")
    if not (_is_of_wtforms(type(field)) and _has_plain_parts(field, label)):
        return None
    values = {name: each for name, each in vars(field).items() if name not in _OWN}
    kept = {id(each) for each in (label, *values.values())}
    passed = [*args, *kwargs.values()]
    if any(id(each) not in kept and type(each) not in _PLAIN for each in passed):
        return None
    copied = _list_copied(field, values, {id(each) for each in passed})
    if copied is None:
        return None
    return _Plan(
        args=tuple(_snapshot(each) for each in args),
        kwargs={name: _snapshot(each) for name, each in kwargs.items()},
        values=values,
        copied=copied,
        flags=dict(vars(field.flags)),
        label=label,
        id=kwargs.get("id") or None,
    )


def _is_of_wtforms(field_class: type[Any]) -> bool:
    """Return whether WTForms alone decides how such a field is made."""
    deciding = [each for each in field_class.__mro__ if _DECIDING & vars(each).keys()]
    return all(each.__module__.startswith(_KNOWN) for each in deciding)


def _has_plain_parts(field: Any, label: Any) -> bool:
    """Return whether flags and label are made as those of most fields are."""
    if not _OWN - {"_translations"} <= vars(field).keys():
        return False
    if type(field.flags) is not Flags or type(field.label) is not Label:
        return False
    if field.label.field_id != field.id or vars(field).get("use_locale"):
        return False
    if label is not None and field.label.text is not label:
        return False
    parts = (*field.validators, field.widget)
    # A property would be asked for each field.
    return type(field.validators) in {list, tuple} and all(
        getattr(each, "field_flags", None) is getattr(each, "field_flags", None)
        for each in parts
    )


def _list_copied(
    field: Any, values: dict[str, Any], passed: set[int]
) -> tuple[str, ...] | None:
    """Return the names of lists and dicts that were made, or None if more were."""
    copied = []
    for name, value in values.items():
        is_shared = id(value) in passed or isinstance(value, _SHARED)
        if is_shared or value is getattr(type(field), name, field):
            continue
        if type(value) not in {list, dict}:
            return None
        copied.append(name)
    return tuple(copied)


def _snapshot(value: Any) -> Any:
    """Return a value that stays as it is when somebody changes the other one."""
    return value.copy() if type(value) in {list, dict} else value
