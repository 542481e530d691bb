"""Seeds fill a database, all or nothing, and can be sown again."""

import json
import sys
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from carboy.db import SQLAlchemy
from carboy.db.seeds import SeedError, find_seed_files, load_seeds


@pytest.fixture
def site(make_app) -> Any:
    db = SQLAlchemy()

    class User(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(9), nullable=False)
        born = db.Column(db.Date)
        mark = db.Column(db.Uuid)

    app = make_app(db, DATABASE_URL="sqlite://")
    with app.app_context():
        db.create_all()
        db.User = User
        yield db


def names(site: Any) -> list[str]:
    return [user.name for user in site.User.query.order_by("id")]


def test_rows_from_yaml_and_json(site, tmp_path) -> None:
    (tmp_path / "seeds.yaml").write_text(
        "User:\n  - {id: 1, name: ann, born: 2000-01-02}\n  - {name: bob}\n"
    )
    mark = "00000000-0000-0000-0000-000000000001"
    rows = {"User": [{"id": 1, "name": "eve", "born": "2000-01-02", "mark": mark}]}
    (tmp_path / "seeds.json").write_text(json.dumps(rows))

    counts = [load_seeds(site, path) for path in find_seed_files(tmp_path)]

    assert counts == [2, 1]
    assert names(site) == ["eve", "bob"]
    assert site.User.query.get(1).born == date(2000, 1, 2)
    assert str(site.User.query.get(1).mark) == mark


def test_rows_from_python(site, tmp_path) -> None:
    path = tmp_path / "seeds.py"
    path.write_text(
        "def seed(db):\n"
        "    db.session.add(db.User(name='ann'))\n"
        "    db.session.flush()\n"
    )

    load_seeds(site, path)

    assert names(site) == ["ann"]


@pytest.mark.parametrize(
    "text",
    [
        "def seed():\n    add(db.User(name='ann'))\n",
        "def seed(db, name='ann'):\n    add(db.User(name=name))\n",
        "add(db.User(name='ann'))\n",
        "add(db.User(name='ann'))\ndb.session.commit()\n",
    ],
)
def test_a_seed_may_import_its_database_and_be_a_plain_script(
    site, tmp_path, monkeypatch, text
) -> None:
    monkeypatch.setitem(sys.modules, "ext_of_site", SimpleNamespace(db=site))
    path = tmp_path / "seeds.py"
    path.write_text(f"from ext_of_site import db\nadd = db.session.add\n{text}")

    assert load_seeds(site, path) == 1
    assert names(site) == ["ann"]


@pytest.mark.parametrize(
    ("body", "count", "left"),
    [
        ("add('a'); commit(); add('b'); commit()", 2, ["a", "b"]),
        ("add('a'); flush(); add('b')", 2, ["a", "b"]),
        ("a = add('a'); commit(); a.name = 'z'; commit(); a.name = 'y'", 1, ["y"]),
        ("add('a'); flush(); rollback(); add('b'); commit()", 1, ["b"]),
        ("add('a'); commit(); add('b'); flush(); rollback()", 1, ["a"]),
        ("add('a'); commit(); commit()", 1, ["a"]),
        ("[add(str(n)) for n in range(9)]; commit()", 9, [str(n) for n in range(9)]),
        ("pass", 0, []),
    ],
)
def test_objects_are_counted_however_often_the_seed_commits(
    site, tmp_path, body, count, left
) -> None:
    path = tmp_path / "seeds.py"
    path.write_text(
        "def seed(db):\n"
        "    commit, flush = db.session.commit, db.session.flush\n"
        "    rollback = db.session.rollback\n"
        "    def add(name):\n"
        "        user = db.User(name=name)\n"
        "        db.session.add(user)\n"
        "        return user\n"
        f"    {body}\n"
    )

    assert load_seeds(site, path) == count
    assert names(site) == left
    # Nothing listens any more.
    site.session.add(site.User(name="later"))
    site.session.commit()


def test_an_error_leaves_nothing(site, tmp_path) -> None:
    path = tmp_path / "seeds.json"
    path.write_text('{"User": [{"name": "ann"}, {"nam": "bob"}]}')

    with pytest.raises(SeedError, match="'nam'; it has "):
        load_seeds(site, path)

    assert names(site) == []


def test_what_the_database_refuses_leaves_nothing(site, tmp_path) -> None:
    path = tmp_path / "seeds.json"
    path.write_text('{"User": [{"name": "ann"}]}')
    site.drop_all()

    with pytest.raises(SeedError, match=r"no such table: user.*carboy db upgrade"):
        load_seeds(site, path)
    site.create_all()

    assert names(site) == []


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("seeds.json", "[1]", "must hold the name of a model"),
        ("seeds.json", "{", "is no JSON"),
        ("seeds.yaml", "User: [{id: 1", r"is no YAML: .* line 1"),
        ("seeds.json", '{"User": {"id": 1}}', "a list of rows for User"),
        ("seeds.json", '{"User": [1]}', "a list of rows for User"),
        ("seeds.json", '{"Usr": []}', "known: User"),
        ("seeds.py", "x = 1", "no function seed"),
        ("seeds.py", "def seed(db, size): pass", r"seed\(db, size\) needs size"),
    ],
)
def test_mistakes_are_named(site, tmp_path, name, text, reason) -> None:
    (tmp_path / name).write_text(text)

    with pytest.raises(SeedError, match=reason):
        load_seeds(site, tmp_path / name)


def test_a_file_that_is_not_there_is_named(site, tmp_path) -> None:
    with pytest.raises(SeedError, match="no file of seeds"):
        load_seeds(site, tmp_path / "seed.yaml")


def test_without_seeds_their_names_are_told(tmp_path) -> None:
    with pytest.raises(SeedError, match=r"seeds\.py"):
        find_seed_files(tmp_path)
