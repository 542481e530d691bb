"""If this passes, an installed package wins, unless it is broken or ours is asked for."""

import importlib
import sys

import pytest

import carboy.legacy
from carboy.legacy.modules import OldModule

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


@pytest.fixture
def fresh(monkeypatch):
    """No package of Flask-… is imported yet."""
    for name in [*sys.modules]:
        if name.partition(".")[0] in {"flask_restful", "flask_uploads"}:
            monkeypatch.delitem(sys.modules, name)


def test_an_installed_package_wins(door, fresh, monkeypatch):
    monkeypatch.setenv("LEGACY_PACKAGES", "")

    module = importlib.import_module("flask_restful")

    assert not isinstance(module, OldModule)
    assert module.Api.__module__.startswith("flask_restful")


@pytest.mark.parametrize("asked", ["flask_restful", "flask_wtf, flask_restful", "all"])
def test_ours_is_used_where_it_is_asked_for(door, fresh, monkeypatch, asked):
    monkeypatch.setenv("LEGACY_PACKAGES", asked)

    module = importlib.import_module("flask_restful")

    assert isinstance(module, OldModule)
    assert module.Api.__module__ == "carboy.rest.api"
    assert importlib.import_module("flask_restful.fields").String is not None


def test_a_broken_package_is_replaced(door, monkeypatch, tmp_path):
    (tmp_path / "flask_script.py").write_text("from flask._compat import gone")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("LEGACY_PACKAGES", "")

    assert importlib.import_module("flask_script").Manager is not None


def test_a_module_that_we_do_not_have_is_not_found(door):
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("flask_script.nowhere")


def test_a_patched_module_keeps_its_loader(door, monkeypatch):
    monkeypatch.delitem(sys.modules, "fractions", raising=False)
    module = importlib.import_module("fractions")

    assert module.__spec__ is not None
    assert module.__loader__ is module.__spec__.loader
    assert type(module.__loader__).__module__ != "carboy.legacy.finder"
    assert module.gcd(12, 8) == 4


def test_nothing_is_found_behind_a_closed_door():
    assert not carboy.legacy.is_open()
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("flask_script")
