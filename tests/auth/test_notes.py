"""The samples of the notes about logins, cookies and sessions run as written.

What they left open is closed: each test of a sample ends with the attack on it.
"""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlparse

import pytest
from flask import (
    Response,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from markupsafe import escape
from sqlalchemy.orm import Mapped, mapped_column

from carboy import Carboy, Settings
from carboy.auth import (
    LoginManager,
    UserMixin,
    current_user,
    fresh_login_required,
    is_safe_url,
    login_required,
    login_user,
    logout_user,
    redirect_back,
)
from carboy.db import SQLAlchemy
from carboy.sessions import Sessions

ROOT = Path(__file__).parents[2]
NOTES = Path(os.environ.get("NOTES", ROOT.parent / "shared" / "notes"))
SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def app(tmp_path: Path) -> Carboy:
    (tmp_path / "templates").mkdir()
    page = "<form method=post><input name=user><input name=pwd></form>{{ error }}"
    (tmp_path / "templates" / "login.html").write_text(page)
    (tmp_path / "templates" / "index.html").write_text("<h1>首页</h1>")
    settings = Settings(profile="testing", secret_key="k" * 40)
    app = Carboy("notes", settings=settings, root_path=str(tmp_path))
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path}/notes.sqlite"
    return app


def test_a_login_with_the_session(app: Carboy) -> None:
    @app.route("/login/", methods=["GET", "POST"])
    def login():
        if request.method == "GET":
            return render_template("login.html")
        user = request.form.get("user")
        pwd = request.form.get("pwd")
        if user == "harry" and pwd == "cs1993413":  # noqa: S105 - of the notes
            session["user"] = user
            return redirect("/index")
        return render_template("login.html", error="用户名或密码错误")

    @app.route("/index/")
    def index():
        user = session.get("user")
        if not user:
            return redirect("/login")
        return render_template("index.html")

    client = app.test_client()
    assert client.get("/index/").location == "/login"
    wrong = client.post("/login/", data={"user": "harry", "pwd": "x"}, headers=SAME)
    assert "用户名或密码错误" in wrong.text
    right = {"user": "harry", "pwd": "cs1993413"}
    assert client.post("/login/", data=right, headers=SAME).location == "/index"
    assert "首页" in client.get("/index", follow_redirects=True).text
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    # A cookie that somebody has written is none.
    stranger = app.test_client()
    stranger.set_cookie("session", "eyJ1c2VyIjoiaGFycnkifQ.x.x")
    assert stranger.get("/index/").location == "/login"


@pytest.mark.parametrize("kind", ["flask", "sqlalchemy", "cookie", "filesystem"])
def test_the_session_object(app: Carboy, kind: str) -> None:
    if kind != "flask":
        app.config["SESSION_TYPE"] = kind
        app.use(SQLAlchemy(), Sessions())

    @app.route("/")
    def index():
        if "username" in session:
            return f"Logged in as {escape(session['username'])}"
        return "You are not logged in"

    @app.route("/login", methods=["GET", "POST"])
    def login():
        if request.method == "POST":
            session["username"] = request.form["username"]
            return redirect(url_for("index"))
        return "<form method=post><input type=text name=username></form>"

    @app.route("/logout")
    def logout():
        # remove the username from the session if it's there
        session.pop("username", None)
        return redirect(url_for("index"))

    client = app.test_client()
    assert client.get("/").text == "You are not logged in"
    name = {"username": "<script>alert(1)</script>"}
    assert client.post("/login", data=name, headers=SAME).location == "/"
    shown = client.get("/").text
    assert shown == "Logged in as &lt;script&gt;alert(1)&lt;/script&gt;"
    assert "username" in client.get("/login").text
    assert client.get("/logout").location == "/"
    assert client.get("/").text == "You are not logged in"


def test_keys_are_set_and_deleted(app: Carboy) -> None:
    @app.route("/ses")
    def ses():
        session["k1"] = 123
        session["k2"] = 456
        del session["k1"]
        return dict(session)

    @app.route("/clear")
    def clear():
        session.pop("k2")
        session["k3"] = 1
        session.clear()
        return dict(session)

    client = app.test_client()
    assert client.get("/ses").json == {"k2": 456}
    assert client.get("/clear").json == {}


def test_a_session_lasts_as_long_as_it_is_told(app: Carboy) -> None:
    # The notes write `hour=2`, which `timedelta` does not know.
    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(hours=2)

    @app.route("/short")
    def short():
        session["username"] = "zhiliao"
        return "short"

    @app.route("/long")
    def long():
        session["username"] = "zhiliao"
        session.permanent = True
        return "long"

    assert app.test_client().get("/short").headers["Set-Cookie"].find("Expires") < 0
    assert "Expires" in app.test_client().get("/long").headers["Set-Cookie"]


def test_cookies_are_set_and_deleted(app: Carboy) -> None:
    @app.route("/")
    def hello_world():
        resp = Response("知了课堂")
        # The notes pass the time of Greenwich without a zone.
        expires = datetime(2037, 12, 11, 16, tzinfo=UTC).replace(tzinfo=None)
        resp.set_cookie("username", "zhiliao", expires=expires, max_age=60)
        resp.set_cookie("wide", "1", domain=".hy.com")
        return resp

    @app.route("/gone")
    def gone():
        response = make_response(render_template("index.html"))
        response.delete_cookie("username")
        response.set_cookie("key", "value")
        response.headers["X-Something"] = "A value"
        return response

    @app.route("/read")
    def read():
        return request.cookies.get("username", "")

    client = app.test_client()
    cookies = client.get("/").headers.getlist("Set-Cookie")
    # With both, browsers go by this one.
    assert "Max-Age=60" in cookies[0]
    assert re.search(r"Domain=\.?hy\.com", cookies[1])
    assert client.get("/read").text == "zhiliao"
    answer = client.get("/gone")
    assert answer.headers["X-Something"] == "A value"
    assert client.get("/read").text == ""


def test_a_dict_of_the_user_is_json(app: Carboy) -> None:
    user = {"username": "ada", "theme": "dark"}

    @app.route("/me")
    def me_api():
        return {"username": user["username"], "theme": user["theme"]}

    assert app.test_client().get("/me").json == user


def _redirect_back_of_the_notes(default: str = "hello", **kwargs: Any) -> Any:
    for target in request.args.get("next"), request.referrer:
        if not target:
            continue
        if _is_safe_url_of_the_notes(target):
            return redirect(target)
    return redirect(url_for(default, **kwargs))


def _is_safe_url_of_the_notes(target: str) -> bool:
    ref_url = urlparse(request.host_url)
    test_url = urlparse(urljoin(request.host_url, target))
    return test_url.scheme in ("http", "https") and ref_url.netloc == test_url.netloc


def test_back_to_the_page_before(app: Carboy) -> None:
    @app.route("/hello")
    def hello():
        return "hello"

    @app.route("/do_something_and_redirect")
    def do_something():
        return redirect_back("hello")

    client, page = app.test_client(), "/do_something_and_redirect"
    assert client.get(page).location == "/hello"
    assert client.get(f"{page}?next=/hello?x=1").location == "/hello?x=1"
    before = {"Referer": "http://localhost/other"}
    assert client.get(page, headers=before).location == "http://localhost/other"
    for target in ("////evil.com", "http:evil.com", "\\\\evil.com", "/\t/evil.com"):
        answer = client.get(page, query_string={"next": target})
        assert answer.location == "/hello", target


def test_the_holes_of_the_notes_are_closed(app: Carboy) -> None:
    """Addresses that theirs accepts and a browser reads as another site."""
    holes = ["////evil.com", "http:////evil.com", "/\\evil.com", "http:evil.com"]
    with app.test_request_context("/"):
        accepted = [each for each in holes if _is_safe_url_of_the_notes(each)]
        assert accepted, "the notes had no hole: this test proves nothing"
        assert not [each for each in holes if is_safe_url(each)]
        # What is safe is safe for both.
        for each in ("/hello", "/a?b=c#d", "http://localhost/x"):
            assert _is_safe_url_of_the_notes(each)
            assert is_safe_url(each)
        assert _redirect_back_of_the_notes.__name__


@pytest.fixture
def members(app: Carboy) -> Carboy:
    """Return a site with Flask-Login's names, as the notes set it up."""
    db = SQLAlchemy()
    app.use(db)
    login_manager = LoginManager()
    login_manager.init_app(app)
    login_manager.login_view = "login"
    login_manager.login_message = "请先登录"
    login_manager.session_protection = "strong"

    class User(UserMixin, db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        username: Mapped[str]

    @login_manager.user_loader
    def load_user(user_id):
        return db.session.get(User, int(user_id))

    @app.route("/login", methods=["GET", "POST"])
    def login():
        if request.method == "POST":
            user = db.session.query(User).filter_by(username="ada").one()
            login_user(user, remember="remember" in request.form)
            return redirect_back("private")
        return "login"

    @app.route("/private")
    @login_required
    def private():
        return f"Hello {current_user.username}"

    @app.route("/fresh")
    @fresh_login_required
    def fresh():
        return "fresh"

    @app.route("/logout")
    @login_required
    def logout():
        logout_user()
        return redirect(url_for("login"))

    with app.app_context():
        db.create_all()
        db.session.add(User(username="ada"))
        db.session.commit()
    return app


def test_flask_login(members: Carboy) -> None:
    client = members.test_client()
    asked = client.get("/private").location
    assert asked.startswith("/login?next=")
    assert client.post(asked, headers=SAME).location == "/private"
    assert client.get("/private").text == "Hello ada"
    assert client.get("/fresh").text == "fresh"
    assert client.get("/logout").location == "/login"
    assert client.get("/private").status_code == 302


def test_flask_login_remembers(members: Carboy) -> None:
    client = members.test_client()
    client.post("/login", data={"remember": "y"}, headers=SAME)
    client.delete_cookie("session")

    assert client.get("/private").text == "Hello ada"
    # It is not a fresh login.
    assert client.get("/fresh").status_code in {302, 401}


def test_flask_login_leads_to_no_other_site(members: Carboy) -> None:
    client = members.test_client()
    answer = client.post("/login?next=////evil.com", headers=SAME)

    assert answer.location == "/private"


@pytest.mark.skipif(not NOTES.is_dir(), reason="the notes are not on this machine")
def test_each_name_of_the_notes_is_in_a_test() -> None:
    """The notes name nothing of logins and cookies that is missing above."""
    text = "\n".join(path.read_text("utf-8") for path in sorted(NOTES.glob("*.txt")))
    used = set(
        re.findall(
            r"\b(login_\w+|logout_user|current_user|user_loader|UserMixin|set_cookie"
            r"|delete_cookie|redirect_back|is_safe_url)\b",
            text,
        )
    )
    # Names of a blueprint, of a Django middleware and the like.
    used -= {"login_page"}
    own = Path(__file__).read_text("utf-8")

    assert {"login_required", "user_loader", "set_cookie", "redirect_back"} <= used
    assert sorted(name for name in used if own.count(name) < 1) == []
