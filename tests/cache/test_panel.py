"""The panel of the cache drops tags, keys or everything, and tells of an outage."""

import pytest

from carboy.cache.make_service import cache_state
from carboy.cache.panel import make_panel
from carboy.core import PanelQuery, registry_of
from carboy.errors import RefusedError


@pytest.mark.parametrize(
    ("action", "key", "left"),
    [
        ("drop", "t", [1, None]),
        ("delete", "a", [None, 2]),
        ("clear", "", [None, None]),
    ],
)
def test_values_are_deleted(sites, tmp_path, action, key, left):
    app, cache = sites.make({"CACHE_TYPE": "file", "CACHE_DIR": str(tmp_path / "c")})
    with app.app_context():
        cache.set("a", 1)
        cache.set("b", 2, tags=["t"])
        panel = registry_of(app).panels["cache"]()

        assert action in panel.read(PanelQuery()).actions
        assert panel.actions[action].run(key)

        assert cache.get_many("a", "b") == left


def test_a_key_that_is_not_there_is_told(sites):
    app, _ = sites.make()
    panel = make_panel(cache_state.of(app))

    with pytest.raises(RefusedError, match="There is no key nothing"):
        panel.actions["delete"].run("nothing")


def test_memory_says_that_it_is_that_of_one_process(sites):
    app, _ = sites.make()

    view = make_panel(cache_state.of(app)).read(PanelQuery())

    assert "this one only" in view.note


def test_an_outage_is_shown_and_nothing_is_offered(sites, tmp_path):
    (tmp_path / "file").touch()
    folder = str(tmp_path / "file" / "cache")
    app, _ = sites.make({"CACHE_TYPE": "file", "CACHE_DIR": folder})
    panel = make_panel(cache_state.of(app))

    view = panel.read(PanelQuery())

    assert (view.tone, view.actions) == ("bad", ())
    for name in ("drop", "delete", "clear"):
        with pytest.raises(RefusedError, match="does not answer"):
            panel.actions[name].run("t")
