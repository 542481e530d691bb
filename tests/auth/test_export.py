"""The data of a user, for the user."""

import json

from carboy.auth import record_event
from carboy.auth.export import export_user


def test_all_columns_but_secrets_are_exported(site):
    added = site.add(name="Ada")
    with site.app.test_request_context():
        user = site.db.session.get(site.User, added.id)
        record_event(user, "login")
        site.db.session.commit()
        data = json.loads(json.dumps(export_user(user)))
    assert data["account"]["email"] == "ada@example.com"
    assert data["account"]["name"] == "Ada"
    assert "T" in data["account"]["registered_at"]
    assert [event["kind"] for event in data["events"]] == ["login"]
    assert "password_hash" not in data["account"]
    assert "argon2" not in json.dumps(data)
