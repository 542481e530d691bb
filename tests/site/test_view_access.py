"""A view without a rule is open to everybody, unless its code asks a policy."""

from carboy.auth.access import can
from carboy.site import describe_view, mark_access


def test_views_are_described_by_their_marks_or_their_code():
    def asks():
        return can("x")

    assert describe_view(None) == "everybody"
    assert describe_view(lambda: "") == "everybody"
    assert describe_view(asks) == "decided in the view"
    assert describe_view(mark_access(lambda: "", "login")) == "login"
