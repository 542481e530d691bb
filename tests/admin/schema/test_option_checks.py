"""Options that name what a model has not are refused with the names it has."""

from typing import Any

import pytest
import sqlalchemy as sa

from carboy.admin import AdminSetupError
from carboy.admin.schema.attributes import list_attributes
from carboy.admin.schema.model_options import ModelOptions, make_options
from carboy.admin.schema.option_checks import (
    check_dates,
    check_editable,
    check_names,
    check_sort,
    list_inlines,
    require_attribute,
)
from tests.admin import zoo


def attributes(model: type[Any]) -> dict[str, Any]:
    known = list_attributes(sa.inspect(model), {})
    return {name: each for name, each in known.items() if not each.is_secret}


def options(model: type[Any], **values: Any) -> ModelOptions:
    return make_options(model, values)


@pytest.mark.parametrize(
    "values",
    [
        {"hidden": ["nam"]},
        {"reveal": ["nam"]},
        {"readonly": ["nam"]},
        {"restricted": {"nam": "see"}},
        {"fields": ["name", "nam"]},
        {"labels": {"nam": "Name"}},
        {"display": "nam"},
    ],
)
def test_each_option_is_compared(values: dict[str, Any]) -> None:
    known = attributes(zoo.House)
    (option,) = values
    message = rf"^admin.register\(House, {option}=…\) names 'nam'. House shows name\.$"

    with pytest.raises(AdminSetupError, match=message):
        check_names(zoo.House, known, options(zoo.House, **values))


def test_names_that_are_there_and_functions_pass() -> None:
    known = attributes(zoo.House)
    given = options(zoo.House, hidden=["name"], labels={"opened": "x"}, display=str)

    check_names(zoo.House, known, given)

    assert require_attribute(zoo.House, "sort", "name", known) is known["name"]


def test_without_a_name_that_is_near_all_are_listed_and_no_secret() -> None:
    known = attributes(zoo.Account)

    with pytest.raises(AdminSetupError) as error:
        require_attribute(zoo.Account, "sort", "zzz", known)

    assert str(error.value).endswith(f"Account shows {', '.join(known)}.")
    assert "api_token" not in str(error.value)
    with pytest.raises(AdminSetupError, match=r"add reveal=\['api_token'\]"):
        require_attribute(zoo.Account, "sort", "api_token", known)


def test_an_order_is_by_plain_values() -> None:
    known = attributes(zoo.Cage)

    check_sort(zoo.Cage, known, ["-label", "id"])

    with pytest.raises(AdminSetupError, match="'animals' has no order"):
        check_sort(zoo.Cage, known, ["label", "-animals"])


def test_a_cell_that_is_edited_is_in_the_list() -> None:
    given = options(zoo.House, editable=["name", "opened"])

    check_editable(zoo.House, iter(["name", "opened"]), given)

    with pytest.raises(AdminSetupError, match=r"'opened'.*Its columns: id, name\."):
        check_editable(zoo.House, iter(["id", "name"]), given)


@pytest.mark.parametrize("name", ["day", "naive", "moment"])
def test_dates_and_moments_make_a_hierarchy(name: str) -> None:
    check_dates(zoo.Everything, attributes(zoo.Everything), name)


@pytest.mark.parametrize("name", ["clock", "text", "small"])
def test_other_values_make_no_hierarchy(name: str) -> None:
    with pytest.raises(AdminSetupError, match=f"date_hierarchy='{name}'.*no date"):
        check_dates(zoo.Everything, attributes(zoo.Everything), name)


def test_inlines_are_names_or_names_with_fields() -> None:
    known = attributes(zoo.House)

    plain = list_inlines(zoo.House, known, options(zoo.House, inlines=["cages"]))
    chosen = options(zoo.House, inlines={"cages": ["label"]})

    assert plain == {"cages": None}
    assert list_inlines(zoo.House, known, chosen) == {"cages": ("label",)}


@pytest.mark.parametrize(
    ("model", "inlines", "message"),
    [
        (zoo.House, ["cage"], "House shows cages"),
        (zoo.House, ["name"], "do not belong to one House"),
        (zoo.Cage, ["house"], "do not belong to one Cage"),
        (zoo.Visit, ["guides"], "do not belong to one Visit"),
        (zoo.House, {"cages": ["labl"]}, r"inlines, cages=….*Cage shows label"),
    ],
)
def test_inlines_are_rows_with_a_foreign_key(
    model: type[Any], inlines: Any, message: str
) -> None:
    with pytest.raises(AdminSetupError, match=message):
        list_inlines(model, attributes(model), options(model, inlines=inlines))
