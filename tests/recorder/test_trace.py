"""A trace survives its way through the file, and texts are bounded."""

import msgspec

from carboy.recorder.trace import Detail, Summary, TraceEvent, shorten


def test_a_trace_is_the_same_after_its_way_through_a_file():
    summary = Summary(
        id="1", kind="task", name="shop.add", started=1.0, runs=("a", "b"), run="c"
    )
    event = TraceEvent(kind="query", text="SELECT 1", data={"values": ["1"], "rows": 3})
    detail = Detail(events=[event], samples={"a\nb": 3}, facts={"view": "shop.show"})

    for value in (summary, detail):
        data = msgspec.msgpack.encode(value)
        assert msgspec.msgpack.decode(data, type=type(value)) == value


def test_a_failure_is_an_error_of_the_site_or_of_a_task():
    def is_failure(status):
        row = Summary(id="1", kind="request", name="GET /", started=0.0, status=status)
        return row.is_failure

    assert [is_failure(each) for each in ("200", "404", "500", "failed", "")] == [
        *(False, False, True, True, False)
    ]


def test_texts_are_bounded():
    assert shorten("cork", 4) == "cork"
    assert shorten("corks", 4) == "cork…"
