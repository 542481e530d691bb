"""Models of fields are dicts with a name."""

from carboy.rest import fields, marshal
from carboy.rest.field_models import FieldModel, merge_models


def test_models_marshal_as_dicts_do():
    model = FieldModel("Book", {"title": fields.String})

    assert marshal({"title": "Emma", "price": 1}, model) == {"title": "Emma"}


def test_clones_have_the_fields_of_all():
    base = FieldModel("Base", {"a": fields.String}, strict=True)
    child = base.inherit("Child", {"b": fields.String})

    assert list(child) == ["a", "b"]
    assert (child.name, child.strict) == ("Child", True)
    assert list(base.clone("Copy")) == ["a"]
    assert list(merge_models("All", base, {"a": fields.Integer, "c": 1})) == ["a", "c"]
