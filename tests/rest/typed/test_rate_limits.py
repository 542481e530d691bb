"""Limits of operations: exactly so many requests, whatever a client says of itself."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, request

from carboy.errors import SettingsError
from carboy.rest import Api, OperationError, api_key, http_bearer
from carboy.rest.typed import parse_limit
from carboy.stores import Limit


def make_site(*, site_limit="", api_limit="", url="memory://", **options):
    app = Flask("site")
    app.config |= {"REST_LIMIT": site_limit, "REST_STORE_URL": url}
    app.config["REST_DOCS"] = "always"
    api = Api(app, prefix="/api", limit=api_limit)

    @api.get("/one", **options)
    def one(number: int = 0) -> int:
        return 1 // (1 - number)

    @api.get("/two")
    def two() -> int:
        return 2

    @api.get("/free", limit="")
    def free() -> int:
        return 3

    return app


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("100/minute", Limit(100, 60)),
        ("5/10 seconds", Limit(5, 10)),
        ("1/day", Limit(1, 86_400)),
    ],
)
def test_limits_are_read(text, limit):
    assert parse_limit(text) == limit


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "0/minute",
        "-1/hour",
        "5/0 seconds",
        "5",
        "5/year",
        "\N{ARABIC-INDIC DIGIT FIVE}/minute",
        "5/m\n",
    ],
)
def test_wrong_limits_are_refused_where_they_are_written(text):
    with pytest.raises(OperationError, match="100/minute"):
        Api().get("/x", limit=text)
    with pytest.raises(SettingsError, match="REST_LIMIT"):
        make_site(site_limit=text)


def test_every_answer_says_what_is_left():
    app = make_site(limit="4/minute")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()

    answers = [
        client.get(f"/api/one{query}")
        for query in ("", "?number=x", "?number=1", "", "", "")
    ]

    assert [each.status_code for each in answers] == [200, 422, 500, 200, 429, 429]
    policies = {each.headers["RateLimit-Policy"] for each in answers}
    assert policies == {'"operation";q=4;w=60'}
    left = [each.headers["RateLimit"].split(";")[1] for each in answers]
    assert left == ["r=3", "r=2", "r=1", "r=0", "r=0", "r=0"]
    refused = answers[-1]
    assert refused.content_type == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "RateLimit" not in client.get("/api/two").headers


def test_the_nearest_limit_counts():
    client = make_site(site_limit="2/hour", api_limit="3/hour", limit="1/hour")
    client = client.test_client()

    assert [client.get("/api/one").status_code for _ in range(2)] == [200, 429]
    assert [client.get("/api/two").status_code for _ in range(4)] == [200] * 3 + [429]
    assert all(client.get("/api/free").status_code == 200 for _ in range(5))


def test_the_limit_of_the_site_is_one_for_all_operations():
    client = make_site(site_limit="2/hour").test_client()

    statuses = [
        client.get(f"/api/{name}").status_code for name in ("one", "two", "one")
    ]

    assert statuses == [200, 200, 429]


def test_addresses_are_counted_by_themselves_and_unchecked_credentials_do_not_help():
    client = make_site(limit="1/hour").test_client(use_cookies=False)

    def get(address, **headers):
        place = {"REMOTE_ADDR": address}
        return client.get("/api/one", environ_base=place, headers=headers).status_code

    assert [get("1.1.1.1"), get("2.2.2.2"), get("2001:db8::1")] == [200] * 3
    assert get("1.1.1.1", Authorization="Bearer new") == 429
    assert get("1.1.1.1", Cookie="session=new") == 429
    assert get("2001:db8::2") == 429


def test_credentials_are_counted_wherever_they_come_from():
    def accepts(_scopes):
        return request.headers.get("Authorization", "").lower().endswith(" good")

    def accepts_key(_scopes):
        return request.headers.get("X-Key") == "right"

    schemes = [http_bearer(accepts), api_key("X-Key", accepts_key)]
    client = make_site(limit="1/hour", security=schemes).test_client()

    def get(address, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        place = {"REMOTE_ADDR": address}
        return client.get("/api/one", environ_base=place, headers=named).status_code

    assert get("1.1.1.1", Authorization="Bearer good") == 200
    assert get("2.2.2.2", Authorization="bearer   good") == 429
    assert get("1.1.1.1", X_Key="right") == 200
    assert get("1.1.1.1", X_Key="right", Authorization="Bearer junk") == 429
    # Who guesses is counted by address.
    guesses = [get("3.3.3.3", X_Key=str(number)) for number in range(3)]
    assert guesses == [401, 429, 429]


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_threads_together_get_exactly_the_limit(store, tmp_path):
    url = "memory://" if store == "memory" else f"sqlite:///{tmp_path}/store.db"
    app = make_site(limit="100/hour", url=url)

    def send(_number):
        client = app.test_client()
        return [client.get("/api/one").status_code for _ in range(50)]

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for part in pool.map(send, range(8)) for status in part]

    assert (statuses.count(200), statuses.count(429)) == (100, 300)


PROGRAM = """
import sys
from tests.rest.typed.test_rate_limits import make_site

client = make_site(limit="40/hour", url=sys.argv[1]).test_client()
print(sum(client.get("/api/one").status_code == 200 for _ in range(30)))
"""


@pytest.mark.parametrize("server", ["redis", "postgresql", "mariadb"])
def test_processes_together_get_exactly_the_limit(server, request):
    url = request.getfixturevalue(f"fresh_{server}")
    command = [sys.executable, "-c", PROGRAM, url]
    options = {"stdout": subprocess.PIPE, "text": True}

    running = [subprocess.Popen(command, **options) for _ in range(3)]
    counts = [int(process.communicate(timeout=120)[0]) for process in running]

    assert sum(counts) == 40


def test_the_document_has_429_where_there_is_a_limit():
    client = make_site(limit="1/hour").test_client()

    paths = client.get("/-/openapi.json").json["paths"]

    assert "429" in paths["/api/one"]["get"]["responses"]
    assert "429" not in paths["/api/two"]["get"]["responses"]
