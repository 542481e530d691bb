"""Words for events."""

from carboy.auth.pages.event_texts import event_text, register_event_text
from carboy.translation import lazy_gettext


def test_events_have_words_and_others_are_named():
    assert event_text("login") == "Logged in"
    assert event_text("something_else") == "something_else"
    register_event_text("moved", lazy_gettext("Moved"))
    assert event_text("moved") == "Moved"
