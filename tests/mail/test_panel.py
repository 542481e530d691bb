"""The panel of mails shows what waits for a decision, and carries it out once."""

import pytest

from carboy.core import PanelQuery, registry_of
from carboy.errors import RefusedError
from carboy.mail.mailers import Envelope
from carboy.mail.outbox import DISCARDED, FAILED, SENT, STATES, UNDECIDED, WAITING
from carboy.mail.panel import make_panel

from .conftest import MakeMailSite
from .smtp_server import SmtpServer, find_free_port


def make_mail(number: int, *, recipients: int = 1) -> Envelope:
    names = tuple(f"p{each}@example.com" for each in range(recipients))
    content = b"Subject: x\r\n\r\nThe secret text.\r\n"
    return Envelope(f"m{number}", "a@example.com", names, content)


def test_each_state_has_its_filter_and_only_what_fits_is_offered(
    make_mail_site: MakeMailSite,
):
    app, _, state = make_mail_site()
    for number, name in enumerate(STATES):
        mail = make_mail(number, recipients=5)
        state.outbox.add(None, mail, mailer="default", subject=name, state=name)
    panel = registry_of(app).panels["mail"]()

    shown = {
        name: [(row.cells[0], row.actions) for row in view.tables[0].rows]
        for name in ("open", WAITING, FAILED, UNDECIDED, SENT, DISCARDED)
        for view in [panel.read(PanelQuery(name))]
    }

    assert shown[WAITING] == [(WAITING, ("send", "discard"))]
    assert shown[FAILED] == [(FAILED, ("send", "discard"))]
    assert shown[UNDECIDED] == [(UNDECIDED, ("send_again", "discard"))]
    assert shown[SENT] == [(SENT, ())]
    assert {name for name, _ in shown["open"]} == {*STATES} - {SENT, DISCARDED}
    view = panel.read(PanelQuery("nonsense"))
    assert [number for _, number in view.numbers] == [3, 1, 1]
    assert "and 4 more" in view.tables[0].rows[0].cells[1]
    assert "secret text" not in repr(view)
    assert not panel.read(PanelQuery("open", "nobody")).tables[0].rows
    assert panel.read(PanelQuery("open", "P1@EXAMPLE")).tables[0].rows


def test_a_mail_is_sent_or_discarded_once(
    make_mail_site: MakeMailSite, smtp: SmtpServer
):
    _, _, state = make_mail_site(smtp)
    panel = make_panel(state)
    for number, name in enumerate((FAILED, UNDECIDED)):
        state.outbox.add(
            None, make_mail(number), mailer="default", subject="Hi", state=name
        )

    assert panel.actions["send"].run("m0") == "The mail is sent."
    assert panel.actions["discard"].run("m1") == "The mail is discarded."

    for key in ("m0", "m1", "none"):
        for action in panel.actions.values():
            with pytest.raises(RefusedError, match="under way at this moment"):
                action.run(key)
    assert len(smtp.accepted) == 1
    assert state.outbox.count(DISCARDED) == 1


def test_a_server_that_does_not_answer_is_told_and_nothing_is_lost(
    make_mail_site: MakeMailSite,
):
    url = f"smtp://127.0.0.1:{find_free_port()}?timeout=0.3"
    _, _, state = make_mail_site(MAIL_SUPPRESS_SEND=False, MAIL_URL=url)
    panel = make_panel(state)
    state.outbox.add(
        None, make_mail(1), mailer="default", subject="Hi", state=UNDECIDED
    )

    with pytest.raises(RefusedError, match="still waits"):
        panel.actions["send_again"].run("m1")

    assert state.outbox.count(WAITING) == 1
