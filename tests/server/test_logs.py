"""If this passes, nothing that a client sends can forge a line of the log."""

import json
import logging

import pytest

from carboy.engine import ServerRequest
from carboy.server.logs import AccessLog, configure_logging, log

EVIL = 'a"b\\c\r\nd\x1b[31m\x7f\0'


def write(style: str, capsys, **fields) -> str:
    headers = [("user-agent", fields.get("agent", "curl")), ("referer", EVIL)]
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


def test_the_journal_is_opened_once_and_left_to_who_configured_it(monkeypatch):
    monkeypatch.setattr(log, "handlers", [])
    monkeypatch.setattr(log, "propagate", True)
    monkeypatch.setattr(log, "level", logging.NOTSET)

    configure_logging()
    configure_logging()

    assert len(log.handlers) == 1
    assert log.level == logging.INFO
