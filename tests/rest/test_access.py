"""`carboy check` names each route of an API for which nothing says who may use it."""

import time
from functools import wraps
from typing import ClassVar

import pytest
from flask import Flask
from msgspec import Struct
from sqlalchemy.orm import Mapped, mapped_column

from carboy import Carboy, Settings
from carboy.auth import Auth, UserModel, current_user, scopes_required
from carboy.auth.access import authorize, describe_access
from carboy.auth.accounts import create_user
from carboy.auth.api_tokens import ApiTokens
from carboy.auth.app_state import auth_state
from carboy.core import registry_of
from carboy.db import SQLAlchemy
from carboy.rest import Api, Namespace, Resource, fields, http_bearer, marshal_with
from carboy.rest.access import check_access, list_undeclared
from carboy.site import mark_access

token = http_bearer(lambda scopes: False)


def guarded(function):
    @wraps(function)
    def call(*args, **kwargs):
        return function(*args, **kwargs)

    return call


@pytest.fixture
def app():
    return Flask(__name__)


def get() -> str:
    return ""


def ask() -> str:
    authorize("read", None)
    return ""


def test_an_operation_declares_access_by_security_decorators_or_its_code(app):
    api = Api(app)
    api.get("/open", endpoint="open")(get)
    api.get("/token", endpoint="token", security=[token])(get)
    api.get("/public", endpoint="public", security=[])(get)
    api.get("/asks", endpoint="asks")(ask)
    api.get("/decorated", endpoint="decorated")(guarded(get))
    api.get("/marked", endpoint="marked")(mark_access(lambda: "", "login"))

    assert list_undeclared(app) == ["GET /open"]
    (check,) = check_access(app)
    assert (check.id, check.message) == (
        "rest.W001",
        "Nothing declares who may use GET /open.",
    )


@pytest.mark.parametrize("options", [{"security": [token]}, {"security": []}])
def test_an_api_declares_access_for_all_of_its_operations(app, options):
    Api(app, **options).get("/x")(get)

    assert list_undeclared(app) == []


def test_decorators_of_an_api_count_for_both_styles(app):
    api = Api(app, decorators=[guarded])
    api.get("/x")(get)
    api.add_resource(Pots, "/pots")

    assert list_undeclared(app) == []


class Pots(Resource):
    @marshal_with({"name": fields.String})
    def get(self):
        return {}

    @guarded
    def post(self):
        return {}


class Guarded(Resource):
    method_decorators: ClassVar = {"get": [guarded]}

    def get(self):
        return {}

    def delete(self):
        return {}


def test_methods_of_resources_are_named_one_by_one(app):
    api = Api(app, prefix="/api")
    api.add_resource(Pots, "/pots", "/jars")
    api.add_resource(Guarded, "/guarded")
    space = Namespace("noted")

    @space.route("/noted")
    class Noted(Resource):
        @space.doc(security=[])
        def get(self):
            return {}

        def put(self):
            return {}

    api.add_namespace(space, path="")

    assert list_undeclared(app) == [
        "DELETE /api/guarded",
        "GET /api/jars",
        "GET /api/pots",
        "PUT /api/noted",
    ]


def test_rows_declare_access_by_rules_or_a_scope(app):
    db = SQLAlchemy()

    class Note(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)

    class NoteIn(Struct):
        pass

    api = Api(app)
    for name, options in {
        "open": {},
        "allow": {"allow": {"delete": lambda row: False}},
        "scope": {"scope": lambda statement: statement},
        "token": {"options": {"security": [token]}},
    }.items():
        api.crud(f"/{name}", Note, read=("id",), write=NoteIn, name=name, **options)

    assert {
        route.partition(" ")[2].split("/")[1] for route in list_undeclared(app)
    } == {"open"}
    assert len(list_undeclared(app)) == 6


def test_a_site_that_knows_no_visitors_has_nothing_to_declare(app):
    api = Api(app)
    api.get("/x")(get)
    assert list(check_access(app)) == []

    app.extensions["carboy.auth"] = object()

    assert [check.id for check in check_access(app)] == ["rest.W001"]
    assert check_access in registry_of(app).checkers


def test_many_routes_are_counted(app):
    api = Api(app)
    for number in range(8):
        api.get(f"/{number}", endpoint=f"e{number}")(get)
    app.extensions["carboy.auth"] = object()

    (check,) = check_access(app)

    assert check.message.endswith("GET /4 and 3 more.")


def test_the_list_of_routes_tells_what_is_declared(app):
    api = Api(app)
    api.get("/open", endpoint="open")(get)
    api.get("/token", endpoint="token", security=[token])(get)

    rows = [row for row in describe_access(app) if row[3] in {"open", "token"}]

    assert [(access, rule) for access, _, rule, _ in rows] == [
        ("everybody", "/open"),
        ("token", "/token"),
    ]


def test_scopes_below_an_operation_decide_about_tokens(tmp_path):
    db = SQLAlchemy()

    class User(UserModel, db.Model):
        pass

    settings = Settings(profile="testing", secret_key="k" * 40)
    app = Carboy("tokens", settings=settings, instance_path=str(tmp_path))
    app.config["DATABASE_URL"] = "sqlite://"
    app.use(db, Auth())
    api = Api(app, security=[http_bearer(lambda scopes: current_user.is_authenticated)])

    @api.post("/notes")
    @scopes_required("notes:write")
    def add_note(text: str) -> str:
        return f"{current_user.email}: {text}"

    with app.app_context():
        db.create_all()
        user = create_user(auth_state.of(app), "jane@example.com", None)
        db.session.commit()
        tokens = ApiTokens(db.session(), time.time)
        texts = {
            scope: tokens.create(user.get_id(), scope, [scope], lifetime=None).text
            for scope in ("notes:write", "notes:read")
        }
        db.session.commit()
    client = app.test_client()

    def post(token):
        headers = {"Authorization": f"Bearer {token}"}
        return client.post("/notes?text=x", headers=headers)

    assert client.post("/notes?text=x").status_code == 401
    assert post("wrong").status_code == 401
    assert post(texts["notes:read"]).status_code == 403
    assert post(texts["notes:write"]).json == "jane@example.com: x"
