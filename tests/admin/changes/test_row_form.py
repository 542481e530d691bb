"""A form class is made once for each set of fields, in their order."""

from typing import Any

from carboy.admin.changes import RowFormFactory
from carboy.admin.schema import make_model_admin, make_options
from tests.admin import zoo


def test_forms_are_made_once() -> None:
    factory = RowFormFactory(zoo.db.session, lambda _: None, lambda *_: "")
    admin = make_model_admin(zoo.House, "house", make_options(zoo.House, {}))
    fields = [admin.attributes["opened"], admin.attributes["name"]]

    made: Any = factory.make(admin, fields)

    assert factory.make(admin, fields) is made
    assert factory.make(admin, fields[:1]) is not made
    assert made.field_order == ("opened", "name")
