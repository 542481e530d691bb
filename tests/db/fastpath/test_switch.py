"""Without the fast path a site works as with it, and only one check says so."""

import json
import subprocess
import sys
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from carboy.core import registry_of, run_checks
from carboy.db import SQLAlchemy
from carboy.db.fastpath.switch import check_requirements, disable, is_enabled

# Each makes SQLAlchemy look like one that the fast path does not know.
CHANGES = {
    "parameter": """
original = orm.Session._flush
def _flush(self, objects=None, *, order=None):
    return original(self, objects)
orm.Session._flush = _flush
""",
    "name": """
from sqlalchemy.orm import writeonly
del writeonly._WriteOnlyLoader
""",
}
SITE = """
import json
from sqlalchemy import orm
import sqlalchemy as sa
{change}
from flask import Flask
from carboy.core import registry_of, run_checks
from carboy.db import SQLAlchemy, fastpath

db = SQLAlchemy()


class Post(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20))


app = Flask("site")
app.config["DATABASE_URL"] = "sqlite://"
db.init_app(app)
with app.app_context():
    db.create_all()
    db.session.add_all(Post(name=f"p{{i}}") for i in range(5))
    db.session.commit()
    db.session.remove()
    page = Post.query.order_by("-id").paginate(page=2, per_page=2)
    chosen = db.paginate(sa.select(Post).order_by(Post.id), page=2, per_page=2)
    db.session.get(Post, 1).name = "changed"
    db.session.commit()
    print(json.dumps({{
        "page": [post.id for post in page], "total": page.total,
        "chosen": [post.id for post in chosen], "count": Post.query.count(),
        "names": db.session.scalars(sa.select(Post.name).order_by(Post.id)).all(),
        "first": Post.query.filter_by(id=1).first().name,
        "checks": [check.id for check in run_checks(app, registry_of(app).checkers)],
        "is_loaded": "carboy.db.fastpath.reader" in __import__("sys").modules,
        "reader": repr(db.session()._reader),
    }}))
"""


def run_site(change: str) -> dict[str, Any]:
    program = SITE.format(change=change)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.mark.fast_path
@pytest.mark.parametrize("name", sorted(CHANGES))
def test_an_unknown_sqlalchemy_gives_the_same_results(name) -> None:
    known, unknown = run_site(""), run_site(CHANGES[name])

    for result in ("page", "total", "chosen", "count", "names", "first"):
        assert unknown[result] == known[result]
    assert (known["is_loaded"], unknown["is_loaded"]) == (True, False)
    assert unknown["reader"] == "None"
    assert "db.W003" in unknown["checks"]
    assert "db.W003" not in known["checks"]


def test_a_setting_switches_it_off_for_a_site(make_app) -> None:
    db = SQLAlchemy()

    class Post(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    app = make_app(db, DATABASE_URL="sqlite://", DATABASE_FAST_PATH=False)
    with app.app_context():
        db.create_all()
        Post.create(id=1)
        db.session.commit()

        assert not is_enabled(db.engine)
        assert db.session().load_fast(sa.select(Post)) is None
        assert db.session().count_fast(sa.select(Post)) is None
        assert db.session.get(Post, 1) is Post.query.limit(1).one()
        assert Post.query.count() == db.paginate(sa.select(Post)).total == 1
        assert db.session()._reader is None


def test_an_engine_is_switched_off_alone() -> None:
    one, other = sa.create_engine("sqlite://"), sa.create_engine("sqlite://")

    disable(one)

    assert not is_enabled(one)
    assert is_enabled(other)
    assert not is_enabled(None)


def test_the_check_names_what_differs(monkeypatch) -> None:
    assert list(check_requirements()) == []
    names = tuple(f"sqlalchemy.orm.Thing._{i}" for i in range(4))
    monkeypatch.setattr("carboy.db.fastpath.switch.MISSING", names)

    (check,) = check_requirements()

    assert check.id == "db.W003"
    assert "Thing._0, sqlalchemy.orm.Thing._1" in check.message
    assert "and more" in check.message


def test_a_known_sqlalchemy_has_no_such_check(make_app) -> None:
    app: Flask = make_app(SQLAlchemy(), DATABASE_URL="sqlite://")

    assert "db.W003" not in {
        check.id for check in run_checks(app, registry_of(app).checkers)
    }


@pytest.mark.parametrize(("setting", "count"), [(True, 1), (False, 0)])
def test_a_site_that_switched_it_off_is_not_warned(
    make_app, monkeypatch, setting, count
) -> None:
    monkeypatch.setattr("carboy.db.fastpath.switch.MISSING", ("sqlalchemy.Thing",))
    app: Flask = make_app(
        SQLAlchemy(), DATABASE_URL="sqlite://", DATABASE_FAST_PATH=setting
    )

    checks = run_checks(app, registry_of(app).checkers)

    assert [check.id for check in checks].count("db.W003") == count
