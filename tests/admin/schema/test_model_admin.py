"""What was registered is checked and completed."""

from typing import Any

import pytest

from carboy.admin import AdminSetupError
from carboy.admin.schema import ModelAdmin, make_model_admin, make_options
from tests.admin import zoo


def make(model: type[Any], **options: Any) -> ModelAdmin:
    return make_model_admin(model, "slug", make_options(model, options))


def test_a_model_without_options_has_columns_search_and_names() -> None:
    admin = make(zoo.House)

    assert [each.name for each in admin.columns] == ["name", "opened"]
    assert [each.attribute.name for each in admin.search] == ["name"]
    assert (admin.label, admin.plural) == ("House", "Houses")
    assert make(zoo.Everything).plural == "Everythings"
    assert admin.name_row(zoo.House(name="Cats")) == "Cats"
    assert make(zoo.Cage).name_row(zoo.Cage(label="A")) == "Cage A"
    assert (
        make(zoo.House, display=lambda row: f"<{row.name}>").name_row(
            zoo.House(name="x")
        )
        == "<x>"
    )


def test_secrets_are_no_attributes_unless_they_are_revealed() -> None:
    assert "api_token" not in make(zoo.Account).attributes
    assert "api_token" in make(zoo.Account, reveal=["api_token"]).attributes
    assert "name" not in make(zoo.House, hidden=["name"]).attributes


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": ["nam"]}, "names 'nam'. House shows name"),
        ({"columns": ["cages.label"]}, "leads to no single row"),
        ({"search": ["^nam"]}, "names 'nam'"),
        ({"sort": "-nam"}, "names 'nam'"),
        ({"sort": "cages"}, "has no order"),
        ({"hidden": ["nam"]}, "hidden=…. names 'nam'"),
    ],
)
def test_unknown_names_are_errors(options: dict[str, Any], message: str) -> None:
    with pytest.raises(AdminSetupError, match=message):
        make(zoo.House, **options)


@pytest.mark.parametrize(
    "options",
    [{"columns": ["api_token"]}, {"search": ["api_token"]}, {"sort": "api_token"}],
)
def test_a_secret_that_is_named_is_an_error(options: dict[str, Any]) -> None:
    with pytest.raises(AdminSetupError, match=r"looks like a secret.*reveal="):
        make(zoo.Account, **options)


def test_a_secret_of_a_related_row_cannot_be_a_column() -> None:
    with pytest.raises(AdminSetupError, match="looks like a secret"):
        make(zoo.Passport, columns=["animal.chip_secret"])
