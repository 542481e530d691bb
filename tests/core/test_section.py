"""A section reads settings from any source, and reports what it cannot read."""

from datetime import timedelta
from typing import Annotated, ClassVar

import pytest

from carboy.core import Section, setting
from carboy.errors import SettingsError


class ShopSettings(Section, frozen=True, kw_only=True):
    prefix: ClassVar[str] = "SHOP"

    size: Annotated[int, setting("Items on a page.", old=("SHOP_PER_PAGE",), ge=1)] = 20
    tags: Annotated[tuple[str, ...], setting("Tags.")] = ()
    pause: Annotated[timedelta, setting("A while.")] = timedelta(seconds=5)
    open: Annotated[bool, setting("Whether it sells.")] = True
    key: Annotated[str, setting("A key.", secret=True)] = ""
    url: Annotated[str | None, setting("A database.")] = None


def test_a_missing_setting_has_its_default():
    assert ShopSettings.read({}) == ShopSettings()


def test_text_from_an_environment_becomes_the_type_of_the_field():
    values = {
        "SHOP_SIZE": "7",
        "SHOP_TAGS": "a, b",
        "SHOP_PAUSE": "90",
        "SHOP_OPEN": "false",
    }

    section = ShopSettings.read(values)

    assert section.size == 7
    assert section.tags == ("a", "b")
    assert section.pause == timedelta(seconds=90)
    assert section.open is False


def test_an_old_name_works_and_the_current_name_wins():
    assert ShopSettings.read({"SHOP_PER_PAGE": 3}).size == 3
    assert ShopSettings.read({"SHOP_PER_PAGE": 3, "SHOP_SIZE": 4}).size == 4


@pytest.mark.parametrize("value", ["many", 0, [], "1.5"])
def test_a_value_of_a_wrong_type_is_reported_with_its_origin(value):
    with pytest.raises(SettingsError, match=r"SHOP_SIZE = .*\(settings.toml line 3\)"):
        ShopSettings.read({"SHOP_SIZE": value}, {"SHOP_SIZE": "settings.toml line 3"})


def test_a_secret_is_in_no_repr_and_no_error():
    section = ShopSettings(key="canary-1", url="postgresql://ada:canary-2@db/shop")

    assert "canary" not in repr(section)
    with pytest.raises(SettingsError) as caught:
        ShopSettings.read({"SHOP_KEY": ["canary-3"]})
    assert "canary" not in str(caught.value)


def test_none_in_the_config_of_flask_means_not_set():
    assert ShopSettings.read({"SHOP_SIZE": None}).size == 20
    assert ShopSettings.read({"SHOP_URL": None}).url is None


def test_fields_have_key_default_and_description():
    field = ShopSettings.fields()[0]

    assert (field.key, field.default, field.doc) == (
        "SHOP_SIZE",
        20,
        "Items on a page.",
    )
    assert field.old == ("SHOP_PER_PAGE",)
