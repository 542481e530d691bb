"""Registration and forgotten passwords, without a word about who has an account."""

from carboy.testing import Client, open_client
from tests.auth.conftest import PASSWORD, Site

NEW = "a much longer sentence 42"


def _link(site: Site) -> str:
    return str(site.outbox.sent[-1]["link"])


def _register(client: Client, email: str) -> tuple[int, str]:
    answer = client.post("/account/register", data={"email": email, "name": "Ada"})
    return answer.status_code, answer.text.replace(email, "EMAIL")


def test_a_visitor_registers_by_a_link(site: Site, client: Client) -> None:
    status, text = _register(client, "ada@example.com")
    link = _link(site)

    with site.app.app_context():
        assert site.db.session.query(site.User).count() == 0
    page = client.get(link)
    answer = client.post(link, data={"password": NEW})

    assert status == 200
    assert "We have sent a mail to EMAIL" in text
    assert "Choose a password" in page.text
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/private").text == "private"


def test_a_known_address_gets_the_same_answer_and_another_mail(
    site: Site, client: Client
) -> None:
    site.add()

    known = _register(client, "ada@example.com")
    unknown = _register(client, "bob@example.com")

    assert known == unknown
    assert [m["name"] for m in site.outbox.sent] == [
        "auth_account_exists",
        "auth_register",
    ]


def test_a_link_to_register_works_once(site: Site, client: Client) -> None:
    _register(client, "ada@example.com")
    link = _link(site)

    first = client.post(link, data={"password": NEW})
    with open_client(site.app) as other:
        second = other.post(link, data={"password": "some other long sentence"})

    assert (first.status_code, second.status_code) == (303, 400)


def test_two_links_for_one_address_make_one_account(site: Site, client: Client) -> None:
    _register(client, "ada@example.com")
    first = _link(site)
    _register(client, "ada@example.com")
    second = _link(site)

    statuses = [
        client.post(link, data={"password": NEW}).status_code
        for link in (first, second)
    ]

    assert statuses == [303, 400]
    with site.app.app_context():
        assert site.db.session.query(site.User).count() == 1


def test_a_weak_password_costs_no_link(site: Site, client: Client) -> None:
    _register(client, "ada@example.com")
    link = _link(site)

    weak = client.post(link, data={"password": "short"})
    strong = client.post(link, data={"password": NEW})

    assert weak.status_code == 422
    assert "Use 15 characters or more" in weak.text
    assert strong.status_code == 303


def test_a_forgotten_password_is_replaced(site: Site, client: Client) -> None:
    site.add()
    client.post(
        "/account/login", data={"login": "ada@example.com", "password": PASSWORD}
    )

    with open_client(site.app) as other:
        other.post("/account/forgot", data={"email": "ada@example.com"})
        link = _link(site)
        answer = other.post(link, data={"password": NEW})
        again = other.post(link, data={"password": "another long sentence"})
        login = other.post(
            "/account/login", data={"login": "ada@example.com", "password": NEW}
        )

    assert (answer.status_code, again.status_code, login.status_code) == (303, 400, 303)
    # Whoever was logged in before is not any more.
    assert client.get("/private").status_code == 302


def test_a_link_is_void_once_the_password_has_changed(
    site: Site, client: Client
) -> None:
    user = site.add()
    client.post("/account/forgot", data={"email": "ada@example.com"})
    link = _link(site)

    with site.app.app_context():
        site.db.session.get(site.User, user.id).password_hash = None
        site.db.session.commit()

    assert client.post(link, data={"password": NEW}).status_code == 400


def test_a_link_of_one_purpose_is_no_link_of_another(
    site: Site, client: Client
) -> None:
    site.add()
    client.post("/account/forgot", data={"email": "ada@example.com"})
    token = _link(site).rpartition("/")[2]

    for page in ("confirm", "register"):
        assert client.post(f"/account/{page}/{token}").status_code == 400
    # A new address is confirmed by the login that asked for it.
    answer = client.post(f"/account/email/{token}")
    assert answer.location == "/account/login"


def test_a_forgotten_password_of_nobody_looks_the_same(
    site: Site, client: Client
) -> None:
    site.add()
    answers = [
        client.post("/account/forgot", data={"email": email})
        for email in ("ada@example.com", "bob@example.com")
    ]

    texts = {a.text.replace("ada@", "X@").replace("bob@", "X@") for a in answers}
    assert (len(texts), {a.status_code for a in answers}) == (1, {200})
    assert len(site.outbox.sent) == 2


def test_mails_to_one_address_are_limited(site: Site, client: Client) -> None:
    statuses = [
        client.post("/account/forgot", data={"email": "ada@example.com"}).status_code
        for _ in range(5)
    ]

    assert statuses == [200, 200, 200, 429, 429]
    assert len(site.outbox.sent) == 3
