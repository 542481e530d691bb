"""If this passes, each command is found, explained, and suggested when misspelt."""

import sys

import pytest

from carboy.cli import main, manage

GROUPS = """
    import click
    from carboy.core import Extension
    from flask import Flask, current_app

    app = Flask(__name__)

    class Bottles(Extension):
        name = "bottles"

        def install(self, wiring):
            wiring.command(click.Command("fill", callback=lambda: None))

    Bottles().init_app(app)

    @app.cli.command()
    def hello():
        "Say hello."
        click.echo(f"hello {current_app.name}")
"""


def test_help_lists_commands_by_what_they_are_for(carboy, write):
    write("app.py", GROUPS)

    done = carboy("--help")

    lines = done.out.splitlines()
    assert done.code == 0
    for group in ("Start:", "Develop:", "Ship:", "This site:"):
        assert group in lines
    assert "hello" in done.out[done.out.index("This site:") :]
    assert "Say hello." in done.out


def test_help_works_where_there_is_no_app(carboy):
    done = carboy("--help")

    assert done.code == 0
    assert "new" in done.out
    assert done.err == ""


def test_help_works_where_the_app_does_not_and_says_why(carboy, write):
    write("app.py", "import nothing_of_that_name\n")

    done = carboy("--help")

    assert done.code == 0
    assert "serve" in done.out
    assert "nothing_of_that_name" in done.err


def test_every_own_command_explains_itself(carboy):
    names = ("new", "dev", "run", "shell", "routes", "settings", "check", "serve")
    for name in names:
        done = carboy(name, "--help")

        assert done.code == 0
        assert "Usage:" in done.out


def test_commands_of_the_app_run_in_its_context(carboy, write):
    write("app.py", GROUPS)

    assert carboy("hello").out == "hello app\n"


def test_an_unknown_command_suggests_the_nearest(carboy):
    done = carboy("rotues")

    assert done.code == 2
    assert "Did you mean 'routes'?" in done.err
    assert len(done.err.splitlines()) == 1


def test_a_misspelt_command_of_the_app_is_suggested_too(carboy, write):
    write("app.py", GROUPS)

    assert "Did you mean 'hello'?" in carboy("helo").err


def test_a_missing_value_is_one_line(carboy):
    done = carboy("run", "--port", "many")

    assert done.code == 2
    assert len(done.err.splitlines()) == 1


def test_the_profile_can_be_told(carboy, site):
    done = carboy("--profile", "testing", "settings", "profile")

    assert "'testing'" in done.out


def test_manage_knows_its_app(write, monkeypatch, capsys):
    write("shop.py", GROUPS)
    monkeypatch.setattr(sys, "argv", ["manage.py", "hello"])
    monkeypatch.syspath_prepend(".")

    with pytest.raises(SystemExit) as ended:
        manage("shop:app")

    assert not ended.value.code
    assert capsys.readouterr().out == "hello shop\n"


def test_main_leaves_with_the_exit_code(folder, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["carboy", "nothing"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert "nothing" in capsys.readouterr().err


def test_the_version_is_told(carboy):
    assert carboy("--version").out.startswith("carboy ")


def test_an_unguarded_app_run_does_not_serve(carboy, write):
    write(
        "app.py",
        """
        from flask import Flask
        app = Flask(__name__)
        app.run()
        """,
    )

    assert carboy("routes").code == 0


def test_the_module_is_the_command(run_carboy):
    assert run_carboy("--version").out.startswith("carboy ")
