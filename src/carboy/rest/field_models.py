"""Dicts of fields with a name, as Flask-RESTX's `api.model` makes them."""

from collections.abc import Mapping
from typing import Any


class FieldModel(dict[str, Any]):
    """Fields with the name that the OpenAPI document gives them.

    `strict` refuses bodies with other fields, if bodies are validated.
    """

    def __init__(
        self, name: str, fields: Mapping[str, Any], *, strict: bool = False
    ) -> None:
        super().__init__(fields)
        self.name = name
        self.strict = strict

    def clone(self, name: str, *more: Mapping[str, Any]) -> "FieldModel":
        """Return a model with these fields and others."""
        return merge_models(name, self, *more)

    def inherit(self, name: str, *more: Mapping[str, Any]) -> "FieldModel":
        """Return a model with these fields and others."""
        return merge_models(name, self, *more)


def merge_models(name: str, *models: Mapping[str, Any]) -> FieldModel:
    """Return a model with the fields of several."""
    merged: dict[str, Any] = {}
    for each in models:
        merged |= each
    is_strict = any(getattr(each, "strict", False) for each in models)
    return FieldModel(name, merged, strict=is_strict)
