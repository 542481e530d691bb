"""If this passes, each name of an old package can be imported, and is what it was."""

import importlib
from types import ModuleType

import pytest

from carboy.legacy.modules import OldModule
from carboy.legacy.themes import LIVING_MODULES, OLD_MODULES, load_theme, rows_in

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")

MODULES = sorted({
    module
    for theme in set(OLD_MODULES.values())
    for module in load_theme(theme).MODULES
    if module.startswith(("flask_", "werkzeug.contrib", "wtforms.ext", "wtforms.f"))
})


@pytest.mark.parametrize("name", MODULES)
def test_each_name_of_an_old_module_is_there(door, name):
    module = importlib.import_module(name)

    assert isinstance(module, OldModule) or name in LIVING_MODULES
    for attribute in rows_in(name):
        value = getattr(module, attribute)
        assert value is not None or attribute == "email_dispatched"
        assert not isinstance(value, ModuleType) or attribute.islower()


def test_the_notes_never_had_such_a_package(run_old):
    names = run_old("from flask_blueprint import Blueprint\nb = Blueprint('b', 'b')")

    assert names["b"].name == "b"


@pytest.mark.parametrize("name", ["restful", "wtf", "login", "cache", "mail"])
def test_flask_ext_is_the_package(run_old, name):
    run_old(
        f"import flask.ext.{name} as old\nassert old.__name__ == 'flask.ext.{name}'"
    )


def test_commands_of_migrations_are_those_of_the_battery(run_old):
    names = run_old("from flask_migrate import MigrateCommand, Migrate")

    assert "upgrade" in names["MigrateCommand"].list_commands(None)
