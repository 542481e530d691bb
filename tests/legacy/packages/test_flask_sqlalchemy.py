"""If this passes, one app needs no context, as in Flask-SQLAlchemy 2."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")

SITE = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy, BaseQuery, Model, get_debug_queries
app = Flask(__name__)
app.config.update(SQLALCHEMY_DATABASE_URI=URL, SQLALCHEMY_COMMIT_ON_TEARDOWN=True)
db = SQLAlchemy(app)
class Note(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    text = db.Column(db.String(20))
db.create_all()
@app.route('/add/<text>')
def add(text):
    db.session.add(Note(text=text))
    if text == 'bad':
        raise ValueError
    return 'ok'
"""


@pytest.fixture
def site(run_old, tmp_path):
    return run_old(SITE.replace("URL", repr(f"sqlite:///{tmp_path}/notes.db")))


def test_tables_and_sessions_need_no_context(site):
    db, note = site["db"], site["Note"]
    db.session.add_all([note(text=f"{n}") for n in range(5)])
    db.session.commit()

    page = note.query.order_by("-id").paginate(1, 2, False)

    assert [row.text for row in page.items] == ["4", "3"]
    assert page.total == 5
    assert db.engine.execute("select count(*) from note").scalar() == 5
    db.session.remove()
    db.drop_all()


def test_a_request_commits_at_its_end_unless_it_fails(site):
    client = site["app"].test_client()

    client.get("/add/good")
    assert client.get("/add/bad").status_code == 500

    assert [row.text for row in site["Note"].query] == ["good"]
    site["db"].session.remove()


def test_with_two_apps_a_context_is_needed(site):
    other = site["Flask"]("other")
    other.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    site["db"].init_app(other)

    with pytest.raises(RuntimeError):
        site["db"].create_all()
    site["db"].create_all(app=other)
