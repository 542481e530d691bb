"""A prompt opens with the names of the site."""

import io

from flask import Flask

from carboy.core import registry_of
from carboy.script import gather_names, open_prompt


def test_names_come_from_batteries_and_the_app():
    app = Flask("shop")
    registry_of(app).shell["db"] = "the database"

    @app.shell_context_processor
    def more():
        return {"answer": 42}

    names = gather_names(app)

    assert names["db"] == "the database"
    assert names["answer"] == 42
    assert names["app"] is app


def test_the_prompt_runs_what_is_typed(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("print(answer * 2)\n"))

    open_prompt({"answer": 21}, plain=True)

    assert "42" in capsys.readouterr().out


def test_the_prompt_lists_its_names(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))

    open_prompt({"answer": 21, "_hidden": 1}, plain=True)

    err = capsys.readouterr().err
    assert "Names: answer" in err
    assert "_hidden" not in err
