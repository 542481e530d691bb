"""On the shared loop, async apps answer as on Flask's loop for each call."""

import random
import threading

import pytest
from async_app import PATHS, build
from flask import Flask

from carboy import Carboy, Settings
from carboy.engine import make_sync
from tests.versions import needs


class OnSharedLoop(Flask):
    """Plain Flask, but for the loop."""

    def async_to_sync(self, func):
        return make_sync(func)


class OnEngine(Carboy):
    """The engine and the loop, without the batteries of a site."""

    def async_to_sync(self, func):
        return make_sync(func)


def ask(kind, paths):
    app = build(kind("shop"))
    client = app.test_client()
    answers = []
    for path in paths:
        response = client.get(path)
        # The signature of a session changes with the second.
        headers = [(k, v.partition(".")[0]) for k, v in response.headers]
        answers += [(response.status, headers, response.data), app.ended]
    return answers


@pytest.mark.parametrize("seed", range(10))
def test_responses_are_those_of_flask(seed):
    paths = random.Random(seed).choices(PATHS, k=12)

    expected = ask(Flask, paths)

    assert ask(OnSharedLoop, paths) == expected, (seed, paths)
    assert ask(OnEngine, paths) == expected, (seed, paths)


@needs("flask", 3, 1)
def test_many_requests_at_once_keep_their_contexts_apart():
    settings = Settings(profile="testing", secret_key="k" * 40)
    app = build(Carboy("shop", settings=settings))
    app.start()
    wrong = []

    def visit(number):
        client = app.test_client()
        for _ in range(20):
            parts = client.get(f"/view/{number}").json["parts"]
            starts = [f"/view/{number}{part}" for part in range(number)]
            if [p[: len(s)] for p, s in zip(parts, starts, strict=True)] != starts:
                wrong.append(parts)

    threads = [threading.Thread(target=visit, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
