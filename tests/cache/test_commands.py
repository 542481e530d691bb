"""What was kept can be forgotten from the command line."""

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
    ("words", "left", "told"),
    [
        (["clear"], [None, None], "Everything under 'cache:' is gone."),
        (["delete", "a", "x"], [None, 2], "1 of 2 were there."),
        (["drop", "t"], [1, None], "What was kept under t is gone."),
    ],
)
def test_forgets(run, words, left, told):
    call, app, cache = run

    result = call(*words)

    assert (result.exit_code, result.output.strip()) == (0, told)
    with app.app_context():
        assert cache.get_many("a", "b") == left


def test_memory_of_another_process_cannot_be_reached(sites):
    app, _ = sites.make()

    result = app.test_cli_runner().invoke(args=["cache", "clear"])

    assert result.exit_code == 1
    assert "CACHE_TYPE is memory" in result.output


def test_a_store_that_is_away_is_told(sites, tmp_path):
    (tmp_path / "file").touch()
    folder = str(tmp_path / "file" / "cache")
    app, _ = sites.make({"CACHE_TYPE": "file", "CACHE_DIR": folder})

    result = app.test_cli_runner().invoke(args=["cache", "clear"])

    assert result.exit_code == 1
    assert "cannot be used as a store" in result.output


def test_each_command_says_what_it_does():
    assert all(command.help for command in (group, *group.commands.values()))
