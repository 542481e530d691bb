"""Operations of other batteries are described as those of an API are."""

import msgspec

from carboy.rest.openapi import Schemas
from carboy.rest.openapi.registered_operations import describe_registered
from carboy.site import ApiOperation, ProblemBody


class Sent(msgspec.Struct):
    name: str
    size: int = 1


def test_an_operation_has_its_parts() -> None:
    schemas = Schemas()
    operation = ApiOperation(
        "shop.add",
        "POST",
        "Add",
        {200: (Sent, {"type": "object"}), 422: (ProblemBody("It is wrong."),)},
        tag="Shop",
        body=Sent,
        headers={"X-Key": "The key."},
        security=(("key", {"type": "apiKey", "in": "header", "name": "X-Key"}),),
    )

    described = describe_registered(operation, schemas)

    assert described["tags"] == ["Shop"]
    assert described["security"] == [{"key": []}]
    assert described["parameters"][0]["name"] == "X-Key"
    ok, wrong = described["responses"]["200"], described["responses"]["422"]
    assert ok["content"]["application/json"]["schema"] == {
        "anyOf": [{"$ref": "#/components/schemas/Sent"}, {"type": "object"}]
    }
    assert wrong["description"] == "It is wrong."
    assert list(wrong["content"]) == ["application/problem+json"]
    assert schemas.components["Sent"]["required"] == ["name"]


def test_what_is_not_there_is_left_out() -> None:
    plain = ApiOperation("shop.list", "GET", "List", {200: ({"type": "array"},)})

    described = describe_registered(plain, Schemas())

    assert set(described) == {"summary", "responses"}
