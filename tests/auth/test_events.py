"""What has happened to an account."""

from carboy.auth import list_events, record_event
from carboy.auth.events import delete_events


def test_events_are_those_of_the_user_the_newest_first(site):
    ada, bob = site.add(), site.add("bob@example.com")
    agent = "Browser " * 50
    with site.app.test_request_context(headers={"User-Agent": agent}):
        for kind in ("login", "logout"):
            record_event(ada, kind)
        record_event(bob, "login")
        record_event(None, "login_failed")
        site.db.session.commit()
        events = list_events(ada)
        assert [event.kind for event in events] == ["logout", "login"]
        assert events[0].agent == agent[:200]
        assert events[0].at.tzinfo is not None
        assert len(list_events(ada, limit=1)) == 1
        delete_events(ada)
        site.db.session.commit()
        assert list_events(ada) == []
        assert len(list_events(bob)) == 1


def test_an_event_goes_away_with_its_transaction(site):
    user = site.add()
    with site.app.app_context():
        record_event(user, "login")
        site.db.session.rollback()
        assert list_events(user) == []
