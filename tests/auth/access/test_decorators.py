"""Decorated views ask visitors to log in and refuse others; the report says so."""

from importlib import import_module

import pytest
from flask.views import MethodView

from carboy.auth.access import (
    can,
    describe_access,
    permission_required,
    policies as policy_module,
    policy_required,
    roles_required,
)
from carboy.auth.access.policies import PolicyRegistry
from carboy.auth.access.roles import RoleRegistry, add_role
from tests.auth.credentials_fixtures import Person

# The front door has the registry under the same name.
role_module = import_module("carboy.auth.access.roles")


@pytest.fixture
def site(app, db, monkeypatch):
    roles, policies = RoleRegistry(), PolicyRegistry()
    roles.define("editor", "posts.edit")
    policies.policy("import")(lambda user: user.id == "1")
    monkeypatch.setattr(role_module, "roles", roles)
    monkeypatch.setattr(policy_module, "policies", policies)

    @app.get("/editor")
    @roles_required("editor")
    def editor():
        return "ok"

    @app.get("/permission")
    @permission_required("posts.edit")
    def permission():
        return "ok"

    @app.get("/policy")
    @policy_required("import")
    def policy():
        return "ok"

    @app.get("/open")
    def open_page():
        return "ok"

    @app.get("/asks")
    def asks():
        return str(can("import"))

    class Item(MethodView):
        def get(self):
            return "ok"

        @roles_required("editor")
        def post(self):
            return "ok"

    app.add_url_rule("/item", view_func=Item.as_view("item"))
    with app.app_context():
        add_role(db.session(), "1", "editor")
        db.session.commit()
    return app


@pytest.mark.parametrize("path", ["/editor", "/permission", "/policy"])
def test_a_protected_view_has_three_answers(site, path):
    client = site.test_client()

    assert client.get(path).status_code == 401
    site.person = Person("2")
    assert client.get(path).status_code == 403
    site.person = Person("1")
    assert client.get(path).text == "ok"


def test_a_decorator_without_names_is_refused():
    with pytest.raises(TypeError, match="needs names of roles"):
        roles_required(lambda: "")
    with pytest.raises(TypeError, match="needs a name"):
        permission_required(lambda: "")


def test_the_report_says_who_may_reach_each_route(site):
    access = {row[3]: row[0] for row in describe_access(site)}

    assert access["editor"] == "role editor"
    assert access["permission"] == "permission posts.edit"
    assert access["policy"] == "policy import"
    assert access["open_page"] == "everybody"
    assert access["asks"] == "decided in the view"
    assert access["item"] == "GET: everybody, POST: role editor"
    assert describe_access(site)[0][0] == "everybody"
