"""The panel of accounts: what happened lately, and what to do with one of them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from carboy.core import (
    Panel,
    PanelAction,
    PanelQuery,
    PanelRow,
    PanelTable,
    PanelView,
)
from carboy.errors import RefusedError
from carboy.translation import gettext, lazy_gettext

from . import accounts
from .app_state import AuthState
from .current_user import get_user
from .devices import list_devices
from .events import list_all_events, list_events, record_event
from .pages import event_text

_MOST = 50


def make_panel(state: AuthState) -> Panel:
    """Return the panel of an app."""

    def change(
        function: Callable[[Any], object], kind: str, done: Any
    ) -> Callable[[str], str]:
        def run(user_id: str) -> str:
            user = _get_user(state, user_id)
            function(user)
            record_event(user, kind)
            state.db.session().commit()
            return str(done)

        return run

    def lock(user: Any) -> None:
        own = get_user()
        if own is not None and own.get_id() == user.get_id():
            raise RefusedError(gettext("You cannot lock your own account."))
        accounts.lock(state, user)

    return Panel(
        name="auth",
        label=lazy_gettext("Accounts"),
        search=lazy_gettext("Address or user name"),
        read=lambda query: read_accounts(state, query),
        actions={
            "lock": PanelAction(
                label=lazy_gettext("Lock"),
                question=lazy_gettext("Nobody logs in to it then; its sessions end."),
                is_dangerous=True,
                run=change(lock, "locked", lazy_gettext("The account is locked.")),
            ),
            "unlock": PanelAction(
                label=lazy_gettext("Unlock"),
                is_dangerous=True,
                question=lazy_gettext("Its owner can log in again then."),
                run=change(
                    accounts.unlock,
                    "unlocked",
                    lazy_gettext("The account is unlocked."),
                ),
            ),
            "end_sessions": PanelAction(
                label=lazy_gettext("End sessions"),
                question=lazy_gettext("Its owner has to log in again everywhere."),
                is_dangerous=True,
                run=change(
                    lambda user: accounts.end_sessions(state, user),
                    "sessions_ended",
                    lazy_gettext("All sessions have ended."),
                ),
            ),
        },
    )


def _get_user(state: AuthState, user_id: str) -> Any:
    user = accounts.find_by_id(state, user_id)
    if user is None:
        raise RefusedError(gettext("There is no account %(name)s.", name=user_id))
    return user


def read_accounts(state: AuthState, query: PanelQuery) -> PanelView:
    """Show the latest events, or one account that is named."""
    if not query.search:
        events = list_all_events(_MOST)
        return PanelView(tables=(_make_events(events),))
    user = accounts.find_user(state, query.search)
    if user is None:
        text = gettext("There is no account %(name)s.", name=query.search)
        return PanelView(note=text, tone="warn")
    return PanelView(tables=tuple(_make_account(user)))


def _make_account(user: Any) -> Iterator[PanelTable]:
    is_locked = getattr(user, "locked_at", None) is not None
    yield PanelTable(
        gettext("Account"),
        (gettext("Address"), gettext("User name"), gettext("Id")),
        [
            PanelRow(
                (user.email, getattr(user, "username", None) or "", user.get_id()),
                key=user.get_id(),
                actions=("unlock" if is_locked else "lock", "end_sessions"),
                badge=gettext("Locked") if is_locked else gettext("Active"),
                tone="bad" if is_locked else "good",
            )
        ],
    )
    yield PanelTable(
        gettext("Sessions"),
        (gettext("Browser"), gettext("Network address"), gettext("Last seen")),
        [
            PanelRow((each.agent, each.address, datetime.fromtimestamp(each.seen, UTC)))
            for each in list_devices(user)
        ],
        gettext("No session is known."),
    )
    events = [(user.get_id(), each) for each in list_events(user, _MOST)]
    yield _make_events(events)


def _make_events(events: list[tuple[str, Any]]) -> PanelTable:
    return PanelTable(
        gettext("Events"),
        (
            gettext("Event"),
            gettext("Account"),
            gettext("Network address"),
            gettext("Browser"),
            gettext("Time"),
        ),
        [
            PanelRow((
                event_text(event.kind),
                user_id,
                event.address,
                event.agent,
                event.at,
            ))
            for user_id, event in events
        ],
        gettext("Nothing has happened yet."),
    )
