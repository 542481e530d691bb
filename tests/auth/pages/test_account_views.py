"""The pages of the own account."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, backref, mapped_column, relationship

from carboy.testing import Client, open_client
from tests.auth.conftest import PASSWORD, Site

NEW = "a much longer sentence 42"


@pytest.fixture
def ada(site: Site, client: Client) -> Iterator[Client]:
    client.login(site.add())
    return client


def _read(site: Site) -> Any:
    with site.app.app_context():
        return site.db.session.get(site.User, 1)


def test_the_overview_links_to_every_section(ada: Client) -> None:
    text = ada.get("/account/").text

    for name in ("profile", "email", "password", "sessions", "activity", "delete"):
        assert f'href="/account/{name}"' in text


@pytest.mark.parametrize(
    "path", ["", "profile", "email", "password", "sessions", "activity", "delete"]
)
def test_no_page_is_for_visitors(client: Client, path: str) -> None:
    answer = client.get(f"/account/{path}")

    assert answer.location.startswith("/account/login?next=%2Faccount%2F")
    status = client.get(
        f"/account/{path}", headers={"Accept": "application/json"}
    ).status_code
    assert status == 401


def test_the_password_changes_and_other_devices_are_logged_out(
    site: Site, ada: Client
) -> None:
    with open_client(site.app) as other:
        other.login(_read(site))
        assert other.get("/private").text == "private"

        wrong = ada.post("/account/password", data={"current": "x", "password": NEW})
        right = ada.post(
            "/account/password", data={"current": PASSWORD, "password": NEW}
        )

        assert (wrong.status_code, right.status_code) == (422, 303)
        assert ada.get("/private").text == "private"
        assert other.get("/private").status_code == 302


def test_a_weak_new_password_changes_nothing(site: Site, ada: Client) -> None:
    before = _read(site).auth_epoch
    answer = ada.post(
        "/account/password", data={"current": PASSWORD, "password": "aaaaaaaaaaaaaaaa"}
    )

    assert answer.status_code == 422
    assert _read(site).auth_epoch == before


def test_a_new_address_counts_when_its_link_is_opened(site: Site, ada: Client) -> None:
    ada.post("/account/email", data={"email": "new@example.com"})
    sent = {mail["name"]: mail for mail in site.outbox.sent}
    link = sent["auth_email"]["link"]

    with site.app.app_context():
        assert site.db.session.get(site.User, 1).email == "ada@example.com"
    answer = ada.post(link)

    assert sent["auth_email_changing"]["to"] == "ada@example.com"
    assert answer.status_code == 303
    with site.app.app_context():
        assert site.db.session.get(site.User, 1).email == "new@example.com"
    assert ada.get("/private").text == "private"


def test_the_address_of_somebody_else_is_not_revealed(site: Site, ada: Client) -> None:
    site.add("bob@example.com")

    taken = ada.post("/account/email", data={"email": "bob@example.com"})
    free = ada.post("/account/email", data={"email": "eve@example.com"})

    assert taken.status_code == free.status_code == 303
    assert [m["name"] for m in site.outbox.sent if "@" in m["to"]][::2] == [
        "auth_account_exists",
        "auth_email",
    ]


def test_names_change(site: Site, ada: Client) -> None:
    site.add("bob@example.com", username="bob")

    taken = ada.post("/account/profile", data={"name": "A", "username": "Bob"})
    as_mail = ada.post("/account/profile", data={"name": "A", "username": "a@b.c"})
    saved = ada.post("/account/profile", data={"name": "Ada", "username": "ada-1"})

    assert (taken.status_code, as_mail.status_code) == (422, 422)
    assert saved.status_code == 303
    assert ada.get_json("/account/")["username"] == "ada-1"


def test_the_account_is_exported_without_secrets(site: Site, ada: Client) -> None:
    body = ada.get_json("/account/export")

    assert body["account"]["email"] == "ada@example.com"
    assert "password_hash" not in body["account"]


def test_the_account_is_deleted(site: Site, ada: Client) -> None:
    refused = ada.post("/account/delete")
    deleted = ada.post("/account/delete", data={"agree": "y"})

    assert (refused.status_code, deleted.status_code) == (422, 303)
    assert ada.get("/private").status_code == 302
    with site.app.app_context():
        assert site.db.session.query(site.User).count() == 0


def test_recent_activity_shows_failed_logins(site: Site, client: Client) -> None:
    site.add()
    client.post("/account/login", data={"login": "ada@example.com", "password": "x"})
    client.post(
        "/account/login", data={"login": "ada@example.com", "password": PASSWORD}
    )

    kinds = [e["kind"] for e in client.get_json("/account/activity")["events"]]

    assert kinds == ["login", "login_failed"]
    assert "A wrong password was entered" in client.get("/account/activity").text


def test_all_other_devices_are_logged_out(site: Site, ada: Client) -> None:
    with open_client(site.app) as other:
        other.login(_read(site))
        assert other.get("/private").text == "private"
        ada.post("/account/sessions/others")

        assert other.get("/private").status_code == 302
        assert ada.get("/private").text == "private"


def test_sessions_on_the_server_are_listed_and_ended(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(SESSION_TYPE="memory")
    site.add()
    login = {"login": "ada@example.com", "password": PASSWORD}
    with open_client(site.app) as first, open_client(site.app) as second:
        first.post("/account/login", data=login)
        second.post("/account/login", data=login)
        listed = first.get_json("/account/sessions")["sessions"]
        handle = next(s["handle"] for s in listed if not s["is_current"])

        assert len(listed) == 2
        assert first.post(f"/account/sessions/{handle}/end").status_code == 303
        assert second.get("/private").status_code == 302
        assert first.get("/private").text == "private"


def test_somebody_without_a_password_sets_the_first_one(
    site: Site, ada: Client
) -> None:
    with site.app.app_context():
        site.db.session.query(site.User).one().password_hash = None
        site.db.session.commit()
    page = ada.get("/account/password").text
    assert 'name="current"' not in page

    assert ada.post("/account/password", data={"password": NEW}).status_code == 303

    ada.post("/account/logout")
    data = {"login": "ada@example.com", "password": NEW}
    assert ada.post("/account/login", data=data).status_code == 303


def test_a_stale_login_sets_no_first_password(site: Site, ada: Client) -> None:
    with site.app.app_context():
        site.db.session.query(site.User).one().password_hash = None
        site.db.session.commit()
    with ada.session_transaction() as session:
        session["_fresh"] = False

    answer = ada.post("/account/password", data={"password": NEW})

    assert "/reauthenticate" in answer.location


def test_the_button_that_deletes_the_account_looks_like_danger(ada: Client) -> None:
    page = ada.get("/account/delete").text

    assert '<button class="ui-button ui-danger" type="submit">' in page
    assert "ui-primary" not in page


def test_what_the_models_cascade_to_is_deleted_with_the_account(
    site: Site, client: Client
) -> None:
    db = site.db

    class Note(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
        user = relationship(
            site.User, backref=backref("notes", cascade="all, delete-orphan")
        )

    client.login(site.add())
    with site.app.app_context():
        db.create_all()
        db.session.add(Note(user_id=1))
        db.session.commit()

    assert client.post("/account/delete", data={"agree": "y"}).status_code == 303
    with site.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Note.id))) == 0


def test_an_account_that_rows_need_is_kept_whole(
    site: Site, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    db = site.db

    class Bill(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))

    client.login(site.add())
    with site.app.app_context():
        db.create_all()
        db.session.add(Bill(user_id=1))
        db.session.commit()

    answer = client.post("/account/delete", data={"agree": "y"})

    assert answer.status_code == 409
    assert "cannot be deleted" in answer.text
    assert 'ondelete="CASCADE"' in caplog.text
    assert client.get("/private").text == "private"
    assert site.outbox.sent == []
