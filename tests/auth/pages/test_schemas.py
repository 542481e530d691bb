"""The types of answers are what an OpenAPI document can describe."""

import inspect

import msgspec

from carboy.auth.pages import schemas


def test_each_type_has_a_schema_and_a_description() -> None:
    kinds = [
        kind
        for _, kind in inspect.getmembers(schemas, inspect.isclass)
        if issubclass(kind, msgspec.Struct)
    ]

    assert len(kinds) >= 15
    for kind in kinds:
        (_,), components = msgspec.json.schema_components([kind])
        assert components[kind.__name__]["description"], kind
