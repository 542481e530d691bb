"""A `Manager` finds, explains and runs commands as in Flask-Script."""

import click
import pytest
from flask import Flask, current_app, request, url_for
from flask.cli import AppGroup

from carboy.errors import ConfigError
from carboy.script import Command, Manager, Option, Server, Shell


@pytest.fixture
def app():
    app = Flask("shop")

    @app.get("/hello")
    def hello():
        return "hello"

    return app


@pytest.fixture
def manager(app):
    return Manager(app)


def test_shell_and_runserver_are_default_commands(manager):
    assert manager.list_names() == ["shell", "runserver"]


def test_a_manager_without_an_app_has_no_default_commands():
    assert Manager().list_names() == []
    assert Manager(with_default_commands=True).list_names() == ["shell", "runserver"]


def test_commands_run_inside_a_request_so_that_url_for_works(manager):
    seen = []

    @manager.command
    def link():
        seen.append((url_for("hello"), request.path, current_app.name))

    manager.handle("manage.py", ["link"])

    assert seen == [("/hello", "/", "shop")]


def test_commands_of_the_app_run_in_an_app_context_without_a_request(app, manager):
    seen = []

    @app.cli.command("mine")
    def mine():
        seen.append((current_app.name, bool(request)))

    app.cli.add_command(click.Command("plain", callback=mine.callback))

    manager.handle("manage.py", ["mine"])
    manager.handle("manage.py", ["plain"])

    assert seen == [("shop", False), ("shop", False)]


def test_a_click_group_is_added_like_migrate_command(manager):
    group = AppGroup("db")
    seen = []

    @group.command()
    @click.option("-m", "--message")
    def migrate(message):
        seen.append((message, current_app.name))

    manager.add_command("db", group)
    manager.handle("manage.py", ["db", "migrate", "-m", "first"])

    assert seen == [("first", "shop")]


def test_a_default_makes_an_option_and_a_bool_a_flag(manager):
    seen = []

    @manager.command
    def work(what, times="1", loud=False, quick=True, first_name="Ada"):
        seen.append((what, times, loud, quick, first_name))

    manager.handle("manage.py", ["work", "dig"])
    manager.handle("manage.py", ["work", "dig", "-t", "3", "-l", "-q", "-f", "Eve"])
    manager.handle("manage.py", ["work", "dig", "--first-name=Eve"])

    assert seen == [
        ("dig", "1", False, True, "Ada"),
        ("dig", "3", True, False, "Eve"),
        ("dig", "1", False, True, "Eve"),
    ]


def test_options_keep_their_order_and_all_that_argparse_can(manager):
    seen = []

    @manager.option("names", nargs="+")
    @manager.option(
        "-c", "--count", dest="number", type=int, default=1, help="How often"
    )
    @manager.option("-v", "--verbose", action="store_true", default=False)
    @manager.option("--color", choices=("red", "blue"), required=True)
    @manager.option("--tag", action="append")
    def greet(names, number, verbose, color, tag):
        seen.append((names, number, verbose, color, tag))

    manager.handle(
        "manage.py",
        ["greet", "a", "b", "-c", "2", "-v", "--color", "red", "--tag=x", "--tag=y"],
    )

    assert seen == [(["a", "b"], 2, True, "red", ["x", "y"])]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["paint", "--color", "green"], "invalid choice: 'green'"),
        (["paint"], "required: --color"),
        (["paint", "--color", "red", "--number", "x"], "invalid int value: 'x'"),
        (["paint", "--color", "red", "extra"], "unrecognized arguments: extra"),
        (["panit"], "Did you mean 'paint'?"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(manager, capsys, words, text):
    @manager.option("--color", choices=("red", "blue"), required=True)
    @manager.option("--number", type=int)
    def paint(color, number):
        pytest.fail("It should not have run.")

    code = manager.handle("manage.py", words)

    err = capsys.readouterr().err
    assert code == 2
    assert text in err
    assert len(err.splitlines()) == 1


def test_classes_are_commands_by_name_by_object_and_by_class(manager):
    seen = []

    class Hello(Command):
        """Say hello."""

        option_list = (Option("--name", "-n", dest="name", default="world"),)

        def run(self, name):
            seen.append(name)

    class PrintSomethingCommand(Command):
        def run(self):
            seen.append("something")

    manager.add_command("hello", Hello())
    manager.add_command("hi", Hello)
    manager.add_command(Hello())
    manager.add_command(PrintSomethingCommand())

    for words in (["hello"], ["hi", "-n", "you"], ["printsomething"]):
        manager.handle("manage.py", words)

    assert seen == ["world", "you", "something"]


def test_a_class_may_compute_its_options(manager):
    class Hello(Command):
        def __init__(self, default="Joe"):
            super().__init__()
            self.default = default

        def get_options(self):
            return [Option("-n", "--name", dest="name", default=self.default)]

        def run(self, name):
            return len(name)

    manager.add_command("hello", Hello("Ada"))

    assert manager.handle("manage.py", ["hello"]) == 3


def test_plain_functions_are_commands(manager):
    manager.add_command("seven", lambda: 7)

    assert manager.handle("manage.py", ["seven"]) == 7


def test_a_namespace_is_a_group(manager):
    manager.add_command("clear", Command(lambda: 5), namespace="cache")

    assert manager.handle("manage.py", ["cache", "clear"]) == 5


def test_groups_can_be_nested(manager):
    outer, inner = Manager(), Manager(usage="Work inside")
    inner.command(_seven)
    outer.add_command("inner", inner)
    manager.add_command("outer", outer)

    assert manager.handle("manage.py", ["outer", "inner", "_seven"]) == 7


def test_options_before_the_command_go_to_the_factory():
    def create_app(config=None, module="x"):
        app = Flask("made")
        app.config["TOLD"] = (config, module)
        return app

    manager = Manager(create_app)
    manager.add_option("-c", "--config", dest="config", required=False)
    manager.add_option("-m", dest="module", default="y")

    @manager.command
    def source():
        config, module = current_app.config["TOLD"]
        return f"{config} {module}"

    assert manager.handle("manage.py", ["-c", "dev.cfg", "source"]) == "dev.cfg y"


def test_a_factory_makes_the_app_once():
    calls = []

    def create_app():
        calls.append(1)
        return Flask("made")

    manager = Manager(create_app)
    manager.command(_seven)

    assert manager.handle("manage.py", ["_seven"]) == 7
    assert calls == [1]
    assert manager.app.name == "made"


def test_a_manager_without_an_app_says_how_to_pass_one(capsys):
    manager = Manager()
    manager.command(_seven)

    assert manager.handle("manage.py", ["_seven"]) == 1
    assert "Manager(app)" in capsys.readouterr().err
    with pytest.raises(ConfigError):
        manager()


def test_run_takes_more_commands_and_a_default(manager, monkeypatch):
    monkeypatch.setattr("sys.argv", ["manage.py"])

    with pytest.raises(SystemExit) as ended:
        manager.run(commands={"seven": Command(_seven)}, default_command="seven")

    assert ended.value.code == 7


def test_what_a_command_returns_is_the_exit_code(manager, monkeypatch):
    manager.command(_seven)
    monkeypatch.setattr("sys.argv", ["manage.py", "_seven"])

    with pytest.raises(SystemExit) as ended:
        manager.run()

    assert ended.value.code == 7


def test_shell_takes_names_of_the_site(manager):
    @manager.shell
    def make_context():
        return {"answer": 42}

    shell = manager._commands["shell"]

    assert isinstance(shell, Shell)
    with manager.app.app_context():
        assert shell.get_context()["answer"] == 42


def test_own_commands_replace_default_commands(app):
    manager = Manager(app)
    server = Server(port=9000)
    manager.add_command("runserver", server)

    assert manager._commands["runserver"] is server


def test_unknown_arguments_are_captured(manager):
    class Pass(Command):
        capture_all_args = True
        option_list = (Option("-x", dest="x"),)

        def run(self, rest, x):
            return " ".join([x, *rest])

    manager.add_command("pass", Pass())

    result = manager.handle("manage.py", ["pass", "-x", "1", "--what", "ever"])

    assert result == "1 --what ever"


def test_a_manager_is_a_click_group_for_other_command_lines(manager):
    manager.command(_seven)

    group = manager.group("old")

    assert isinstance(group, click.Group)
    assert "_seven" in group.list_commands(click.Context(group))


def _seven():
    return 7
