"""The OpenAPI document has each JSON endpoint of accounts, and says what it does.

That each answer is as documented is held by all tests of accounts: `ApiContract`.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate

from carboy.auth.app_state import auth_state
from carboy.auth.pages.route_table import list_pages
from carboy.rest import Api
from carboy.site import ErrorPages
from carboy.testing import Client, open_client
from tests.auth.conftest import PASSWORD, Site
from tests.auth.pages.visitor import make_local_providers

JSON = {"Accept": "application/json"}
EVERYTHING = {
    "AUTH_PASSKEYS": "both",
    "AUTH_SOCIAL_WECHAT_MINI_ID": "wx",
    "AUTH_SOCIAL_WECHAT_MINI_SECRET": "of a test",
}


@pytest.fixture
def full_site(make_site: Callable[..., Site]) -> Site:
    """Return a site with each page that accounts may have."""
    site = make_site(
        providers=make_local_providers("http://127.0.0.1:9"),
        **EVERYTHING,
    )
    # Errors are problem documents, as on each site.
    site.app.use(ErrorPages())
    return site


def _read_document(site: Site) -> dict[str, Any]:
    Api(site.app, title="Shop")
    result = site.app.test_cli_runner().invoke(args=["openapi"])
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.output)
    return document


def test_the_command_writes_all_endpoints_of_accounts(full_site: Site) -> None:
    document = _read_document(full_site)
    validate(document)

    state = auth_state.of(full_site.app)
    expected = {
        (f"auth.{name}", method)
        for _, _, name, methods in list_pages(state)
        for method in methods
        if name != "static"
    }
    found = {
        tuple(operation["operationId"].rsplit("_", 1))
        for item in document["paths"].values()
        for operation in item.values()
    }
    assert found == {(name, method.lower()) for name, method in expected}
    assert len(found) >= 60


def test_what_a_site_has_switched_off_is_not_described(
    make_site: Callable[..., Site],
) -> None:
    settings = {
        "AUTH_PASSKEYS": "off",
        "AUTH_REGISTRATION": False,
        "AUTH_EMAIL_CODES": False,
        "AUTH_TRUSTED_BROWSER_DAYS": 0,
    }
    document = _read_document(make_site(**settings))

    paths = " ".join(document["paths"])
    assert not [w for w in ("passkey", "register", "code", "social") if w in paths] or (
        "/account/two-step/codes" in paths
    )
    step = document["paths"]["/account/second-step"]["post"]["requestBody"]
    sent = step["content"]["application/json"]["schema"]
    assert set(sent["properties"]) == {"code", "next"}


def test_bodies_are_drawn_from_the_forms(full_site: Site) -> None:
    document = _read_document(full_site)
    login = document["paths"]["/account/login"]["post"]

    schema = login["requestBody"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["login", "password"]
    assert schema["properties"]["password"] == {
        "type": "string",
        "format": "password",
        "maxLength": 1000,
    }
    assert schema["properties"]["remember"] == {"type": "boolean"}
    assert set(login["responses"]) == {"200", "400", "422", "429", "503"}
    assert "security" not in login
    assert [each["name"] for each in login["parameters"]] == ["X-CSRFToken"]


def test_who_may_call_is_drawn_from_the_views(full_site: Site) -> None:
    document = _read_document(full_site)
    paths, schemes = document["paths"], document["components"]["securitySchemes"]

    assert paths["/account/sessions"]["get"]["security"] == [
        {"session": []},
        {"token": []},
    ]
    # A token never shows a factor again.
    assert paths["/account/export"]["get"]["security"] == [{"session": []}]
    assert schemes["session"]["in"] == "cookie"


def _garbage(rng: random.Random) -> Any:
    texts = ["", "x", "ada@example.com", PASSWORD, "y" * 2000, "\0", "\ud800", "ü"]
    value: Any = rng.choice([*texts, None, 1, -1.5, True, [], ["x"], {}, {"a": 1}])
    return value


def _list_requests(document: dict[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield path, method and fields of each operation; the account is deleted last."""
    for path in sorted(document["paths"], key=lambda path: path.endswith("/delete")):
        filled = re.sub(r"{\w+_id}", "1", path).replace("{name}", "github")
        for method, operation in document["paths"][path].items():
            content = operation.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema", {})
            yield re.sub(r"{\w+}", "x", filled), method, [*schema.get("properties", ())]


def _log_in(site: Site, client: Client) -> None:
    # As the account is now: some endpoints end its sessions.
    with site.app.app_context():
        client.login(site.db.session.get(site.User, 1))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("is_known", [True, False], ids=["logged in", "visitor"])
def test_whatever_is_sent_gets_a_documented_answer(
    full_site: Site, is_known: bool, seed: int
) -> None:
    rng = random.Random(seed)
    full_site.add()
    with open_client(full_site.app) as client:
        for path, method, fields in _list_requests(full_site.contract.document):
            if is_known:
                _log_in(full_site, client)
            for _ in range(3):
                body = {name: _garbage(rng) for name in fields}
                sent = rng.choice([body, body, _garbage(rng)])
                options: dict[str, Any] = {} if method == "get" else {"json": sent}
                # The contract of the site holds the answer to the document.
                client.open(path, method=method, headers=JSON, **options)
    missing = set(full_site.contract.operations) - {
        name for name, _ in full_site.contract.checked
    }
    assert not missing


def test_a_program_walks_the_whole_way(site: Site) -> None:
    with open_client(site.app) as client:
        sent = client.post("/account/register", json={"email": "eve@example.com"})
        assert set(sent.json) == {"title", "message"}
        link = site.outbox.sent[-1]["link"]
        assert client.post(link, json={"password": PASSWORD}).json["next"] == "/"
        assert client.get("/account/", headers=JSON).json["email"] == "eve@example.com"
        listed = client.get("/account/sessions", headers=JSON).json
        assert set(listed) == {"sessions", "trusted_browsers"}
        assert client.get("/account/activity", headers=JSON).json["events"]
        assert client.get("/account/export", headers=JSON).json["account"]
        gone = client.post("/account/delete", json={"agree": True})
        assert gone.json["message"] == "Your account is deleted."
    checked = site.contract.checked
    assert ("auth.delete_post", 200) in checked
    assert ("auth.register_confirm_post", 200) in checked
