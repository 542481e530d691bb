"""Boxes lie below their callers and share their width by how often they were seen."""

from carboy.recorder.flame_graph import ROW, WIDTH, draw_flame_graph


def draw(samples):
    return draw_flame_graph(samples, lambda place: place.removeprefix("/shop/"))


def test_nothing_is_drawn_without_a_look():
    assert draw({}) is None


def test_a_call_lies_below_its_caller_and_takes_its_share():
    picture = draw({
        "show /shop/views.py:1\nrender jinja2/env.py:9": 3,
        "show /shop/views.py:1": 1,
    })

    caller, call = picture.boxes
    assert (caller.x, caller.width, caller.y) == (0.0, WIDTH, 0)
    assert (call.width, call.y) == (WIDTH * 3 / 4, ROW)
    assert picture.samples == 4
    assert picture.height == 2 * ROW
    assert (caller.is_own, call.is_own) == (True, False)
    assert caller.title == "show · views.py:1 · 100%"


def test_calls_of_one_caller_lie_side_by_side():
    picture = draw({"a x:1\nb x:2": 1, "a x:1\nc x:3": 1})

    assert [box.x for box in picture.boxes] == [0.0, 0.0, WIDTH / 2]


def test_what_is_too_narrow_is_left_out():
    samples = {f"a x:1\nb{number} x:2": 1 for number in range(1000)}

    assert len(draw(samples).boxes) == 1
