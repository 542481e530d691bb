"""The commands of Flask-Script work as they did."""

import io

import pytest
from flask import Flask, request

from carboy.script import Clean, Command, Manager, Option, Server, Shell, ShowUrls


@pytest.fixture
def app():
    app = Flask("shop")
    app.add_url_rule("/b/<int:number>", "item", lambda number: "b")
    app.add_url_rule("/a", "zebra", lambda: "a")
    return app


@pytest.fixture
def manager(app):
    return Manager(app)


def test_a_command_describes_itself_by_its_docstring():
    class Work(Command):
        """Work hard.

        Or not.
        """

    assert Work().description == "Work hard.\n\nOr not."
    assert Command(lambda: None).help == ""


def test_options_of_a_class_are_not_shared_between_its_objects():
    one, other = Command(), Command()

    one.add_option(Option("--x"))

    assert len(one.get_options()) == 1
    assert not other.get_options()


def test_a_command_is_called_with_the_app(app):
    command = Command(lambda x: (x, request.path))

    assert command(app, x=1) == (1, "/")


def test_a_command_without_run_says_so(app):
    with pytest.raises(NotImplementedError):
        Command()(app)


def test_urls_are_listed_in_the_asked_order(manager, capsys):
    manager.add_command("urls", ShowUrls())

    manager.handle("manage.py", ["urls", "--order", "endpoint"])

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == ["item", "static", "zebra"]


def test_one_url_finds_its_endpoint(manager, capsys):
    manager.add_command("urls", ShowUrls())

    manager.handle("manage.py", ["urls", "/b/7"])

    assert capsys.readouterr().out.split() == ["/b/<int:number>", "item"]


def test_clean_removes_compiled_files_only(manager, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.pyc", "b.pyo", "c.py"):
        (tmp_path / name).touch()
    manager.add_command(Clean())

    manager.handle("manage.py", ["clean"])

    assert [file.name for file in tmp_path.iterdir()] == ["c.py"]


def test_shell_has_the_app_and_the_names_of_the_site(manager, monkeypatch, capsys):
    shell = Shell(banner="Hi", make_context=lambda: {"answer": 42})
    manager.add_command("shell", shell)
    monkeypatch.setattr("sys.stdin", io.StringIO("print(app.name, answer)\n"))

    manager.handle("manage.py", ["shell", "--no-ipython"])

    out, err = capsys.readouterr()
    assert "shop 42" in out
    assert err.startswith("Hi")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], {"host": "127.0.0.1", "port": 5000, "debug": False, "reload": False}),
        (["-h", "localhost", "-p", "80"], {"host": "localhost", "port": 80}),
        (["-d"], {"debug": True, "reload": True}),
        (["-d", "-R"], {"debug": True, "reload": False}),
        (["-r"], {"debug": False, "reload": True}),
        (["-D", "--threaded"], {"debug": False}),
        (["--processes", "2"], {"processes": 2, "threaded": False}),
        (["--ssl-crt", "a", "--ssl-key", "b"], {"ssl_context": ("a", "b")}),
    ],
)
def test_runserver_accepts_the_options_of_flask_script(
    manager, monkeypatch, words, expected
):
    passed = {}

    def serve(app, host, port, **options):
        passed.update(options, host=host, port=port)

    monkeypatch.setattr("carboy.script.commands.serve_development", serve)

    manager.handle("manage.py", ["runserver", *words])

    assert expected.items() <= passed.items()


def test_defaults_of_a_server_come_from_its_object(manager, monkeypatch):
    passed = {}
    monkeypatch.setattr(
        "carboy.script.commands.serve_development",
        lambda app, host, port, **options: passed.update(options, host=host, port=port),
    )
    manager.add_command("serve", Server("10.0.0.7", 9000, use_debugger=True, cert="x"))

    manager.handle("manage.py", ["serve"])

    assert passed["host"] == "10.0.0.7"
    assert passed["port"] == 9000
    assert passed["debug"] is True
    assert passed["cert"] == "x"
