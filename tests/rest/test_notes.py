"""The samples of the notes about Flask-RESTful run as written."""

import pytest
from flask import Blueprint, make_response, render_template, url_for
from sqlalchemy.orm import Mapped, mapped_column

from carboy import Carboy, Settings
from carboy.db import SQLAlchemy
from carboy.rest import Api, Resource, fields, inputs, marshal_with, reqparse

SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def app(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "index.html").write_text("<h1>列表</h1>")
    settings = Settings(profile="testing", secret_key="k" * 40)
    return Carboy("notes", settings=settings, root_path=str(tmp_path))


def test_a_login_view_has_two_addresses(app):
    api = Api(app)

    class LoginView(Resource):
        def post(self, username=None):
            return {"username": "zhiliao"}

    api.add_resource(LoginView, "/login/<username>/", "/regist/")

    client = app.test_client()
    for address in ("/login/ada/", "/regist/"):
        assert client.post(address, headers=SAME).json == {"username": "zhiliao"}
    with app.test_request_context():
        assert url_for("loginview", username="ada") == "/login/ada/"


def test_arguments_are_checked(app):
    class RegistView(Resource):
        def post(self):
            parser = reqparse.RequestParser()
            parser.add_argument(
                "username", type=str, help="请输入用户名", required=True
            )
            parser.add_argument("age", type=int, default=18)
            parser.add_argument("gender", choices=["male", "female"], trim=True)
            parser.add_argument("home_page", type=inputs.url)
            parser.add_argument("phone", type=inputs.regex(r"^1[3578]\d{9}$"))
            parser.add_argument("birthday", type=inputs.date)
            args = parser.parse_args()
            return {**args, "birthday": str(args.birthday)}

    Api(app).add_resource(RegistView, "/regist/")
    client = app.test_client()
    data = {"username": "ada", "gender": " male ", "home_page": "http://a.example"}
    data |= {"phone": "13900000000", "birthday": "2018-10-01"}

    answer = client.post("/regist/", data=data, headers=SAME)
    assert answer.json["age"] == 18
    assert answer.json["gender"] == "male"
    assert answer.json["birthday"] == "2018-10-01 00:00:00"
    answer = client.post("/regist/", data={}, headers=SAME)
    assert (answer.status_code, answer.json) == (
        400,
        {"message": {"username": "请输入用户名"}},
    )
    assert "请输入用户名".encode() in answer.data
    for name, value in (
        ("gender", "x"),
        ("home_page", "x"),
        ("phone", "1"),
        ("birthday", "x"),
        ("age", "x"),
    ):
        answer = client.post("/regist/", data={**data, name: value}, headers=SAME)
        assert answer.status_code == 400, name
        assert name in answer.json["message"]


@pytest.fixture
def site(app):
    db = SQLAlchemy()

    class User(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        username: Mapped[str]
        age: Mapped[int | None]
        school: Mapped[str]
        secret: Mapped[str] = mapped_column(default="s")

    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)
    with app.app_context():
        db.create_all()
        db.session.add(User(username="ada", school="清华"))
        db.session.commit()
    app.User = User
    return app


def test_a_row_becomes_the_named_fields(site):
    User = site.User  # noqa: N806 - as the notes write it

    class ProfileView(Resource):
        resource_fields = {  # noqa: RUF012 - as the notes write it
            "username": fields.String,
            "age": fields.Integer(default=18),
            "education": fields.String(attribute="school"),
        }

        @marshal_with(resource_fields)
        def get(self, user_id):
            return User.query.get(user_id)

    Api(site).add_resource(ProfileView, "/profile/<user_id>/")
    client = site.test_client()
    assert client.get("/profile/1/").json == {
        "username": "ada",
        "age": 18,
        "education": "清华",
    }
    # Flask-RESTful answers 200 with fields that are null.
    assert client.get("/profile/9/").status_code == 404


def test_a_complex_structure(app):
    class ArticleView(Resource):
        resource_fields = {  # noqa: RUF012 - as the notes write it
            "aritlce_title": fields.String(attribute="title"),
            "content": fields.String,
            "author": fields.Nested({
                "username": fields.String,
                "email": fields.String,
            }),
            "tags": fields.List(
                fields.Nested({"id": fields.Integer, "name": fields.String})
            ),
            "read_count": fields.Integer(default=80),
        }

        @marshal_with(resource_fields)
        def get(self, article_id):
            author = {"username": "ada", "email": "a@b.c", "password": "x"}
            tags = [{"id": 1, "name": "前端"}, {"id": 2, "name": "后端"}]
            return {"title": "t", "content": "c", "author": author, "tags": tags}

    Api(app).add_resource(ArticleView, "/article/<article_id>/")
    assert app.test_client().get("/article/1/").json == {
        "aritlce_title": "t",
        "content": "c",
        "author": {"username": "ada", "email": "a@b.c"},
        "tags": [{"id": 1, "name": "前端"}, {"id": 2, "name": "后端"}],
        "read_count": 80,
    }


def test_a_page_of_a_blueprint_is_returned_as_html(app):
    blueprint = Blueprint("article", __name__, url_prefix="/article")
    api = Api(blueprint)

    @api.representation("text/html")
    def output_html(data, code, headers):
        return make_response(data)

    class ListView(Resource):
        def get(self):
            return render_template("index.html")

    api.add_resource(ListView, "/list/", endpoint="list")
    app.register_blueprint(blueprint)

    answer = app.test_client().get("/article/list/", headers={"Accept": "text/html"})
    assert answer.text == "<h1>列表</h1>"
    assert answer.content_type == "text/html; charset=utf-8"
    with app.test_request_context():
        assert url_for("article.list") == "/article/list/"
