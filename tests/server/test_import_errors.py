"""If this passes, an app that does not start is one place and the mend."""

import sys
import textwrap

import pytest

from carboy.server import TargetError, load_target

NO_KEY = """
    from sqlalchemy.orm import Mapped
    from carboy.db import SQLAlchemy
    db = SQLAlchemy()
    class Bottle(db.Model):
        text: Mapped[str]
"""
TWO_MODELS = """
    import sqlalchemy as sa
    metadata = sa.MetaData()
    sa.Table("bottle", metadata, sa.Column("id", sa.Integer))
    sa.Table("bottle", metadata, sa.Column("id", sa.Integer))
"""
TWO_VIEWS = """
    from flask import Flask
    app = Flask(__name__)
    @app.get("/")
    def home(): return ""
    @app.get("/b")
    def home(): return ""
"""
NO_SLASH = """
    from flask import Flask
    app = Flask(__name__)
    @app.get("bottles")
    def home(): return ""
"""
MISTAKES = [
    (NO_KEY, "id: Mapped[int] = mapped_column(primary_key=True)"),
    (TWO_MODELS, "Two models have the table bottle"),
    (TWO_VIEWS, "Two views are named home"),
    (NO_SLASH, 'Write the rule as "/bottles".'),
]


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Return a function that loads an app of files, and returns the message."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    known = set(sys.modules)

    def load(target, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(textwrap.dedent(text))
        with pytest.raises(TargetError) as caught:
            load_target(target)
        return str(caught.value)

    yield load
    for name in {*sys.modules} - known:
        if name.startswith("target_"):
            del sys.modules[name]


@pytest.mark.parametrize(("text", "advice"), MISTAKES)
def test_a_mistake_shows_the_line_of_the_site_and_its_mend(load, text, advice):
    message = load("target_wrong", target_wrong=text)

    lines = message.splitlines()
    assert advice in lines[-1]
    assert 'target_wrong.py", line' in message
    assert "site-packages" not in message
    assert len(lines) <= 6, message


@pytest.mark.parametrize(
    "line", ["from target_a import db", "import target_a; target_a.db"]
)
def test_a_circle_of_imports_is_named(load, line):
    message = load("target_a", target_a="import target_b\ndb = 1", target_b=line)

    assert "target_a.py imports target_b.py, which imports one of these" in message


def test_an_error_in_a_library_shows_where_it_was_raised(load):
    message = load("target_json", target_json="import json; json.loads('{')")

    assert 'target_json.py", line 1' in message
    assert "decoder.py" in message


def test_a_package_that_the_factory_misses_is_one_line(load):
    message = load("target_late:make()", target_late="def make():\n    import tar_get")

    start = "target_late.py line 2 needs the package tar_get, which is not installed."
    assert message.startswith(start)
    assert len(message.splitlines()) == 1


def test_a_factory_that_returns_nothing_is_told_to_return(load):
    message = load("target_none:make()", target_none="def make(): pass")

    assert message.endswith("returns None. End it with: return app")
