"""Values of the history are read with the types of today."""

from decimal import Decimal

from carboy.admin.history import HIDDEN_MARK, read_snapshot, restore_values
from carboy.admin.schema import make_model_admin, make_options
from tests.admin import zoo

ADMIN = make_model_admin(zoo.Animal, "animal", make_options(zoo.Animal, {}))


def test_values_come_back_with_their_types() -> None:
    snapshot = {"weight": "1.50", "diet": "meat", "is_tame": "True", "notes": None}

    values = read_snapshot(ADMIN.attributes.values(), snapshot)

    assert values == {
        "weight": Decimal("1.50"),
        "diet": zoo.Diet.meat,
        "is_tame": True,
        "notes": None,
    }


def test_what_cannot_be_read_is_left_alone() -> None:
    snapshot = {"weight": "heavy", "diet": "stones", "name": HIDDEN_MARK, "x": "1"}

    assert read_snapshot(ADMIN.attributes.values(), snapshot) == {}


def test_only_given_attributes_change_and_no_version() -> None:
    row = zoo.Animal(name="Leo", version=3)
    fields = [ADMIN.attributes["name"], ADMIN.attributes["version"]]

    before = {"name": "Lea", "version": "1", "notes": "x"}
    changed = restore_values(ADMIN, row, fields, before)

    assert [each.name for each in changed] == ["name"]
    assert (row.name, row.version, row.notes) == ("Lea", 3, None)
