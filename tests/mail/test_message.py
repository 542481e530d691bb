"""Messages have Flask-Mail's API, and no header can be added through a value."""

import random
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from carboy.mail import AddressError, Attachment, BadHeaderError, MailError, Message

EVIL = ("\r\n", "\n", "\r", "\x00", "\x0b", "\u2028", "\x85", "\x1f")
PIECES = (
    *EVIL, "Bcc: e@example.com", "a", "价", "<e@example.com>", ",", ";", ":", '"', "\\",
    "=?utf-8?q?=0D=0ABcc:_e@example.com?=", "=0D=0A", "%0d%0a", "\u202e",
    "\r\n\r\n<p>", "\n.\n", "(e@example.com)", "--", "Content-Type: text/html",
)  # fmt: skip
WAYS = (
    "subject",
    "to",
    "name",
    "reply_to",
    "header",
    "filename",
    "sender",
    "cc",
    "type",
)


def parse(message: Message) -> EmailMessage:
    return message_from_bytes(bytes(message), EmailMessage, policy=policy.default)


def test_the_first_example_of_flask_mail_works():
    msg = Message(
        subject="Hello", sender="from@example.com", recipients=["to@example.com"]
    )
    msg.recipients = ["you@example.com"]
    msg.add_recipient("somebodyelse@example.com")
    msg.body = "testing"
    msg.html = "<b>testing</b>"
    msg.attach("image.png", "image/png", b"\x89PNG")

    mail = parse(msg)

    assert mail["To"] == "you@example.com, somebodyelse@example.com"
    assert mail.get_body(("plain",)).get_content().split() == ["testing"]
    assert mail.get_body(("html",)).get_content().strip() == "<b>testing</b>"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["image.png"]


def test_a_sender_may_be_a_name_and_an_address():
    msg = Message("Hi", ["b@example.com"], "x", sender=("Me", "me@example.com"))

    assert parse(msg)["From"] == "Me <me@example.com>"


def test_blind_copies_are_recipients_and_no_header():
    msg = Message("Hi", ["a@example.com"], "x", bcc=["secret@example.com"])

    assert msg.send_to == {"a@example.com", "secret@example.com"}
    assert b"secret" not in bytes(msg)


def test_names_and_files_in_any_script_arrive_as_they_were():
    msg = Message("价格 é", [("李雷", "a@example.com")], "x")
    msg.attach("报告 2026.pdf", "application/pdf", b"%PDF")

    mail = parse(msg)

    assert bytes(msg).isascii()
    assert mail["Subject"] == "价格 é"
    assert mail["To"].addresses[0].display_name == "李雷"
    assert next(mail.iter_attachments()).get_filename() == "报告 2026.pdf"


def test_the_domain_of_an_address_is_sent_in_ascii():
    assert Message("x", ["a@exämple.com"]).send_to == {"a@xn--exmple-cua.com"}


def test_text_is_made_from_html():
    html = '<style>p{}</style><h1>Hi</h1><p>See <a href="https://x.y/z">this</a></p>'
    text = parse(Message("x", ["a@b.co"], html=html)).get_body(("plain",))

    assert text.get_content().splitlines() == ["Hi", "See this (https://x.y/z)"]


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_no_value_adds_a_header_or_a_recipient(evil: str):
    """Line breaks and control characters in each place of a message are refused."""
    text = f"a{evil}Bcc: evil@example.com{evil}{evil}body"
    for way in WAYS:
        with pytest.raises((BadHeaderError, AddressError)):
            bytes(make_evil(way, text))


def test_a_thousand_values_add_no_header_and_no_recipient():
    """They are refused, or arrive in their own header and nowhere else."""
    chance = random.Random(13)
    plain = {way: list_headers(make_evil(way, "plain")) for way in WAYS}
    refused = 0
    for number in range(1000):
        way = WAYS[number % len(WAYS)]
        text = "".join(chance.choices(PIECES, k=chance.randrange(1, 7)))
        try:
            message = make_evil(way, text)
            content = bytes(message)
        except MailError:
            refused += 1
            continue
        assert list_headers(message) == plain[way], ascii(text)
        assert message.send_to <= {"a@example.com", f"{text}@example.com"}, ascii(text)
        assert b"\n." not in content.replace(b"\r\n", b"\n")
    assert 300 < refused < 990


def list_headers(message: Message) -> list[str]:
    mail = message_from_bytes(bytes(message), EmailMessage, policy=policy.compat32)
    return [name for part in mail.walk() for name in part]


def make_evil(way: str, text: str) -> Message:
    msg = Message("x", ["a@example.com"], "x", sender="s@example.com")
    if way == "subject":
        msg.subject = text
    elif way == "to":
        msg.recipients = [f"{text}@example.com"]
    elif way == "name":
        msg.recipients = [(text, "a@example.com")]
    elif way == "reply_to":
        msg.reply_to = (text, "a@example.com")
    elif way == "header":
        msg.extra_headers["X-Own"] = text
    elif way == "filename":
        msg.attach(text, "text/plain", "x")
    elif way == "type":
        msg.attachments.append(Attachment("x", "text/plain", b"x", text, {"X-A": text}))
    elif way == "sender":
        msg.sender = (text, "a@example.com")
    else:
        msg.cc = [(text, "a@example.com")]
    return msg


def test_a_subject_with_a_line_break_is_a_bad_header():
    assert Message("a\nb", ["a@example.com"]).has_bad_headers()
    assert not Message("a b", ["a@example.com"]).has_bad_headers()


def test_a_string_instead_of_a_list_is_an_error_that_shows_the_list():
    with pytest.raises(MailError, match=r"\['a@example.com'\]"):
        Message("x", "a@example.com")


def test_an_extra_header_cannot_replace_one_of_ours():
    msg = Message("x", ["a@example.com"], "x", extra_headers={"bcc": "e@example.com"})

    with pytest.raises(BadHeaderError):
        bytes(msg)


def test_a_mail_has_the_button_to_unsubscribe():
    msg = Message("x", ["a@example.com"], "x")
    msg.unsubscribe_with("https://shop.example/u/1", mailto="u@shop.example")

    mail = parse(msg)

    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "<https://shop.example/u/1>" in mail["List-Unsubscribe"]


def test_an_attachment_guesses_its_type():
    assert Attachment("a.pdf", data=b"x").content_type == "application/pdf"


def test_html_may_be_passed_among_the_alternatives():
    msg = Message("x", ["a@example.com"], "x", alts={"html": "<b>x</b>"})

    assert msg.html == "<b>x</b>"
    assert parse(msg).get_body(("html",)).get_content().strip() == "<b>x</b>"
