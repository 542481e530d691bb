"""Types that msgspec does not know: pydantic's models, translated texts, files."""

from typing import Any

import msgspec

from carboy.translation import gettext


def is_pydantic(kind: Any) -> bool:
    """Return whether a type is a model of pydantic, which need not be installed."""
    return isinstance(kind, type) and hasattr(kind, "__pydantic_validator__")


def is_shown_only(kind: Any) -> bool:
    """Return whether objects of a type are in responses and never in requests.

    Such a type has `to_json()` and `json_schema()`, as the files of attachments do.
    """
    return isinstance(kind, type) and hasattr(kind, "json_schema")


def decode_other(kind: Any, value: Any) -> Any:
    """Make an object of a type that msgspec does not know."""
    if is_pydantic(kind):
        return kind.model_validate(value)
    if isinstance(value, kind):
        return value
    if is_shown_only(kind):
        text = gettext("A file is not sent as JSON. Send it in a form, by its address.")
        raise ValueError(text)
    msg = f"{kind.__name__} cannot be read from a request."
    raise NotImplementedError(msg)


def encode_other(value: Any) -> Any:
    """Return what JSON can hold instead of an object that msgspec does not know."""
    if is_pydantic(type(value)):
        return value.model_dump(mode="json", by_alias=True)
    if is_shown_only(type(value)):
        return value.to_json()
    if hasattr(value, "__html__"):
        return str(value.__html__())
    msg = (
        f"An operation returned an object of the type {type(value).__name__}, which "
        "JSON cannot hold. Declare what of it is shown: "
        f"-> Annotated[{type(value).__name__}, {type(value).__name__}Out]"
    )
    raise TypeError(msg)


def schema_of_other(kind: Any) -> dict[str, Any]:
    """Return the JSON Schema of a type that msgspec does not know."""
    if is_pydantic(kind):
        schema: dict[str, Any] = kind.model_json_schema()
        return schema
    if is_shown_only(kind):
        shown: dict[str, Any] = kind.json_schema()
        return shown
    return {}


encode_json = msgspec.json.Encoder(enc_hook=encode_other).encode
