"""The places and words of changes between schemas."""

from carboy.rest.openapi.change_rules import ChangeReport, Direction
from carboy.rest.openapi.resolved_schemas import SchemaResolver
from carboy.rest.openapi.schema_changes import SchemaComparison


def compare(old, new, direction=Direction.REQUEST):
    report = ChangeReport()
    nothing = SchemaResolver({})
    SchemaComparison(nothing, nothing, report).compare(
        old, new, direction, "POST /a body"
    )
    return report.sorted()


def test_the_place_of_a_change_leads_to_the_property():
    old = {"properties": {"tags": {"items": {"properties": {"n": {"maxLength": 9}}}}}}
    new = {"properties": {"tags": {"items": {"properties": {"n": {"maxLength": 8}}}}}}

    (change,) = compare(old, new)

    assert change.place == "POST /a body: tags.[].n"
    assert change.text == "maxLength went from 9 to 8"


def test_another_type_hides_the_changes_below_it():
    old = {"type": "string", "maxLength": 3}
    new = {"type": "integer", "maximum": 3}

    (change,) = compare(old, new)

    assert change.text == "the type changed from string to integer"


def test_an_alternative_is_named_by_its_types():
    old = {"type": "string"}
    new = {"anyOf": [old, {"type": ["integer", "boolean"]}]}

    (change,) = compare(old, new, Direction.RESPONSE)

    assert change.text == "the value may also be boolean or integer"
