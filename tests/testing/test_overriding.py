"""Settings are overridden in a block and restored after it."""

from typing import Annotated, ClassVar

import pytest
from flask import Flask

from carboy import Carboy, Section, Settings, setting
from carboy.core import Extension
from carboy.errors import SettingsError
from carboy.testing import override


class BottleSettings(Section, frozen=True, kw_only=True):
    prefix: ClassVar[str] = "BOTTLES"

    size: Annotated[int, setting("Litres.", ge=1)] = 5


class Bottles(Extension):
    name = "bottles"

    def install(self, wiring):
        self.settings = wiring.settings(BottleSettings)


class ShopSettings(Settings, frozen=True, kw_only=True):
    shop_name: str = "Demijohn"


@pytest.fixture
def bottles():
    return Bottles()


@pytest.fixture
def app(tmp_path, bottles):
    settings = ShopSettings.load(root=tmp_path, environ={}, profile="testing")
    return Carboy("shop", settings=settings).use(bottles)


def test_a_battery_has_the_other_value_until_the_block_ends(app, bottles):
    with override(app, BOTTLES_SIZE=25):
        assert bottles.settings.size == 25
        assert app.config["BOTTLES_SIZE"] == 25

    assert bottles.settings.size == 5
    assert app.config["BOTTLES_SIZE"] == 5


def test_the_site_has_the_other_value_too(app):
    with override(app, SHOP_NAME="Balloon"):
        assert app.settings.shop_name == app.config["SHOP_NAME"] == "Balloon"

    assert app.settings.shop_name == app.config["SHOP_NAME"] == "Demijohn"


def test_values_are_converted_as_always(app, bottles):
    with override(app, BOTTLES_SIZE="25"):
        assert bottles.settings.size == 25


def test_the_old_value_is_restored_after_an_error(app, bottles):
    with pytest.raises(ZeroDivisionError), override(app, BOTTLES_SIZE=25):
        raise ZeroDivisionError

    assert bottles.settings.size == 5


def test_a_wrong_value_is_refused_without_changes(app, bottles):
    with pytest.raises(SettingsError, match="BOTTLES_SIZE"):  # noqa: SIM117 - clearer
        with override(app, SHOP_NAME="Balloon", BOTTLES_SIZE=0):
            pytest.fail("It should not have begun.")

    assert app.settings.shop_name == "Demijohn"
    assert bottles.settings.size == 5


def test_a_misspelt_name_is_refused(app):
    with (
        pytest.raises(SettingsError, match="Did you mean BOTTLES_SIZE"),
        override(app, BOTTLES_SIZ=1),
    ):
        pytest.fail("It should not have begun.")


def test_a_plain_app_accepts_any_name():
    app = Flask("shop")

    with override(app, ANYTHING=1, DEBUG=True):
        assert app.config["ANYTHING"] == 1
        assert app.debug

    assert "ANYTHING" not in app.config
    assert not app.debug
