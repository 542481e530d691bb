"""Texts arrive as they were written, whatever is in them."""

import random
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage

import pytest

from carboy.mail.header_text import (
    LiteralHeader,
    make_address_header,
    make_disposition_header,
    make_text_header,
)

TEXTS = (
    "Hello",
    "价格 é",
    "a" * 2000,
    "word " * 100,
    "价" * 300,
    "=?utf-8?q?a?=",
    "=?utf-8?q?=0D=0ABcc:_e@example.com?=a",
    "Why is a =? b, and c ?= d",
    'quoted "text", and \\',
)
PIECES = (
    "=?",
    "?=",
    "?q?",
    "utf-8",
    "=0D=0A",
    "a",
    " ",
    "价",
    '"',
    "\\",
    ";",
    "%41",
    "'",
)


def write(*headers: LiteralHeader) -> EmailMessage:
    """Return the mail as a receiver reads it."""
    mail = EmailMessage(policy=policy.SMTP)
    mail.set_content("x")
    for header in headers:
        mail[header.name] = header
    content = mail.as_bytes()
    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) < 998
    return message_from_bytes(content, EmailMessage, policy=policy.default)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_text_arrives_as_it_was(text: str):
    mail = write(make_text_header("Subject", text))

    assert mail["Subject"].split() == text.split()
    assert "Bcc" not in mail


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_name_of_a_person_arrives_as_it_was(text: str):
    people = [Address(text.strip(), "a", "b.co"), Address("", "c", "d.co")]

    mail = write(make_address_header("To", people))

    assert [one.addr_spec for one in mail["To"].addresses] == ["a@b.co", "c@d.co"]
    # Python's parser puts a space between two encoded words of a name.
    name = mail["To"].addresses[0].display_name
    assert name.replace(" ", "") == text.replace(" ", "")
    assert "Bcc" not in mail


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_name_of_a_file_arrives_as_it_was(text: str):
    mail = write(make_disposition_header("attachment", text))

    assert mail.get_filename() == text.strip()
    assert mail.get_content_disposition() == "attachment"


def test_random_names_of_files_arrive_as_they_were():
    chance = random.Random(1)
    for _ in range(300):
        text = "n" + "".join(chance.choices(PIECES, k=chance.randrange(30)))
        mail = write(make_disposition_header("inline", text))
        assert mail.get_filename() == text.strip(), ascii(text)
        assert mail.keys().count("Content-Disposition") == 1


def test_without_a_name_there_is_only_the_disposition():
    assert make_disposition_header("inline", None) == "inline"
