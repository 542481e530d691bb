"""The example board does what a community needs, with few queries and few lines."""

import contextlib
import io
import json
import re
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest
from PIL import Image

from carboy.core import registry_of
from carboy.db import get_recorded_queries
from carboy.testing.client import open_client

BBS = Path(__file__).parents[2] / "examples" / "bbs"
MOST_LINES, MOST_QUERIES, MOST_BYTES = 1200, 10, 100_000


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """The place of a database with the sample data, which the first test makes."""
    return tmp_path_factory.mktemp("samples") / "bbs.db"


@pytest.fixture
def app(tmp_path, monkeypatch, samples):
    monkeypatch.syspath_prepend(str(BBS))
    monkeypatch.setenv("CARBOY_PROFILE", "testing")
    monkeypatch.setenv("DATABASE_RECORD_QUERIES", "true")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'bbs.db'}")
    for name in [name for name in sys.modules if name.split(".")[0] == "bbs"]:
        monkeypatch.delitem(sys.modules, name)
    from bbs import create_app, demo, ext  # noqa: PLC0415 - found through the path above

    if samples.exists():
        shutil.copy(samples, tmp_path / "bbs.db")
        return create_app()
    app = create_app()
    with app.app_context():
        ext.db.create_all()
        demo.add_samples(json.loads(demo.DATA.read_text("utf-8")))
    with contextlib.closing(sqlite3.connect(tmp_path / "bbs.db")) as connection:
        connection.execute("VACUUM INTO ?", (str(samples),))
    return app


@pytest.fixture
def models(app):
    return sys.modules["bbs.models"]


@pytest.fixture
def client(app):
    with open_client(app) as client:
        yield client


@pytest.fixture
def log_in(app, client, models):
    def log_in(username):
        with app.app_context():
            client.login(models.User.query.filter_by(username=username).one())
        return client

    return log_in


def test_it_is_short():
    """Blank lines and migrations are not counted, the sample data is no code."""
    files = [*BBS.glob("*.py"), *(BBS / "bbs").glob("*.py")]
    files += [path for path in (BBS / "bbs" / "templates").rglob("*") if path.is_file()]
    lines = [line for path in files for line in path.read_text("utf-8").splitlines()]

    assert len([line for line in lines if line.strip()]) <= MOST_LINES


PAGES = [
    *(
        "/",
        "/b/cider",
        "/tags/yeast",
        "/search?q=cider",
        "/search?q=酒",
        "/t/1",
        "/t/4",
    ),
    *("/u/1", "/notifications", "/profile", "/import", "/moderation", "/b/cider/new"),
    *("/p/1/edit", "/p/2/report", "/-/admin/"),
    *("/api/boards", "/api/threads", "/api/posts", "/-/docs"),
]


@pytest.mark.parametrize("username", ["", "hmm", "ada"])
def test_no_page_takes_ten_queries_or_a_hundred_kilobytes(
    app, client, log_in, username
):
    queries = []
    app.after_request(
        lambda answer: (queries.append(get_recorded_queries()), answer)[1]
    )
    if username:
        log_in(username)
    wrong = {}

    for page in PAGES:
        # The first request may make the tables of a battery.
        client.get(page)
        answer = client.get(page)
        statements = [query.statement for query in queries[-1]]
        if len(statements) >= MOST_QUERIES or len(answer.data) > MOST_BYTES:
            wrong[page] = statements
        assert answer.status_code in {200, 302, 403, 404}, page

    assert wrong == {}


def test_a_member_writes_a_thread_and_another_one_replies(app, log_in, models):
    thread = {
        "title": "Cork or <crown>?",
        "text": "**What** <b>",
        "tags": "Cork, glass",
    }
    with app.app_context():
        before = models.User.query.filter_by(username="ada").one().unread_count
    made = log_in("hmm").post("/b/equipment/new", data=thread)
    reply = {"text": "Crown, @ada. [x](javascript:alert(1))"}

    answer = log_in("bo").post(made.location, data=reply)

    page = log_in("hmm").get(answer.location).text
    assert "Cork or &lt;crown&gt;?" in page
    assert "<strong>What</strong> &lt;b&gt;" in page
    assert 'href="javascript' not in page
    assert "#cork" in page
    notes = log_in("hmm").get("/notifications").text
    assert "Bo Lindqvist wrote in “Cork or &lt;crown&gt;?”" in notes
    with app.app_context():
        unread = {user.username: user.unread_count for user in models.User.query}
        board = models.Board.query.filter_by(slug="equipment").one()
        posts = models.Post.query.join(models.Thread).filter_by(board_id=board.id)
        assert board.post_count == posts.count()
    assert (unread["hmm"], unread["ada"]) == (0, before + 1)


def test_counts_of_sample_data_are_those_of_its_rows(app, models):
    with app.app_context():
        for thread in models.Thread.query:
            posts = models.Post.query.filter_by(thread_id=thread.id)
            assert thread.post_count == posts.count()
        for tag in models.Tag.query:
            rows = models.Thread.query.filter(models.Thread.tags.contains(tag))
            assert tag.thread_count == rows.count(), tag.name


def test_who_has_read_a_thread_sees_what_is_new(client, log_in):
    assert "1 new" not in log_in("hmm").get("/b/cider").text
    log_in("hmm").get("/t/2")
    log_in("bo").post("/t/2", data={"text": "One more"})

    assert "1 new" in log_in("hmm").get("/b/cider").text


def test_visitors_get_a_cached_page_until_somebody_writes(client, log_in):
    client.get("/b/cider")
    first = client.get("/b/cider")
    log_in("bo").post("/t/2", data={"text": "One more"})
    client.logout()

    assert first.headers["ETag"]
    assert client.get("/b/cider").text != first.text


def test_moderators_hide_posts_and_close_threads_and_others_do_not(client, log_in):
    reported = re.search(r"/p/(\d+)/hide", log_in("ada").get("/moderation").text)[0]
    assert log_in("bo").post(reported).status_code == 403
    assert log_in("bo").post("/t/2/close").status_code == 403

    log_in("ada").post(reported)
    log_in("ada").post("/t/2/close")

    assert "No open reports" in log_in("ada").get("/moderation").text
    assert "Half beeswax" not in log_in("bo").get("/search?q=beeswax").text
    assert "Nothing was found" in log_in("bo").get("/search?q=beeswax").text
    assert log_in("bo").post("/t/2", data={"text": "x"}).status_code == 403
    assert "/-/admin" in log_in("ada").get("/").text
    assert log_in("bo").get("/-/admin/").status_code == 404


def test_authors_edit_their_posts_and_others_do_not(client, log_in):
    assert log_in("bo").post("/p/1/edit", data={"text": "mine"}).status_code == 403
    log_in("ada").post("/p/1/edit", data={"text": "Changed"})

    assert "Changed" in client.get("/t/1").text


def test_everything_is_found_in_english_and_chinese(client):
    assert "Plum wine that will not clear" in client.get("/search?q=PECTIN+haze").text
    assert "第一批苹果酒今天装瓶了" in client.get("/search?q=苹果酒").text
    assert "第一批苹果酒今天装瓶了" in client.get("/search?q=塑料瓶").text


def test_an_avatar_is_cut_to_its_size(client, log_in):
    picture = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(picture, "png")
    data = {"name": "Bo", "avatar": (io.BytesIO(picture.getvalue()), "bo.png")}

    answer = log_in("bo").post("/profile", data=data)

    page = client.get(answer.location).text
    source = re.search(r'<img class="avatar large" src="([^"]+)"', page)[1]
    with client.get(source.replace("&amp;", "&")) as small:
        assert Image.open(io.BytesIO(small.data)).size == (96, 96)


def test_a_csv_file_is_imported_with_a_report_of_its_rows(app, client, log_in):
    rows = "title,text,tags\nOne,Text,cork\nNo,Text,\nTwo,,\nThree,好,a b\n"
    data = {"board": "1", "file": (io.BytesIO(rows.encode()), "threads.csv")}

    place = log_in("bo").post("/import", data=data).location
    with app.app_context():
        registry_of(app).installed["tasks"].drain()

    page = client.get(place).text
    assert "<b>2</b>" in page
    assert "The title has less than 3 characters." in page
    assert "The text is empty." in page
    assert "Three" in client.get("/b/cider").text
    assert log_in("hmm").get(place).status_code == 403


def test_members_get_what_is_stored_of_them(app, client, log_in):
    log_in("bo").post("/export")
    with app.app_context():
        registry_of(app).installed["tasks"].drain()

    link = client.get("/export/file").location
    with client.get(link) as answer:
        content = json.loads(answer.data)

    assert content["account"]["email"] == "bo@example.com"
    assert len(content["posts"]) > 3
    assert "password_hash" not in answer.text


def test_the_digest_goes_to_those_who_want_it(app, client, log_in, models):
    log_in("bo").post("/b/cider/new", data={"title": "Fresh news", "text": "x"})
    installed = registry_of(app).installed
    with app.app_context():
        hmm = models.User.query.filter_by(username="hmm").one()
        hmm.wants_digest = True
        models.db.session.commit()
        sys.modules["bbs.jobs"].send_digests.delay()
        installed["tasks"].drain()
        mails = installed["mail"].outbox

    assert [mail.subject for mail in mails] == ["Glass & Cork 的新主题"]
    assert "Fresh news" in mails[0].body


def test_programs_read_and_write(client, log_in):
    hidden = {"text": "x", "board": "cider", "title": "By program", "tags": ["api"]}
    assert client.post("/api/threads", json=hidden).status_code == 401

    made = log_in("bo").post_json("/api/threads", hidden)
    reply = client.post_json(f"/api/threads/{made['thread']}/posts", {"text": "More"})

    assert reply["number"] == 2
    assert client.get("/api/threads?author_id=2").json["items"][-1]["title"]
    assert "email" not in client.get("/api/threads").text


def test_a_million_rows_are_not_counted_or_skipped(app, client, models):
    """Statements of a list use an index, whatever the number of rows."""
    with app.app_context():
        sys.modules["bbs.demo"].add_many(4000, per_thread=20)
        db = models.db
        last = models.Thread.query.order_by(models.Thread.active_at).first().id
    paths = (f"/?after={last - 60}", f"/b/cider?after={last - 60}", "/t/100?page=1")
    seen = []
    app.after_request(lambda answer: (seen.extend(get_recorded_queries()), answer)[1])
    for path in (
        *paths,
        f"/t/{last}?page=99",
        "/u/1",
        "/search?q=hydrometer",
        "/api/posts",
    ):
        assert client.get(path).status_code == 200, path

    plans = []
    with app.app_context():
        for query in {q.statement: q for q in seen if "thread" in q.statement}.values():
            assert "count(" not in query.statement.lower()
            assert "OFFSET" not in query.statement or "OFFSET ?" in query.statement
            rows = db.session.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN {query.statement}", query.parameters
            )
            # The few tags of a page may be sorted, and what a search finds is.
            sorts = (
                "carboy_search" not in query.statement
                and "FROM tag" not in query.statement
                and "JOIN tag" not in query.statement
            )
            plans += [(row[3], query.statement) for row in rows if sorts]

    assert plans
    # A scan of posts in the order of their key ends at the limit: it sorts nothing.
    slow = re.compile(r"SCAN thread$|USE TEMP B-TREE FOR ORDER BY")
    assert [plan for plan in plans if slow.match(plan[0])] == []
