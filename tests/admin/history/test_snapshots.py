"""The history keeps texts, and no secret."""

from decimal import Decimal

from carboy.admin.history import take_snapshot
from carboy.admin.schema import make_model_admin, make_options
from tests.admin import zoo


def test_values_are_texts_without_secrets() -> None:
    admin = make_model_admin(zoo.Animal, "animal", make_options(zoo.Animal, {}))
    row = zoo.Animal(
        name="Leo", weight=Decimal("1.50"), diet=zoo.Diet.meat, chip_secret=zoo.SECRET
    )

    snapshot = take_snapshot(admin, row)

    assert snapshot["weight"] == "1.50"
    assert snapshot["diet"] == "meat"
    assert "chip_secret" not in snapshot
