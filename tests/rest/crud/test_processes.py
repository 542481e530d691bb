"""Changes, keys and unique values from eight processes: nothing is lost or done twice.

RACE_ROUNDS makes it longer.
"""

import multiprocessing
import os
from collections import Counter

import pytest

PROCESSES = 8
ROUNDS = int(os.environ.get("RACE_ROUNDS", "2"))
CONTEXT = multiprocessing.get_context("fork")
PATIENCE = 300


def send(client, method, address, **options):
    """Return the answer of a database that is not too busy for it."""
    while True:
        answer = client.open(address, method=method, **options)
        if answer.status_code != 503:
            return answer


@pytest.fixture
def run_everywhere():
    """Return a function that runs another in all processes, and lists its results."""

    def run(function, app):
        start = CONTEXT.Barrier(PROCESSES)
        results = CONTEXT.SimpleQueue()

        def work(number):
            client = app.test_client()
            start.wait(PATIENCE)
            try:
                results.put(function(client, number))
            except BaseException as error:
                results.put(repr(error))
                raise

        workers = [
            CONTEXT.Process(target=work, args=(number,)) for number in range(PROCESSES)
        ]
        for worker in workers:
            worker.start()
        listed = [results.get() for _ in workers]
        for worker in workers:
            worker.join(PATIENCE)
        return listed

    return run


def test_no_change_under_if_match_is_lost(app, run_everywhere):
    client = app.test_client()
    book = client.post("/api/books", json={"title": "Emma", "pages": 1})
    address = f"/api/books/{book.json['id']}"

    def add(client, _number):
        late = 0
        for _ in range(ROUNDS):
            while True:
                read = send(client, "GET", address)
                answer = send(
                    client,
                    "PATCH",
                    address,
                    json={"pages": read.json["pages"] + 1},
                    headers={"If-Match": read.headers["ETag"]},
                )
                if answer.status_code == 200:
                    break
                assert answer.status_code == 412, answer.text
                late += 1
        return late

    late = run_everywhere(add, app)

    assert client.get(address).json["pages"] == 1 + PROCESSES * ROUNDS, late


def test_no_request_with_a_key_is_done_twice(app, run_everywhere):
    def create(client, _number):
        seen = []
        for number in range(ROUNDS):
            while True:
                answer = send(
                    client,
                    "POST",
                    "/api/books",
                    json={"title": f"Book {number}"},
                    headers={"Idempotency-Key": f"key {number}"},
                )
                if answer.status_code != 409:
                    break
            seen.append((answer.status_code, answer.text))
        return seen

    listed = run_everywhere(create, app)

    assert all(seen == listed[0] for seen in listed), listed
    assert {status for status, _ in listed[0]} == {201}
    assert app.test_client().get("/api/books").json["total"] == ROUNDS


def test_a_unique_value_is_there_once_and_the_others_hear_its_name(app, run_everywhere):
    def create(client, _number):
        answers = []
        for number in range(ROUNDS):
            row = {"name": f"Jane {number}"}
            answer = send(client, "POST", "/api/authors", json=row)
            errors = answer.json.get("errors", [{}])
            answers.append((answer.status_code, errors[0].get("path")))
        return answers

    listed = run_everywhere(create, app)

    counted = Counter(answer for answers in listed for answer in answers)
    assert counted == {
        (201, None): ROUNDS,
        (409, "/name"): (PROCESSES - 1) * ROUNDS,
    }
