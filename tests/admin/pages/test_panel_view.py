"""A panel shows what a battery does to those whom a policy admits, and acts by POST."""

import re
from typing import Any

import pytest

from carboy.admin import Admin
from carboy.auth import policy
from carboy.core import (
    Panel,
    PanelAction,
    PanelQuery,
    PanelRow,
    PanelTable,
    PanelView,
)
from carboy.errors import RefusedError
from carboy.testing import Client
from tests.admin.conftest import PEOPLE, Site, log_in

PAGE = "/-/admin/-/panels/kitchen"
EVIL = "<script>alert(1)</script>"


class Kitchen:
    """Pots that are washed or thrown away."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []

    def read(self, query: PanelQuery) -> PanelView:
        rows = [
            PanelRow((EVIL, 12345, 0.5), "a/b", ("wash", "burn"), EVIL, "bad"),
            PanelRow(("pan", None, 2.0), "p"),
        ]
        return PanelView(
            numbers=[("Pots", 1234)],
            note=f"{query.filter}:{query.search}",
            filters=[("dirty", "Dirty"), ("clean", "Clean")],
            tables=[PanelTable("Pots", ("Name", "Size", "Weight"), rows)],
            actions=["buy"],
            links=[("Shop", "/shop")],
        )

    def act(self, name: str) -> Any:
        def run(key: str) -> str:
            if key == "no":
                raise RefusedError("There is no such pot.")
            self.done.append((name, key))
            return f"{name} {key}"

        return run

    def make(self) -> Panel:
        return Panel(
            name="kitchen",
            label="Kitchen",
            read=self.read,
            search="Search pots",
            actions={
                "wash": PanelAction(label="Wash", run=self.act("wash")),
                "burn": PanelAction(
                    label="Burn", run=self.act("burn"), is_dangerous=True
                ),
                "buy": PanelAction(label="Buy", run=self.act("buy"), asks_for="Name"),
            },
        )


@pytest.fixture
def kitchen(admin: Admin) -> Kitchen:
    kitchen = Kitchen()
    admin.panel(kitchen.make())

    @policy("admin.panels")
    def may_operate(user: Any) -> bool:
        return bool(user.has_permission("zoo.everything"))

    return kitchen


def act(client: Client, action: str, key: str = "", **fields: str) -> Any:
    return client.post(f"{PAGE}/{action}", data={"key": key, **fields})


def test_only_those_whom_a_policy_about_panels_admits_see_one(
    sqlite_site: Site, kitchen: Kitchen
) -> None:
    names = ("kitchen", "health", "settings", "checks", "auth", "nothing")
    for person in ("", *PEOPLE):
        client = log_in(sqlite_site, person)
        for name in names:
            is_seen = person == "boss" and name != "nothing"
            answer = client.get(f"/-/admin/-/panels/{name}")
            assert answer.status_code == (200 if is_seen else 404), (person, name)
        for action in ("wash", "burn", "buy", "none"):
            if person != "boss":
                assert act(client, action, "p").status_code == 404, person
        menu = client.get("/-/admin/").text
        assert ("Operations" in menu) == (person == "boss")
    assert kitchen.done == []


def test_a_policy_about_one_panel_opens_that_one_alone(
    sqlite_site: Site, kitchen: Kitchen
) -> None:
    @policy("admin.panels.kitchen")
    def may_cook(user: Any) -> bool:
        return bool(user.has_permission("zoo.view"))

    viewer = log_in(sqlite_site, "viewer")

    assert viewer.get(PAGE).status_code == 200
    assert viewer.get("/-/admin/-/panels/settings").status_code == 404
    assert act(viewer, "wash", "p").status_code == 303
    assert log_in(sqlite_site, "nobody").get(PAGE).status_code == 404


def test_without_a_policy_about_the_whole_nobody_sees_panels(
    sqlite_site: Site, admin: Admin
) -> None:
    admin.panel(Kitchen().make())

    for person in PEOPLE:
        assert log_in(sqlite_site, person).get(PAGE).status_code == 404


def test_values_are_escaped_and_filters_and_words_are_kept(
    sqlite_site: Site, kitchen: Kitchen
) -> None:
    client = log_in(sqlite_site, "boss")

    text = client.get(PAGE, query_string={"filter": "clean", "q": EVIL}).text

    assert EVIL not in text
    assert text.count("&lt;script&gt;") >= 4
    assert "12,345" in text
    assert "0.5" in text
    assert "clean:&lt;script" in text
    assert 'href="/shop"' in text
    # A filter that does not exist is no filter.
    other = client.get(PAGE, query_string={"filter": "x"}).text
    assert re.search(r"filter=dirty[^>]*aria-current", other)
    answer = act(client, "wash", "a/b", filter="clean", q="x y")
    assert answer.location == f"{PAGE}?filter=clean&q=x+y"


def test_an_action_is_done_once_and_recorded_with_who(
    sqlite_site: Site, kitchen: Kitchen
) -> None:
    client = log_in(sqlite_site, "boss")

    assert client.get(f"{PAGE}/wash").status_code == 405
    assert act(client, "wash", "a/b").status_code == 303
    assert act(client, "buy", " big pan ").status_code == 303
    assert act(client, "wash", "no").status_code == 303
    page = client.get(PAGE).text
    again = client.get(PAGE).text

    assert kitchen.done == [("wash", "a/b"), ("buy", "big pan")]
    assert "buy big pan" in page
    assert "There is no such pot." in page
    assert "buy big pan" not in re.sub(r"(?s)<details.*?</details>", "", again)
    done = page[page.index("What was done here lately") :]
    assert done.count("boss@zoo.example") == 3
    assert act(client, "none").status_code == 404
    assert act(client, "wash", "x" * 251).status_code == 400
    assert len(kitchen.done) == 2


def test_other_sites_and_read_only_consoles_do_nothing(
    sqlite_site: Site, kitchen: Kitchen, admin: Admin
) -> None:
    quiet = Admin(name="quiet", read_only=True)
    quiet.panel(kitchen.make())
    sqlite_site.app.use(quiet)
    client = log_in(sqlite_site, "boss")
    answer = client.post(
        f"{PAGE}/wash", data={"key": "p"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code in {400, 403}

    page = client.get("/-/quiet/-/panels/kitchen")
    assert page.status_code == 200
    assert "<form method" not in page.text
    answer = client.post("/-/quiet/-/panels/kitchen/wash", data={"key": "p"})
    assert answer.status_code == 403
    assert kitchen.done == []


def test_what_is_dangerous_needs_a_fresh_login(
    sqlite_site: Site, kitchen: Kitchen
) -> None:
    client = log_in(sqlite_site, "boss")
    with client.session_transaction() as session:
        session["_auth_time"] = 0.0
        session["_fresh"] = False

    answer = act(client, "burn", "p")

    assert answer.status_code in {302, 303, 401, 403}
    assert kitchen.done == []
    assert act(client, "wash", "p").status_code == 303
