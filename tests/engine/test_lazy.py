"""A lazy attribute is worked out once, and whoever assigns it wins."""

from carboy.engine.lazy import Lazy


class Box:
    seen = 0

    def _count(self) -> int:
        self.seen += 1
        return self.seen

    value = Lazy(_count)


def test_it_is_worked_out_at_the_first_read_and_kept() -> None:
    box = Box()

    assert (box.value, box.value, box.seen) == (1, 1, 1)


def test_an_assigned_value_is_never_worked_out() -> None:
    box = Box()
    box.value = 7

    assert (box.value, box.seen) == (7, 0)


def test_a_deleted_value_is_worked_out_again() -> None:
    box = Box()

    assert box.value == 1
    del box.value
    assert box.value == 2


def test_the_class_shows_the_descriptor() -> None:
    assert isinstance(Box.value, Lazy)
