"""Memory keeps the newest mails."""

from carboy.mail.mailers import Envelope, MemoryMailer


def test_memory_keeps_no_more_than_its_limit():
    mailer = MemoryMailer(limit=2)
    for name in "abc":
        mailer.send(Envelope(name, "s@b.co", ("a@b.co",), b"x"), lambda: None)

    assert [one.id for one in mailer.sent] == ["b", "c"]
