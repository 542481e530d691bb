"""Roles are stored for a user, grant their permissions and are read once."""

from importlib import import_module

import pytest
import sqlalchemy as sa

from carboy.auth.access import PolicyError
from carboy.auth.access.roles import (
    RoleRegistry,
    add_role,
    has_permission,
    list_roles,
    remove_role,
)
from carboy.auth.credential_tables import ROLES
from tests.auth.credentials_fixtures import Person


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    registry = RoleRegistry()
    registry.define("author", "posts.write")
    registry.define("editor", "posts.*", "pages.edit", includes=["author"])
    monkeypatch.setattr(import_module("carboy.auth.access.roles"), "roles", registry)
    return registry


def test_roles_are_added_once_and_removed(session):
    assert add_role(session, "1", "editor")
    assert not add_role(session, "1", "editor")
    session.commit()

    assert list_roles(session, "1") == ["editor"]
    assert remove_role(session, "1", "editor")
    assert not remove_role(session, "1", "editor")
    assert list_roles(session, "1") == []


def test_an_unknown_role_is_an_error_that_names_near_ones(session):
    with pytest.raises(PolicyError, match="'editor'"):
        add_role(session, "1", "editr")
    with pytest.raises(PolicyError, match="There is no role 'editr'"):
        Person("1").has_role("editr")


def test_permissions_follow_from_roles(session):
    person = Person("1")
    add_role(session, "1", "editor")

    assert person.has_role("author", "editor")
    assert not person.has_role("author")
    assert person.has_permission("posts.delete")
    assert person.has_permission("posts.write")
    assert not person.has_permission("pages.delete")
    assert not has_permission(None, "posts.write")


def test_a_stored_role_that_the_site_removed_grants_nothing(session):
    add_role(session, "1", "editor")
    session.execute(sa.update(ROLES).values(role="gone"))

    assert not Person("1").has_permission("posts.write")


def test_roles_cost_one_query_in_a_request(session, context):
    add_role(session, "1", "editor")
    session.commit()
    queries = []
    sa.event.listen(
        session.get_bind(), "before_cursor_execute", lambda *a: queries.append(a[2])
    )

    for _ in range(5):
        Person("1").has_permission("posts.write")

    assert len([q for q in queries if "SELECT" in q]) <= 1


def test_a_role_cannot_be_defined_twice_differently(registry):
    registry.define("author", "posts.write")

    with pytest.raises(PolicyError, match="defined twice"):
        registry.define("author", "everything")
