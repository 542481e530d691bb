"""A message is encoded with our date and id."""

from carboy.mail import Message
from carboy.mail.mime import encode_message, text_from_html


def test_an_automatic_mail_says_so_and_has_date_and_id():
    message = Message("x", ["a@b.co"], "x", sender="s@shop.test", is_automatic=True)

    content = encode_message(message)

    assert b"Auto-Submitted: auto-generated" in content
    assert b"@shop.test>" in content
    assert content.count(b"Date: ") == 1


def test_scripts_are_no_text():
    assert text_from_html("<script>x</script><ul><li>a<li>b</ul>") == "- a\n- b\n"
