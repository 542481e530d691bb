"""A request with a token acts for its owner, within its scopes, without a cookie."""

from dataclasses import dataclass

import pytest
from flask import request
from flask.views import MethodView

from carboy.auth.api_tokens import ApiTokens, load_token_user, scopes_required


@dataclass
class Owner:
    id: str
    is_active: bool = True


@pytest.fixture
def site(app, db, clock):
    app.owners = {"1": Owner("1")}

    def load():
        tokens = ApiTokens(db.session(), clock)
        user = load_token_user(app, request, tokens, app.owners.get)
        return user.id if user else "nobody"

    @app.route("/read", methods=["GET", "POST"])
    @scopes_required("posts.read")
    def read():
        return load()

    @app.get("/any")
    def any_view():
        return load()

    class Item(MethodView):
        @scopes_required("posts.write")
        def put(self):
            return load()

    app.add_url_rule("/item", view_func=Item.as_view("item"))
    with app.app_context():
        tokens = ApiTokens(db.session(), clock)
        app.text = tokens.create("1", "t", ["posts.read"], lifetime=None).text
        app.all = tokens.create("1", "t", ["*"], lifetime=None).text
        db.session.commit()
    return app


def _bearer(text):
    return {"Authorization": f"Bearer {text}"}


def test_a_token_reaches_views_of_its_scopes_only(site):
    client = site.test_client()

    assert client.get("/read", headers=_bearer(site.text)).text == "1"
    assert client.get("/any", headers=_bearer(site.text)).status_code == 403
    assert client.put("/item", headers=_bearer(site.text)).status_code == 403
    assert client.get("/any", headers=_bearer(site.all)).text == "1"
    assert client.put("/item", headers=_bearer(site.all)).text == "1"
    assert client.get("/any").text == "nobody"


def test_a_post_with_a_token_needs_no_csrf_token(site):
    headers = _bearer(site.text) | {
        "Origin": "https://elsewhere.example",
        "Cookie": "session=x",
    }

    assert site.test_client().post("/read", headers=headers).text == "1"


@pytest.mark.parametrize("text", ["", "x", "cby_0123456789_" + "a" * 38])
def test_a_wrong_token_is_a_401_and_never_the_visitor(site, text):
    answer = site.test_client().get("/read", headers=_bearer(text))

    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


def test_the_token_of_a_locked_or_deleted_account_is_refused(site):
    client = site.test_client()
    site.owners["1"].is_active = False
    assert client.get("/read", headers=_bearer(site.text)).status_code == 401

    site.owners.clear()

    assert client.get("/read", headers=_bearer(site.text)).status_code == 401


def test_the_scheme_may_have_any_case(site):
    headers = {"Authorization": f"bEARER  {site.text}"}

    assert site.test_client().get("/read", headers=headers).text == "1"


def test_scopes_must_be_named():
    with pytest.raises(TypeError, match="needs names"):
        scopes_required(lambda: "")
