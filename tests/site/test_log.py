"""The log has one line for each record, in text or JSON, and never a secret."""

import json
import logging
import os
from contextlib import contextmanager

import pytest
from hypothesis import given, strategies as st

from carboy import Carboy, Settings
from carboy.site.log import JsonFormatter, Redactor, TextFormatter, set_up
from tests.redaction import assert_hides

CANARY = "canary-canary-canary-canary-canary"


@pytest.fixture
def redact():
    return Redactor({"": Settings(secret_key=CANARY, profile="testing")})


@contextmanager
def empty_root():
    """Take pytest's own handlers away, which are put on for each test."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers[:] = []
    try:
        yield root
    finally:
        root.handlers[:] = before
        root.setLevel(level)


def record(message, *args, **extra):
    log_record = logging.LogRecord("shop", logging.INFO, "f", 1, message, args, None)
    vars(log_record).update(extra)
    log_record.created = 1_750_000_000.0
    return log_record


@pytest.mark.parametrize(
    "evil",
    ["a\nb", "a\r\nERROR forged", "\x1b[31mred", "a\u2028b", "\x00", "\x85"],
)
@pytest.mark.parametrize("kind", [TextFormatter, JsonFormatter])
def test_a_message_cannot_forge_a_line(redact, kind, evil):
    text = kind(redact).format(record("user %s", evil))

    assert len(text.splitlines()) == 1
    assert "\x1b" not in text
    assert "\x00" not in text


def test_json_has_the_fields(redact):
    log_record = record("hello", request_id="abc", fields={"status": 200})

    entry = json.loads(JsonFormatter(redact).format(log_record))

    assert entry["message"] == "hello"
    assert (entry["request_id"], entry["status"], entry["level"]) == (
        "abc",
        200,
        "info",
    )


@pytest.mark.parametrize("kind", [TextFormatter, JsonFormatter])
def test_a_secret_is_hidden_also_in_tracebacks(redact, kind):
    error = ValueError(CANARY)
    log_record = record("key is %s", CANARY)
    log_record.exc_info = (ValueError, error, None)

    text = kind(redact).format(log_record)

    assert "canary" not in text
    assert "ValueError" in text


def test_the_password_of_a_url_is_hidden():
    class Shop(Settings, frozen=True, kw_only=True):
        shop_url: str = "postgresql://ada:opensesame@db/shop"

    redact = Redactor({"": Shop(profile="testing")})

    assert "opensesame" not in redact("cannot connect with opensesame")


KINDS = pytest.mark.parametrize("kind", [TextFormatter, JsonFormatter])
URL = "postgresql://ada:{}@host:5432/shop"


class UrlSettings(Settings, frozen=True, kw_only=True):
    shop_urls: tuple[str, ...] = ()


@KINDS
@given(st.text(st.characters(codec="utf-8"), min_size=3))
def test_no_part_of_a_password_in_a_known_url_is_logged(kind, password):
    url = URL.format(password)
    redact = Redactor({"": UrlSettings(profile="testing", shop_urls=(url,))})
    beside = record("at %s or %r", URL, URL, fields={"url": URL, "hidden": "********"})
    log_record = record(
        "at %s or %r", url, url, fields={"url": url, "hidden": "********"}
    )

    line = kind(redact).format(log_record)

    assert_hides(line, password, kind(Redactor({})).format(beside))


@KINDS
@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=3))
def test_no_part_of_a_password_in_an_unknown_url_is_logged(kind, password):
    beside = kind(Redactor({})).format(record("at %s now", URL.format("********")))

    line = kind(Redactor({})).format(record("at %s now", URL.format(password)))

    assert_hides(line, password, beside + URL)


def test_a_handler_of_the_sites_own_is_left_alone(redact):
    with empty_root() as root:
        own = logging.NullHandler()
        root.addHandler(own)

        set_up("INFO", TextFormatter(redact))

        assert root.handlers == [own]


class TaskHandler(logging.NullHandler):
    """Such as tasks put on the root logger to store what a run logs."""

    __module__ = "carboy.tasks.worker"


def test_a_handler_of_a_battery_does_not_keep_the_log_away(capsys, redact):
    with empty_root() as root:
        root.addHandler(TaskHandler())

        set_up("INFO", TextFormatter(redact))
        set_up("INFO", TextFormatter(redact))
        logging.getLogger("shop").warning("hello")

        assert len(root.handlers) == 2
    assert capsys.readouterr().err.count("hello") == 1


def test_two_sites_write_each_line_once(capsys):
    settings = Settings(profile="testing", secret_key="k" * 40)

    with empty_root():
        Carboy("one", settings=settings)
        Carboy("two", settings=settings)
        logging.getLogger("shop").warning("once")

    assert capsys.readouterr().err.count("once") == 1


def test_production_writes_json(capsys):
    with empty_root():
        Carboy("one", settings=Settings(secret_key="k" * 40))
        logging.getLogger("shop").warning("hello")

    assert json.loads(capsys.readouterr().err)["message"] == "hello"


def test_the_development_server_writes_no_second_line(caplog):
    caplog.set_level(logging.INFO)
    Carboy("one", settings=Settings(profile="testing", secret_key="k" * 40))
    server = logging.getLogger("werkzeug")

    server.info('%s - - [%s] "GET / HTTP/1.1" %s -', "127.0.0.1", "now", 200)
    server.info(" * Debugger PIN: %s", "1-2-3")

    assert [r.getMessage() for r in caplog.records] == [" * Debugger PIN: 1-2-3"]


def test_a_traceback_in_development_shows_the_frames_of_the_site():
    def fail():
        json.loads("{")

    with pytest.raises(ValueError, match="Expecting") as caught:
        fail()
    one = record("It broke.")
    one.exc_info = (caught.type, caught.value, caught.tb)

    folded = TextFormatter(Redactor({}), folds=True).format(one)
    whole = TextFormatter(Redactor({})).format(one)

    assert "in fail" in folded
    assert "raw_decode" not in folded
    assert "raw_decode" in whole


def test_json_names_the_process():
    one = record("It broke.")

    line = json.loads(JsonFormatter(Redactor({})).format(one))

    assert line["process"] == one.processName
    assert line["pid"] == os.getpid()
