"""A form has what people fill in: no keys, versions or columns with own values."""

from carboy.admin.changes import list_form_fields
from carboy.admin.schema import make_model_admin, make_options
from tests.admin import zoo


def names(model: type, *, is_new: bool = True, **options: object) -> list[str]:
    admin = make_model_admin(model, "x", make_options(model, options))
    found = list_form_fields(admin, admin.attributes.values(), is_new=is_new)
    return [each.name for each in found]


def test_fields_by_default() -> None:
    assert names(zoo.Animal) == [
        *("name", "diet", "weight", "notes", "is_tame", "cage", "mother")
    ]
    assert names(zoo.Slug) == ["path", "target"]
    assert names(zoo.Slug, is_new=False) == ["target"]
    assert names(zoo.Feeding) == ["meal", "amount", "animal"]
    assert names(zoo.Visit) == ["day", "starts", "paid_at", "price", "guides"]
    assert "api_token" not in names(zoo.Account)
    assert "blob" not in names(zoo.Everything)


def test_fields_that_were_registered_keep_their_order() -> None:
    assert names(zoo.Animal, fields=["notes", "name", "version"]) == ["notes", "name"]
