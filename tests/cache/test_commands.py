"""Cached values can be deleted from the command line."""

import pytest

from carboy.cache.commands import cache as group


@pytest.fixture
def run(sites, tmp_path):
    app, cache = sites.make({"CACHE_TYPE": "file", "CACHE_DIR": str(tmp_path / "c")})

    def run(*words):
        return app.test_cli_runner().invoke(args=["cache", *words])

    with app.app_context():
        cache.set("a", 1)
        cache.set("b", 2, tags=["t"])
    return run, app, cache


@pytest.mark.parametrize(
    ("words", "left", "output"),
    [
        (["clear"], [None, None], "Deleted everything under 'cache:'."),
        (["delete", "a", "x"], [None, 2], "Deleted 1 of 2 keys."),
        (["drop", "t"], [1, None], "Dropped t."),
    ],
)
def test_values_are_deleted(run, words, left, output):
    invoke, app, cache = run

    result = invoke(*words)

    assert (result.exit_code, result.output.strip()) == (0, output)
    with app.app_context():
        assert cache.get_many("a", "b") == left


def test_memory_is_refused_because_it_is_in_another_process(sites):
    app, _ = sites.make()

    result = app.test_cli_runner().invoke(args=["cache", "clear"])

    assert result.exit_code == 1
    assert "CACHE_TYPE is memory" in result.output


def test_an_unavailable_store_is_reported(sites, tmp_path):
    (tmp_path / "file").touch()
    folder = str(tmp_path / "file" / "cache")
    app, _ = sites.make({"CACHE_TYPE": "file", "CACHE_DIR": folder})

    result = app.test_cli_runner().invoke(args=["cache", "clear"])

    assert result.exit_code == 1
    assert "cannot be used as a store" in result.output


def test_each_command_has_a_help_text():
    assert all(command.help for command in (group, *group.commands.values()))
