"""If this passes, each name of each old package can be imported."""

import importlib

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
        assert getattr(module, attribute) is not None
