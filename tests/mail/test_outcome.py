"""An outcome is what one attempt came to."""

from carboy.mail.outcome import SENT


def test_a_mail_that_was_sent_has_no_reason_and_nobody_refused():
    assert (SENT.state, SENT.reason, SENT.refused, SENT.later) == ("sent", "", {}, ())
