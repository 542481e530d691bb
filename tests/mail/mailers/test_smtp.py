"""The content that is sent cannot end early."""

import pytest

from carboy.mail.mailers.smtp import quote_content


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_no_dot_in_a_mail_ends_it(end: bytes):
    content = b"a" + end + b"." + end + b"MAIL FROM:<evil@b.co>"

    assert quote_content(content) == b"a\r\n..\r\nMAIL FROM:<evil@b.co>\r\n"
