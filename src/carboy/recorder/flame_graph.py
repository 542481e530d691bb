"""Draws the stacks of the profiler as a flame graph, in SVG."""

from collections.abc import Callable
from dataclasses import dataclass, field

WIDTH = 1000
ROW = 20
# A box of less than this share of the width cannot be read.
_LEAST = 0.004
_CHARACTER = 6.6


@dataclass(slots=True)
class _Node:
    count: int = 0
    children: dict[str, "_Node"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Box:
    """One call in the picture."""

    x: float
    y: int
    width: float
    text: str
    title: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class FlameGraph:
    """The picture and the number of looks that it is made of."""

    width: int
    height: int
    row: int
    samples: int
    boxes: list[Box]


def draw_flame_graph(
    samples: dict[str, int], shorten: Callable[[str], str]
) -> FlameGraph | None:
    """Return the picture, or None if the profiler has not looked once."""
    root = _Node()
    for stack, count in samples.items():
        node = root
        node.count += count
        for call in stack.split("\n"):
            node = node.children.setdefault(call, _Node())
            node.count += count
    if not root.count:
        return None
    drawing = _Drawing(root.count, shorten)
    drawing.draw(root, 0.0, 0)
    height = (drawing.depth + 1) * ROW
    return FlameGraph(WIDTH, height, ROW, root.count, drawing.boxes)


@dataclass(slots=True)
class _Drawing:
    total: int
    shorten: Callable[[str], str]
    boxes: list[Box] = field(default_factory=list)
    depth: int = 0

    def draw(self, node: _Node, x: float, depth: int) -> None:
        """Add the boxes of the calls below `node`, from left to right."""
        for call, child in node.children.items():
            share = child.count / self.total
            if share >= _LEAST:
                self.depth = max(self.depth, depth)
                self.boxes.append(self._make_box(call, share, x, depth))
                self.draw(child, x, depth + 1)
            x += share * WIDTH

    def _make_box(self, call: str, share: float, x: float, depth: int) -> Box:
        function, _, place = call.partition(" ")
        short = self.shorten(place)
        width = share * WIDTH
        return Box(
            x=round(x, 1),
            y=depth * ROW,
            width=round(width, 1),
            text=function[: max(0, int(width / _CHARACTER) - 1)],
            title=f"{function} · {short} · {share:.0%}",
            is_own=short != place,
        )
