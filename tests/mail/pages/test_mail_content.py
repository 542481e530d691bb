"""A mail is shown in its parts."""

from carboy.mail import Message
from carboy.mail.pages.mail_content import read_content


def test_a_mail_has_text_html_attachments_and_a_source():
    message = Message(
        "新闻", ["a@example.com"], "text", "<p>html</p>", sender="b@example.com"
    )
    message.attach("报告.pdf", "application/pdf", b"%PDF")

    content = read_content(message.as_bytes())

    assert content.headers["Subject"] == "新闻"
    assert (content.text or "").strip() == "text"
    assert (content.html or "").strip() == "<p>html</p>"
    assert content.attachments == ("报告.pdf",)
    assert "Content-Type: multipart/mixed" in content.source


def test_a_mail_without_html_has_none():
    message = Message("hi", ["a@example.com"], "text", sender="b@example.com")

    assert read_content(message.as_bytes()).html is None
