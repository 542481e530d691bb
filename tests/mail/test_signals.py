"""The signal has the name of Flask-Mail's."""

from carboy.mail.signals import email_dispatched


def test_the_signal_is_that_of_flask_mail():
    assert email_dispatched.name == "email-dispatched"
