"""If this passes, commands are found, listed, and suggested when misspelt."""

import os
import subprocess
import sys

import pytest

from carboy.cli import main, manage
from tests.cli.conftest import CLEARED_VARIABLES

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


def test_help_lists_commands_by_purpose(carboy, write):
    write("app.py", GROUPS)

    result = carboy("--help")

    lines = result.out.splitlines()
    assert result.code == 0
    for group in ("Start:", "Develop:", "Ship:", "This site:"):
        assert group in lines
    assert "hello" in result.out[result.out.index("This site:") :]
    assert "Say hello." in result.out


def test_help_works_without_an_app(carboy):
    result = carboy("--help")

    assert result.code == 0
    assert "new" in result.out
    assert result.err == ""


def test_help_works_when_the_app_cannot_be_loaded_and_shows_the_error(carboy, write):
    write("app.py", "import nothing_of_that_name\n")

    result = carboy("--help")

    assert result.code == 0
    assert "serve" in result.out
    assert "nothing_of_that_name" in result.err


def test_every_builtin_command_has_help(carboy):
    names = ("new", "dev", "run", "shell", "routes", "settings", "check", "serve")
    for name in names:
        result = carboy(name, "--help")

        assert result.code == 0
        assert "Usage:" in result.out


def test_app_commands_run_in_the_app_context(carboy, write):
    write("app.py", GROUPS)

    assert carboy("hello").out == "hello app\n"


def test_an_unknown_command_suggests_the_closest(carboy):
    result = carboy("rotues")

    assert result.code == 2
    assert "Did you mean 'routes'?" in result.err
    assert len(result.err.splitlines()) == 1


def test_app_commands_are_suggested_too(carboy, write):
    write("app.py", GROUPS)

    assert "Did you mean 'hello'?" in carboy("helo").err


def test_an_invalid_value_is_reported_in_one_line(carboy):
    result = carboy("run", "--port", "many")

    assert result.code == 2
    assert len(result.err.splitlines()) == 1


def test_the_profile_option_selects_the_profile(carboy, site):
    result = carboy("--profile", "testing", "settings", "profile")

    assert "'testing'" in result.out


def test_manage_uses_its_app(write, monkeypatch, capsys):
    write("shop.py", GROUPS)
    monkeypatch.setattr(sys, "argv", ["manage.py", "hello"])
    monkeypatch.syspath_prepend(".")

    with pytest.raises(SystemExit) as error:
        manage("shop:app")

    assert not error.value.code
    assert capsys.readouterr().out == "hello shop\n"


FACTORY = """
    import click
    from flask import Flask

    def create_app():
        app = Flask("shop")

        @app.cli.command()
        def hello():
            click.echo("hello shop")

        return app
"""
MANAGE = """
    {imports}
    from carboy.cli import manage

    if __name__ == "__main__":
        manage({argument})
"""


@pytest.mark.parametrize(
    ("imports", "argument"),
    [
        ("", "'shop:create_app'"),
        ("from shop import create_app", "create_app"),
        ("from shop import create_app as make", "make"),
        ("import shop", "shop.create_app"),
        ("import shop; shop.app = shop.create_app()", "shop.app"),
        (
            "from shop import create_app as create\n    def own(): return create()",
            "own",
        ),
    ],
)
def test_manage_takes_a_path_a_factory_or_an_app(write, folder, imports, argument):
    write("shop.py", FACTORY)
    write("manage.py", MANAGE.format(imports=imports, argument=argument))

    for words in (["manage.py"], ["-m", "carboy"]):
        if "shop.app" in imports and words == ["-m", "carboy"]:
            continue  # only the script makes the variable
        result = run_python(folder, *words, "hello")
        assert result.stdout == "hello shop\n", result.stderr


def test_manage_explains_what_it_cannot_take(write, folder):
    write("shop.py", FACTORY)
    imports = "from shop import create_app"
    write("manage.py", MANAGE.format(imports=imports, argument="lambda: create_app()"))

    result = run_python(folder, "manage.py", "hello")

    assert result.returncode != 0
    assert "manage('shop:create_app')" in result.stderr
    assert "Traceback" not in result.stderr


def test_hints_name_the_command_as_it_was_called(write, folder):
    write("shop.py", SITE_WITH_DB)
    manage_py = MANAGE.format(imports="", argument="'shop:create_app'")
    write("manage.py", manage_py)

    for words, program in (
        (["manage.py"], "python manage.py"),
        (["-m", "carboy"], "carboy"),
    ):
        result = run_python(folder, *words, "db", "upgrade")
        assert f"Run `{program} db init` first." in result.stderr


SITE_WITH_DB = """
    from carboy import Carboy
    from carboy.db import SQLAlchemy

    db = SQLAlchemy()

    def create_app():
        return Carboy(__name__).use(db)
"""


def run_python(folder, *words):
    base = {k: v for k, v in os.environ.items() if k not in CLEARED_VARIABLES}
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=base,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_main_exits_with_the_exit_code(folder, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["carboy", "nothing"])

    with pytest.raises(SystemExit) as error:
        main()

    assert error.value.code == 2
    assert "nothing" in capsys.readouterr().err


def test_the_version_is_printed(carboy):
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


def test_the_module_runs_the_command(run_carboy):
    assert run_carboy("--version").out.startswith("carboy ")
