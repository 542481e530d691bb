"""Drawings are well-formed, within their frame, and hold no markup of the data."""

import re
from xml.etree import ElementTree

import pytest

from carboy.admin.dashboard import draw_chart, make_series

DATA = {
    "one": [("a", 1)],
    "zeros": [("a", 0), ("b", 0)],
    "negative": [("a", -5), ("b", 7.25)],
    "large": {"a": 10**15, "b": 3},
    "tiny": [("a", 0.0001), ("b", 0.0002)],
    "many": [(str(n), n % 7) for n in range(1_000)],
    "evil": [("<script>\"&'", 3)],
    "several": {"x": {"a": 1, "b": 2}, "y": [("b", 4), ("c", 5)]},
}


@pytest.mark.parametrize("kind", ["bars", "line"])
@pytest.mark.parametrize("name", DATA)
def test_each_drawing_is_well_formed_and_in_its_frame(name: str, kind: str) -> None:
    text = str(draw_chart(make_series(DATA[name]), kind, "Label <b>"))

    root = ElementTree.fromstring(f"<div>{text}</div>")  # noqa: S314 - our own text
    assert "style=" not in text
    assert "<script" not in text
    for each in root.iter():
        for attribute, limit in (("x", 600), ("cx", 600), ("y", 220), ("cy", 220)):
            if value := each.get(attribute):
                assert 0 <= float(value) <= limit, each.attrib
        for point in re.findall(r"([\d.-]+),([\d.-]+)", each.get("points", "")):
            assert 0 <= float(point[0]) <= 600
            assert 0 <= float(point[1]) <= 220
        if each.get("height"):
            assert float(each.get("height", "")) >= 0
