"""A fingerprint changes with any of the attributes."""

from carboy.admin.changes import digest_row
from carboy.admin.schema import make_model_admin, make_options
from tests.admin import zoo


def test_it_changes_with_a_value() -> None:
    admin = make_model_admin(zoo.House, "house", make_options(zoo.House, {}))
    attributes = [admin.attributes["name"]]

    first = digest_row(zoo.House(name="a"), attributes)

    assert first == digest_row(zoo.House(name="a"), attributes)
    assert first != digest_row(zoo.House(name="b"), attributes)
