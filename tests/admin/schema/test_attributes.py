"""Attributes have the kind, the label and the choices of their columns."""

import sqlalchemy as sa

from carboy.admin.schema import choice_text, make_label
from carboy.admin.schema.attributes import list_attributes
from tests.admin import zoo


def test_each_type_has_a_kind() -> None:
    kinds = {
        n: a.kind for n, a in list_attributes(sa.inspect(zoo.Everything), {}).items()
    }

    assert kinds == {
        "id": "integer",
        "text": "text",
        "long_text": "long_text",
        "small": "integer",
        "big": "integer",
        "ratio": "number",
        "price": "number",
        "flag": "boolean",
        "day": "date",
        "clock": "time",
        "naive": "datetime",
        "moment": "datetime",
        "data": "json",
        "blob": "binary",
        "token_id": "uuid",
        "size": "choice",
        "note": "text",
        "computed_length": "other",
    }


def test_relations_lead_to_one_row_or_many() -> None:
    attributes = list_attributes(sa.inspect(zoo.Cage), {})

    assert attributes["house"].kind == "one"
    assert attributes["house"].target is zoo.House
    assert not attributes["house"].is_nullable
    assert attributes["animals"].kind == "many"
    assert attributes["house_id"].is_reference
    assert not attributes["house_id"].is_number


def test_secrets_are_marked() -> None:
    attributes = list_attributes(sa.inspect(zoo.Account), {})

    secret = {name for name, each in attributes.items() if each.is_secret}
    assert secret == {"password_hash", "api_token"}


def test_labels_and_choices() -> None:
    attributes = list_attributes(sa.inspect(zoo.Guide), {"name": "Full name"})

    assert attributes["name"].label == "Full name"
    assert attributes["language"].choices == {"en": "English", "zh": "中文"}
    assert make_label("published_at") == "Published at"
    assert choice_text(zoo.Diet.meat) == "meat"
