"""The panel of mails: what waits, has failed or needs a decision, and what to do."""

from collections.abc import Mapping
from datetime import UTC, datetime

from carboy.core import (
    Panel,
    PanelAction,
    PanelQuery,
    PanelRow,
    PanelTable,
    PanelView,
    Tone,
)
from carboy.errors import RefusedError
from carboy.translation import gettext, gettext_noop, lazy_gettext

from .app_state import MailState
from .errors import MailNotSentError
from .outbox import (
    DISCARDED,
    FAILED,
    HANDOVER,
    OPEN,
    SENDING,
    SENT,
    UNDECIDED,
    WAITING,
    StoredMail,
)

_LABELS = {
    WAITING: gettext_noop("Waiting"),
    SENDING: gettext_noop("Being sent"),
    HANDOVER: gettext_noop("Being sent"),
    SENT: gettext_noop("Sent"),
    FAILED: gettext_noop("Failed"),
    UNDECIDED: gettext_noop("Needs a decision"),
    DISCARDED: gettext_noop("Discarded"),
}
_DECIDABLE = frozenset({WAITING, FAILED, UNDECIDED})
_TONES: Mapping[str, Tone] = {FAILED: "bad", UNDECIDED: "warn", SENT: "good"}
_FILTERS = ("open", FAILED, UNDECIDED, WAITING, SENT, DISCARDED)
_MOST = 50
_MOST_RECIPIENTS = 1


def make_panel(state: MailState) -> Panel:
    """Return the panel of an app."""
    return Panel(
        name="mail",
        label=lazy_gettext("Mail"),
        search=lazy_gettext("Search subjects and addresses"),
        read=lambda query: read_mails(state, query),
        actions={
            "send": PanelAction(
                label=lazy_gettext("Send now"), run=lambda key: send(state, key)
            ),
            "send_again": PanelAction(
                label=lazy_gettext("Send now"),
                question=lazy_gettext("It may have arrived already. Send it again?"),
                run=lambda key: send(state, key),
            ),
            "discard": PanelAction(
                label=lazy_gettext("Discard"),
                question=lazy_gettext("This mail is never sent then."),
                run=lambda key: discard(state, key),
            ),
        },
    )


def read_mails(state: MailState, query: PanelQuery) -> PanelView:
    """Count the mails, and list the newest of a kind."""
    chosen = query.filter if query.filter in _FILTERS else _FILTERS[0]
    states = OPEN if chosen == "open" else (chosen,)
    found = state.outbox.list_mails(states, search=query.search, limit=_MOST)
    return PanelView(
        numbers=(
            (gettext("Waiting"), state.outbox.count(WAITING, SENDING, HANDOVER)),
            (gettext("Failed"), state.outbox.count(FAILED)),
            (gettext("Need a decision"), state.outbox.count(UNDECIDED)),
        ),
        filters=tuple((name, _name_filter(name)) for name in _FILTERS),
        tables=(
            PanelTable(
                gettext("Mails"),
                (
                    gettext("Subject"),
                    gettext("To"),
                    gettext("Reason"),
                    gettext("Written"),
                ),
                [_make_row(each) for each in found],
                gettext("No mail is in this state."),
            ),
        ),
    )


def send(state: MailState, mail_id: str) -> str:
    """Send a mail now, in this request."""
    _decide(state, mail_id, WAITING)
    try:
        result = state.delivery.deliver(mail_id)
    except MailNotSentError as error:
        text = gettext("It was not sent and still waits: %(why)s", why=error)
        raise RefusedError(text) from error
    if result != SENT:
        raise RefusedError(gettext("The mail was not sent."))
    return gettext("The mail is sent.")


def discard(state: MailState, mail_id: str) -> str:
    """Never send a mail."""
    _decide(state, mail_id, DISCARDED)
    return gettext("The mail is discarded.")


def _decide(state: MailState, mail_id: str, decision: str) -> None:
    if not state.outbox.decide(mail_id, decision):
        raise RefusedError(
            gettext("This mail is sent, discarded, or under way at this moment.")
        )


def _name_filter(name: str) -> str:
    return gettext("Open") if name == "open" else gettext(_LABELS[name])


def _make_row(mail: StoredMail) -> PanelRow:
    recipients = ", ".join(mail.envelope.recipients[:_MOST_RECIPIENTS])
    more = len(mail.envelope.recipients) - _MOST_RECIPIENTS
    if more > 0:
        recipients = gettext(
            "%(names)s and %(count)s more", names=recipients, count=more
        )
    actions: tuple[str, ...] = ()
    if mail.state in _DECIDABLE:
        is_undecided = mail.state == UNDECIDED
        actions = ("send_again" if is_undecided else "send", "discard")
    return PanelRow(
        (
            mail.subject,
            recipients,
            mail.reason,
            datetime.fromtimestamp(mail.created, UTC),
        ),
        key=mail.id,
        actions=actions,
        badge=gettext(_LABELS[mail.state]),
        tone=_TONES.get(mail.state, ""),
    )
