"""If this passes, old modules have their names, and say what they have not."""

import sys

import pytest

from carboy.legacy import LegacyWarning
from carboy.script import Manager

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


def test_a_name_that_is_missing_is_explained(run_old):
    with pytest.raises(ImportError):
        run_old("from flask_script import Nothing")
    with pytest.raises(AttributeError, match="has only a part of it"):
        run_old("import flask_script\nflask_script.Nothing")


def test_a_star_import_has_all_names(run_old):
    names = run_old("from flask_script import *")

    assert names["Manager"] is Manager


@pytest.mark.filterwarnings("default::carboy.legacy.LegacyWarning")
def test_a_moved_module_warns_once_with_the_last_place(run_old):
    with pytest.warns(LegacyWarning) as caught:
        names = run_old("from flask.ext.script import Manager as M")

    assert names["M"] is Manager
    assert [str(w.message) for w in caught] == [
        "flask.ext.script.Manager is gone since Flask 1.0. "
        "Write: from carboy.script import Manager as M"
    ]


def test_a_moved_package_that_is_missing_is_an_import_error(run_old):
    with pytest.raises(ModuleNotFoundError, match="flask_nowhere"):
        run_old("from flask.ext.nowhere import x")


def test_modules_are_gone_with_the_door(door):
    __import__("flask_script")
    __import__("flask.ext.script")
    sys.modules["carboy.legacy"].close_door()

    assert not {"flask_script", "flask.ext", "flask.ext.script"} & sys.modules.keys()
    sys.modules["carboy.legacy"].open_door()
