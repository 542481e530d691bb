"""Annotations: what cannot be read is refused when the function is added."""

from typing import Annotated

import pytest
from msgspec import Struct

from carboy.rest import Api, OperationError, query


class Thing(Struct):
    """Something with a name."""

    name: str


def no_annotation(name):
    return name


def takes_everything(**names: str) -> int:
    return 1


def two_bodies(a: Thing, b: Thing) -> int:
    return 1


def unknown_name(a: "Nowhere") -> int:  # noqa: F821 - what is tested
    return 1


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (no_annotation, "The parameter 'name' of no_annotation.. has no annotation"),
        (takes_everything, "takes .*names"),
        (two_bodies, "reads both 'a' and 'b' from the body"),
        (unknown_name, "use 'Nowhere', which is not defined"),
    ],
)
def test_what_no_request_can_say_is_refused(function, words):
    with pytest.raises(OperationError, match=words):
        Api().post("/things")(function)


def test_a_variable_of_the_address_must_be_a_parameter():
    with pytest.raises(OperationError, match="the variable 'id'"):

        @Api().get("/things/<id>")
        def get_thing() -> int:
            return 1


def test_an_object_is_the_body_of_post_and_the_query_of_get():
    api = Api()

    @api.get("/things")
    def find(thing: Thing) -> int:
        return 1

    @api.post("/things")
    def add(thing: Thing, more: Annotated[Thing, query()]) -> int:
        return 1

    places = {
        operation.name: [each.place for each in operation.signature.parameters]
        for operation in api.operations
    }
    assert places == {"find": ["query"], "add": ["body", "query"]}
