"""Requests with an idempotency key: one runs, and only its sender gets the response."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, Response, session
from werkzeug.datastructures import FileStorage

from carboy.errors import RefusedError, UnavailableError
from carboy.rest import Api, OperationError
from carboy.rest.typed.idempotency import MAX_LENGTH, RunningError, answer_once
from carboy.stores import MemoryStore
from tests.rest.library import BookIn

KEY = {"Idempotency-Key": "k1"}


@pytest.fixture
def site():
    return Site()


class Site:
    """An API whose operations count how often they run."""

    def __init__(self):
        self.app = Flask("site")
        self.app.secret_key = "x" * 32
        self.runs = 0
        self.error = None
        self.entered, self.release = threading.Event(), threading.Event()
        self.release.set()
        api = Api(self.app, prefix="/api")
        api.post("/books", status=201, idempotent=True)(self.create_book)
        api.post("/notes", idempotent=True)(self.create_note)
        api.post("/raw", idempotent=True)(self.create_raw)
        api.post("/plain")(self.create_plain)
        self.app.add_url_rule("/login/<user>", view_func=self.login)
        self.client = self.app.test_client()

    def login(self, user):
        session["_user_id"] = user
        return ""

    def create_book(self, book: BookIn) -> tuple[dict[str, int], int, dict[str, str]]:
        self.runs += 1
        run = self.runs
        self.entered.set()
        assert self.release.wait(30)
        if self.error is not None:
            raise self.error
        return {"run": run}, 201, {"Location": f"/api/books/{run}", "X-Run": "1"}

    def create_note(self, text: str, scan: FileStorage | None = None) -> int:
        self.runs += 1
        return self.runs

    def create_raw(self) -> Response:
        self.runs += 1
        return Response(b"\x00raw", 500 if self.runs == 1 else 202, mimetype="image/x")

    def create_plain(self) -> int:
        self.runs += 1
        return self.runs

    def post(self, title="Emma", headers=KEY, **options):
        return self.client.post(
            "/api/books", json={"title": title}, headers=headers, **options
        )


def test_a_repeat_gets_the_first_response_and_nothing_runs(site):
    first, second = site.post(), site.post()

    assert (first.json, second.json, site.runs) == ({"run": 1}, {"run": 1}, 1)
    assert (first.status_code, second.status_code) == (201, 201)
    for name in ("Location", "Content-Type"):
        assert first.headers[name] == second.headers[name]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"


def test_without_a_key_or_with_another_one_it_runs_again(site):
    for headers in ({}, {}, KEY, {"Idempotency-Key": "k2"}):
        site.post(headers=headers)

    assert site.runs == 4


def test_an_operation_that_is_not_idempotent_ignores_keys(site):
    for _ in range(2):
        site.client.post("/api/plain", headers=KEY)

    assert site.runs == 2


def test_another_body_with_the_same_key_is_refused(site):
    site.post()

    answer = site.post("Persuasion")

    assert answer.status_code == 422
    [error] = answer.json["errors"]
    assert (error["in"], error["path"]) == ("header", "/Idempotency-Key")
    assert (error["code"], site.runs) == ("reused", 1)
    assert site.post(query_string={"x": "1"}).status_code == 422


@pytest.mark.parametrize(
    ("key", "code"),
    [("", "too_short"), ("x" * (MAX_LENGTH + 1), "too_long"), ("ÿ", "pattern")],
)
def test_a_key_of_a_wrong_form_is_refused(site, key, code):
    answer = site.post(headers={"Idempotency-Key": key})

    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, code)
    assert site.runs == 0
    longest = {"Idempotency-Key": "x" * MAX_LENGTH}
    assert site.post(headers=longest).status_code == 201


def test_a_repeat_while_the_first_one_runs_is_409(site):
    site.release.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(
            lambda: (
                site.app
                .test_client()
                .post("/api/books", json={"title": "Emma"}, headers=KEY)
                .status_code
            )
        )
        assert site.entered.wait(30)
        try:
            answer = site.post()
        finally:
            site.release.set()

        assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
        assert (first.result(), site.runs) == (201, 1)
    assert site.post().json == {"run": 1}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Authorization": "Bearer a"}, {"Authorization": "Bearer b"}),
        ({"Authorization": "Bearer a"}, {}),
        ({"Cookie": "session=a"}, {"Cookie": "session=b"}),
    ],
)
def test_nobody_gets_the_response_of_another(site, one, other):
    # With its own cookies a client would replace the header.
    site.client = site.app.test_client(use_cookies=False)
    assert site.post(headers=KEY | one).json == {"run": 1}
    assert site.post(headers=KEY | other).json == {"run": 2}


def test_a_cookie_with_the_id_of_a_user_is_not_that_user(site):
    site.client.get("/login/7")
    assert site.post().json == {"run": 1}

    stranger = site.app.test_client()
    for value in ("7", "user 7"):
        stranger.set_cookie("session", value)
        answer = stranger.post("/api/books", json={"title": "Emma"}, headers=KEY)
        assert "Idempotent-Replayed" not in answer.headers


def test_strangers_of_other_addresses_are_told_apart(site):
    for address in ("1.1.1.1", "2.2.2.2"):
        site.post(environ_base={"REMOTE_ADDR": address})

    assert site.runs == 2


def test_a_wrong_request_does_not_use_up_its_key(site):
    assert site.post("").status_code == 422
    assert site.post("Emma").json == {"run": 1}


@pytest.mark.parametrize("error", [RefusedError("No."), ZeroDivisionError()])
def test_an_error_frees_the_key(site, error):
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    site.error = error
    assert site.post().status_code in {403, 500}

    site.error = None

    assert site.post().json == {"run": 2}
    assert site.post().json == {"run": 2}


def test_a_response_of_any_kind_is_kept_but_not_an_error_of_the_site(site):
    answers = [site.client.post("/api/raw", headers=KEY) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [500, 202, 202]
    assert (answers[2].data, answers[2].mimetype) == (b"\x00raw", "image/x")
    assert site.runs == 2


def test_forms_are_compared_by_what_they_hold(site):
    def send(content, boundary):
        body = (
            f"--{boundary}\r\nContent-Disposition: form-data; name=scan; filename=a"
            f"\r\n\r\n{content}\r\n--{boundary}--\r\n"
        )
        kind = f"multipart/form-data; boundary={boundary}"
        return site.client.post(
            "/api/notes?text=x",
            input_stream=io.BytesIO(body.encode()),
            content_length=len(body),
            content_type=kind,
            headers=KEY,
        )

    assert [send("1", "aaa").json, send("1", "bbb").json] == [1, 1]
    assert send("2", "aaa").status_code == 422


def test_after_its_time_a_key_is_new():
    site = Site()
    clock = [1000.0]
    options = site.app.extensions["carboy.rest.options"]
    options.get_store().store = MemoryStore(clock=lambda: clock[0])
    site.post()

    clock[0] += options.idempotency_seconds - 1
    assert site.post().json == {"run": 1}
    clock[0] += 1
    assert site.post().json == {"run": 2}


class LostStore(MemoryStore):
    """A store that stops answering after a key is taken."""

    def update(self, key, change, ttl=None):
        raise UnavailableError("gone")


def test_what_is_done_is_answered_though_it_cannot_be_stored():
    site = Site()
    site.app.extensions["carboy.rest.options"].get_store().store = LostStore()

    assert site.post().status_code == 201
    assert (site.post().status_code, site.runs) == (409, 1)


def test_it_cannot_be_declared_for_reads():
    api = Api()

    with pytest.raises(OperationError, match="idempotent=True"):
        api.get("/books", idempotent=True)(lambda: None)


def test_a_key_that_another_process_took_first_runs_nothing():
    class TakenStore(MemoryStore):
        """Has no entry when it is read, and one of somebody else when it is written."""

        def add(self, key, value, ttl=None):
            return False

    runs = []
    headers = {"Idempotency-Key": "k"}
    context = Flask(__name__).test_request_context(method="POST", headers=headers)
    with context, pytest.raises(RunningError):
        answer_once(TakenStore(), 60, (), lambda: runs.append(1))

    assert runs == []
