"""Draws bar charts as SVG without scripts or fonts, for light and dark pages."""

from dataclasses import dataclass
from html import escape

STYLE = """
    text { font: 13px system-ui, sans-serif; fill: #24292f }
    .title { font-size: 15px; font-weight: 600 }
    .group, .axis { fill: #57606a }
    .own { fill: #b35900 } .flask { fill: #0a7d91 } .other { fill: #8c959f }
    .back { fill: #ffffff }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 } .group, .axis { fill: #9da7b3 }
      .own { fill: #f0a04b } .flask { fill: #39c5d9 } .other { fill: #6e7681 }
      .back { fill: #0d1117 }
    }
"""
WIDTH, LABEL, RIGHT, LINE, BAR = 780, 262, 130, 24, 16


@dataclass(frozen=True, slots=True)
class Bar:
    """One value, its label, and the text after the bar."""

    label: str
    value: float
    words: str
    kind: str = "other"


def draw(title: str, groups: list[tuple[str, list[Bar]]]) -> str:
    """Return the chart; bars of all groups share one scale."""
    most = max(bar.value for _, bars in groups for bar in bars)
    parts: list[str] = []
    top = 44
    for name, bars in groups:
        if name:
            y = top + 12
            parts.append(f'<text class="group" x="12" y="{y}">{escape(name)}</text>')
            top += LINE
        for bar in bars:
            parts.append(_draw_bar(bar, top, most))
            top += LINE
        top += 8
    return _frame(title, top + 4, parts)


def _draw_bar(bar: Bar, top: int, most: float) -> str:
    width = max(1.0, bar.value / most * (WIDTH - LABEL - RIGHT))
    middle = top + 12
    return (
        f'<text x="{LABEL - 8}" y="{middle}" text-anchor="end">'
        f"{escape(bar.label)}</text>"
        f'<rect class="{bar.kind}" x="{LABEL}" y="{top}" width="{width:.1f}" '
        f'height="{BAR}" rx="2"/>'
        f'<text x="{LABEL + width + 6:.1f}" y="{middle}">{escape(bar.words)}</text>'
    )


def _frame(title: str, height: int, parts: list[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" aria-label="{escape(title)}">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n"
        f'<rect class="back" width="{WIDTH}" height="{height}" rx="6"/>\n'
        f'<text class="title" x="12" y="26">{escape(title)}</text>\n{body}\n</svg>\n'
    )
