"""If this passes, Flask-Mail's names are the battery's."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


def test_a_mail_is_recorded(run_old):
    names = run_old(
        "from flask import Flask\n"
        "from flask_mail import Mail, Message, Attachment, BadHeaderError\n"
        "app = Flask(__name__)\n"
        "app.config['MAIL_SUPPRESS_SEND'] = True\n"
        "mail = Mail(app)\n"
        "with app.app_context(), mail.record_messages() as outbox:\n"
        "    message = Message('Hi', sender='a@example.com', recipients=['b@example.com'])\n"
        "    message.body = 'text'\n"
        "    mail.send(message)\n"
    )

    assert [m.subject for m in names["outbox"]] == ["Hi"]
