"""Each mail is a file that only its owner reads."""

from pathlib import Path

from carboy.mail.mailers import Envelope
from carboy.mail.mailers.file import FileMailer


def test_a_mail_is_written_whole(tmp_path: Path):
    mailer = FileMailer(tmp_path / "mail")

    outcome = mailer.send(Envelope("m", "s@b.co", ("a@b.co",), b"x"), lambda: None)

    (path,) = (tmp_path / "mail").iterdir()
    assert outcome.state == "sent"
    assert (path.suffix, path.read_bytes()) == (".eml", b"x")
    assert path.stat().st_mode & 0o077 == 0
