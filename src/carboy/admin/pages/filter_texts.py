"""Filters in the words of people, for the chips above a list."""

from collections.abc import Callable, Mapping
from typing import Any

from carboy.admin.lists import OPERATOR_TEXTS, Condition, Filter, FilterGroup
from carboy.admin.schema import Attribute
from carboy.translation import gettext

Visible = Callable[[type[Any]], Mapping[str, Attribute]]


def describe_filter(tree: Filter, model: type[Any], visible: Visible) -> str:
    """Return a filter as a sentence: "Status is Draft or Views is more than 10"."""
    if isinstance(tree, Condition):
        return _describe_condition(tree, model, visible)
    if isinstance(tree, FilterGroup):
        parts = [describe_filter(part, model, visible) for part in tree.parts]
        joint = gettext("and") if tree.joint == "and" else gettext("or")
        return f"({f' {joint} '.join(parts)})"
    inner = describe_filter(tree.part, model, visible)
    return gettext("not %(filter)s", filter=inner)


def _describe_condition(
    condition: Condition, model: type[Any], visible: Visible
) -> str:
    labels, attribute = [], None
    for name in condition.path.split("."):
        attribute = visible(model).get(name)
        if attribute is None:
            labels.append(name)
            break
        labels.append(str(attribute.label))
        if attribute.is_relation:
            model = attribute.target
    choices = attribute.choices if attribute is not None else {}
    values = ", ".join(str(choices.get(value, value)) for value in condition.values)
    operator = gettext(OPERATOR_TEXTS[condition.operator])
    return " ".join(
        part for part in (" \u203a ".join(labels), operator, values) if part
    )
