"""Nobody learns who has an account: the text, the mails and the work are the same."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import event

from carboy.auth.app_state import auth_state
from carboy.testing import Client
from tests.auth.conftest import PASSWORD, Site

from .steps import ADA, LOGIN

NOBODY = "eva@example.com"
ACCOUNT_PAGES = [
    ("/account/forgot", "email"),
    ("/account/register", "email"),
    ("/account/code/request", "email"),
]


def _normalize(answer: Any, email: str) -> tuple[Any, ...]:
    headers = [
        (name, value)
        for name, value in answer.headers
        if name not in {"Set-Cookie", "Content-Length", "X-Request-ID", "Date"}
        and "Content-Security-Policy" not in name
    ]
    return answer.status_code, headers, answer.text.replace(email, "ADDRESS")


def _count_calls(function: Callable[[], object]) -> dict[str, int]:
    """Count calls of functions of accounts and of hashes, by name."""
    counts: dict[str, int] = {}

    def note(frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call" and (
            "/carboy/auth/" in code.co_filename or "/argon2/" in code.co_filename
        ):
            name = f"{code.co_filename.rpartition('/')[2]}:{code.co_qualname}"
            counts[name] = counts.get(name, 0) + 1

    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
    return counts


@pytest.mark.parametrize(("page", "field"), ACCOUNT_PAGES)
def test_the_answer_is_the_same_for_everybody(
    site: Site, client: Client, page: str, field: str
) -> None:
    """django-allauth 0.63.4: the answer to a taken address differed."""
    site.add()
    known = _normalize(client.post(page, data={field: ADA}), ADA)
    unknown = _normalize(client.post(page, data={field: NOBODY}), NOBODY)

    assert known == unknown
    assert [mail["to"] for mail in site.outbox.sent] == [ADA, NOBODY]


@pytest.mark.parametrize(("page", "field"), ACCOUNT_PAGES)
def test_the_limit_is_the_same_for_everybody(
    site: Site, client: Client, page: str, field: str
) -> None:
    """django-allauth 0.63.4: what happens when it is too much must not differ."""
    site.add()
    seen = {
        email: [client.post(page, data={field: email}).status_code for _ in range(7)]
        for email in (ADA, NOBODY)
    }

    assert seen[ADA] == seen[NOBODY]
    assert 429 in seen[ADA]


@pytest.mark.parametrize("login", ["password", "no-password", "locked", "unknown"])
def test_a_wrong_password_is_as_much_work_for_everybody(
    site: Site, client: Client, login: str
) -> None:
    """django-allauth 0.54.0 and 65.3.0: an unknown account was answered sooner."""
    site.add()
    site.add("no-password@example.com", password=None)
    with site.app.app_context():
        state = auth_state.of(site.app)
        assert not state.hasher.verify(None, "x")
        locked = site.add("locked@example.com")
        site.db.session.get(site.User, locked.id).locked_at = locked.registered_at
        site.db.session.commit()
    known = {"password": ADA, "unknown": NOBODY}.get(login, f"{login}@example.com")

    def guess(email: str) -> dict[str, int]:
        data = {"login": email, "password": "wrong"}
        return _count_calls(lambda: client.post(LOGIN, data=data))

    guess(ADA)
    expected = guess(ADA)
    assert expected["_password_hasher.py:PasswordHasher.verify"] == 1
    counts = guess(known)
    names = {"user_model.py", "user_mixins.py"}
    for name in set(expected) | set(counts):
        if name.partition(":")[0] not in names and "validate" not in name:
            assert counts.get(name) == expected.get(name), name


@pytest.mark.parametrize(("page", "field"), ACCOUNT_PAGES)
def test_a_mail_is_as_much_work_for_everybody(
    site: Site, client: Client, page: str, field: str
) -> None:
    """django-allauth 65.3.0, for mails: tokens and codes are made for nobody too."""
    site.add()
    client.post(page, data={field: "warm@example.com"})
    known = _count_calls(lambda: client.post(page, data={field: ADA}))
    unknown = _count_calls(lambda: client.post(page, data={field: NOBODY}))

    mine = ("one_time_tokens.py", "throttles.py", "mails.py", "login_views.py")
    for name in {*known, *unknown}:
        if name.startswith(mine):
            assert known.get(name) == unknown.get(name), name


@pytest.mark.parametrize("email", [ADA, NOBODY])
def test_a_wrong_login_writes_as_much_for_everybody(
    site: Site, client: Client, email: str
) -> None:
    """django-allauth 65.3.0: one commit more is seen in the time as well."""
    site.add()
    commits = []
    client.post(LOGIN, data={"login": email, "password": "wrong"})
    with site.app.app_context():
        event.listen(site.db.engine, "commit", lambda _connection: commits.append(1))
    client.post(LOGIN, data={"login": email, "password": "wrong"})

    assert len(commits) == 1


def test_a_locked_account_is_told_after_the_password_only(
    site: Site, client: Client
) -> None:
    """ASVS 6.3.8: whether an account is locked is nobody else's business."""
    user = site.add()
    with site.app.app_context():
        site.db.session.get(site.User, user.id).locked_at = user.registered_at
        site.db.session.commit()

    wrong = client.post(LOGIN, data={"login": ADA, "password": "wrong"}).text
    right = client.post(LOGIN, data={"login": ADA, "password": PASSWORD}).text

    assert "locked" not in wrong
    assert "This account is locked" in right


def test_a_link_tells_nothing_of_an_account(site: Site, client: Client) -> None:
    """CVE-2022-39263 (Auth.js): links have no readable hash and no address."""
    site.add()
    client.post("/account/forgot", data={"email": ADA})
    token = site.outbox.sent[-1]["link"].rpartition("/")[2]

    payload = token.rsplit(".", 2)[0].encode()
    read = repr(URLSafeSerializer("any key").load_payload(payload))
    assert "argon2" not in read
    assert ADA not in read
