"""Each kind of event has a row, and the picture stays small and inside its frame."""

from carboy.recorder.timeline import WIDTH, draw_timeline
from carboy.recorder.trace import Summary, TraceEvent


def make_summary(seconds):
    return Summary(id="1", kind="request", name="GET /", started=0.0, seconds=seconds)


def test_bars_stand_where_their_events_happened():
    events = [
        TraceEvent(kind="query", text="SELECT 1", start=0.0, seconds=0.5),
        TraceEvent(kind="template", text="home.html", start=0.5, seconds=0.5),
    ]

    picture = draw_timeline(make_summary(1.0), events)

    assert [bar.x for bar in picture.bars] == [0.0, WIDTH / 2]
    assert len({bar.y for bar in picture.bars}) == 2
    assert [kind for kind, _ in picture.rows] == ["query", "template"]


def test_an_event_at_the_end_or_after_it_is_inside_of_the_frame():
    events = [
        TraceEvent(kind="log", text="late", start=9.0),
        TraceEvent(kind="log", text="-"),
    ]

    for seconds in (1.0, 0.0):
        for bar in draw_timeline(make_summary(seconds), events).bars:
            assert 0 <= bar.x < bar.x + bar.width <= WIDTH + 2


def test_a_thousand_events_are_drawn_as_few_bars():
    events = [
        TraceEvent(kind="query", text="SELECT 1", start=number / 1000, seconds=0.0001)
        for number in range(1000)
    ]

    assert len(draw_timeline(make_summary(1.0), events).bars) <= WIDTH / 2 + 1


def test_a_trace_without_events_has_no_bars():
    picture = draw_timeline(make_summary(1.0), [])

    assert (picture.bars, picture.height) == ([], 0)
