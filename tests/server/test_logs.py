"""If this passes, nothing that a client sends can forge a line of the log."""

import json
import logging
import multiprocessing

import pytest

from carboy.engine import ServerRequest
from carboy.server.logs import (
    AccessLog,
    JsonLineFormatter,
    configure_logging,
    is_json,
    join_log_of_app,
    log,
    use_json,
)

EVIL = 'a"b\\c\r\nd\x1b[31m\x7f\0'


def write(style: str, capsys, **fields) -> str:
    headers = [
        ("user-agent", fields.get("agent", "curl")),
        ("referer", fields.get("referer", EVIL)),
    ]
    path, query = fields.get("path", "/p"), fields.get("query", "q=1")
    source = ServerRequest("GET", "http", "1.1", path, query, headers, ("192.0.2.1", 1))
    access = AccessLog(style)
    access.note(source, 200, 12, 0.0)
    access.flush()
    access.flush()
    return capsys.readouterr().out


@pytest.mark.parametrize("style", ["common", "json"])
def test_one_answer_is_one_line(style, capsys):
    text = write(style, capsys, agent=EVIL, path="/" + EVIL, query=EVIL)

    assert text.count("\n") == 1
    assert text.endswith("\n")
    assert not set(text[:-1]) & {"\r", "\x1b", "\x7f", "\0"}


def test_the_common_form(capsys):
    text = write("common", capsys)

    assert text.startswith("192.0.2.1 - - [")
    assert '"GET /p?q=1 HTTP/1.1" 200 12 ' in text
    assert r'"a\x22b\x5cc\x0d\x0ad' in text


def test_the_json_form(capsys):
    fields = json.loads(write("json", capsys))

    assert fields["client"] == "192.0.2.1"
    assert (fields["status"], fields["size"], fields["path"]) == (200, 12, "/p?q=1")
    assert fields["referer"] == EVIL


@pytest.mark.parametrize("style", ["common", "json"])
def test_no_secret_of_an_address_is_written(style, capsys):
    hidden = "hunter2-0123456789"
    query = f"page=2&token={hidden}&code={hidden}&%70assword={hidden}"

    text = write(style, capsys, query=query, referer=f"https://a.example/r?{query}")

    assert hidden not in text
    assert text.count("page=2&token=********&code=********") == 2
    assert "https://a.example/r?page=2" in text


def test_the_journal_is_opened_once_and_left_to_who_configured_it(monkeypatch):
    monkeypatch.setattr(log, "handlers", [])
    monkeypatch.setattr(log, "propagate", True)
    monkeypatch.setattr(log, "level", logging.NOTSET)

    configure_logging()
    configure_logging()

    assert len(log.handlers) == 1
    assert log.level == logging.INFO


@pytest.fixture
def fresh_log(monkeypatch):
    monkeypatch.setattr(log, "handlers", [])
    monkeypatch.setattr(log, "propagate", True)
    monkeypatch.setattr(log, "level", logging.NOTSET)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(logging.getLogger("_granian"), "level", logging.NOTSET)
    process = multiprocessing.current_process()
    name = process.name
    yield log
    process.name = name


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LOG_FORMAT": "json"}, True),
        ({"LOG_FORMAT": "text", "CARBOY_PROFILE": "production"}, False),
        ({"CARBOY_PROFILE": "production"}, True),
        ({"CARBOY_PROFILE": "development"}, False),
        ({}, False),
    ],
)
@pytest.mark.usefixtures("fresh_log")
def test_the_environment_decides_until_a_worker_reports(monkeypatch, environ, expected):
    for name in ("LOG_FORMAT", "CARBOY_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    configure_logging()

    assert is_json() is expected
    use_json(is_expected=None)
    assert is_json() is expected
    use_json(is_expected=not expected)
    assert is_json() is not expected


def test_a_worker_writes_as_its_site_does(fresh_log, monkeypatch, capsys):
    monkeypatch.setenv("LOG_FORMAT", "json")
    configure_logging()

    assert join_log_of_app("worker-2") is False
    assert not is_json()
    fresh_log.warning("plain")
    assert not capsys.readouterr().err.startswith("{")

    handler = logging.StreamHandler()
    handler.setFormatter(type("Site", (logging.Formatter,), {"is_json": True})())
    logging.getLogger().handlers.append(handler)
    assert join_log_of_app("worker-2") is True
    assert fresh_log.handlers == []
    assert fresh_log.propagate
    assert logging.getLogger("_granian").level == logging.WARNING


def test_a_handler_of_the_site_stays(fresh_log):
    own = logging.NullHandler()
    fresh_log.addHandler(own)
    root = logging.StreamHandler()
    root.setFormatter(type("Site", (logging.Formatter,), {"is_json": True})())
    logging.getLogger().handlers.append(root)

    configure_logging()
    join_log_of_app("worker-1")

    assert fresh_log.handlers == [own]


def test_a_line_of_the_supervisor_has_the_keys_of_the_site(fresh_log):
    record = fresh_log.makeRecord("carboy.server", 40, "f", 1, 'a "b"\n', (), None)

    line = json.loads(JsonLineFormatter().format(record))

    assert (line["level"], line["logger"], line["message"]) == (
        "error",
        "carboy.server",
        'a "b"\n',
    )
    assert line["process"] == "supervisor"
