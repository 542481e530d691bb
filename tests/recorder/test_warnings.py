"""Loops of queries and repeated ones are found, and ordinary pages have no warning."""

from carboy.recorder.trace import TraceEvent
from carboy.recorder.warnings import group_queries, list_warnings


def query(values, text="SELECT * FROM item WHERE shelf = ?", place="views.py:7"):
    return TraceEvent(kind="query", text=text, place=place, data={"values": values})


def test_three_queries_of_a_kind_from_one_line_are_a_loop():
    events = [query([number]) for number in range(3)]

    assert list_warnings(events) == ("loop",)
    [group] = group_queries(events)
    assert (group.count, group.place, group.is_repeated) == (3, "views.py:7", False)


def test_two_equal_queries_are_repeated():
    assert list_warnings([query([1]), query([1])]) == ("repeated",)


def test_two_different_ones_are_neither():
    assert list_warnings([query([1]), query([2])]) == ()


def test_the_same_statement_from_other_lines_is_no_loop():
    events = [query([line], place=f"views.py:{line}") for line in range(5)]

    assert list_warnings(events) == ()


def test_writes_in_a_loop_are_grouped_without_a_warning():
    events = [query([n], text="INSERT INTO item VALUES (?)") for n in range(4)]

    assert list_warnings(events) == ()
    assert [group.count for group in group_queries(events)] == [4]


def test_the_largest_group_comes_first():
    events = [query([n]) for n in range(3)]
    events += [query([n], text="SELECT 1", place="views.py:9") for n in range(5)]

    assert [group.count for group in group_queries(events)] == [5, 3]


def test_errors_are_named():
    events = [
        TraceEvent(kind="exception", text="ValueError: 1"),
        TraceEvent(kind="log", text="It failed.", data={"level": "ERROR"}),
        TraceEvent(kind="log", text="It went on.", data={"level": "INFO"}),
    ]

    assert list_warnings(events) == ("exception", "log")
