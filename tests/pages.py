"""Reads the pages of the documentation: their blocks, their links, their anchors."""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})(?P<info>[^`\n]*)$")
LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
REFERENCE = re.compile(r"^\s*\[[^\]]+\]:\s+(\S+)", re.MULTILINE)
HTML = re.compile(r"<(?:a|img|source)\b[^>]*?\s(?:href|src|srcset)=[\"']([^\"']+)[\"']")
HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
ANCHOR = re.compile(r"<a\s+(?:id|name)=[\"']([^\"']+)[\"']")
REMOTE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, what stands behind it, and where it begins."""

    language: str
    words: tuple[str, ...]
    line: int
    text: str

    @property
    def file(self) -> str | None:
        """Return the name of the file that the block stands for, if it names one."""
        for word in self.words:
            if word.startswith("file="):
                return word.removeprefix("file=").strip("\"'")
        return None

    @property
    def is_run(self) -> bool:
        """Tell whether the block is a program of its page."""
        told = self.file is None and "no-run" not in self.words
        return self.language in {"python", "py"} and told


def list_pages(root: Path) -> list[Path]:
    """List the pages of a project: what lies in docs, and the pages at the top."""
    pages = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    return sorted(pages)


def list_blocks(text: str) -> list[Block]:
    """List the fenced blocks of a page in their order."""
    return [block for block, _ in _split(text) if block is not None]


def list_links(text: str) -> list[tuple[int, str]]:
    """List the local targets of links and pictures with their lines."""
    prose = _hide_code(text)
    found = []
    for pattern in (LINK, REFERENCE, HTML):
        for match in pattern.finditer(prose):
            target = match[1]
            if not REMOTE.match(target):
                found.append((prose.count("\n", 0, match.start(1)) + 1, target))
    return sorted(found)


def list_anchors(text: str) -> set[str]:
    """List the names that a link into a page may use."""
    prose = _hide_fences(text)
    anchors = set(ANCHOR.findall(prose))
    for heading in HEADING.findall(prose):
        words = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        number = sum(
            1 for a in anchors if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", a)
        )
        anchors.add(f"{slug}-{number}" if number else slug)
    return anchors


def list_broken_links(root: Path) -> list[str]:
    """List links of all pages to files, folders or headings that are not there."""
    problems = []
    for page in list_pages(root):
        for line, target in list_links(page.read_text()):
            problem = _check_link(root, page, target)
            if problem:
                problems.append(f"{page.relative_to(root)}:{line}: {problem}")
    return problems


def _check_link(root: Path, page: Path, target: str) -> str | None:
    name, _, anchor = target.partition("#")
    name = name.partition("?")[0]
    place = (page.parent / name).resolve() if name else page
    if not place.is_relative_to(root.resolve()):
        return f"the link {target!r} leads out of the project."
    if not place.exists():
        return f"the link {target!r} leads nowhere."
    if (
        anchor
        and place.suffix == ".md"
        and anchor not in list_anchors(place.read_text())
    ):
        return f"the link {target!r} names a heading that is not there."
    return None


def _split(text: str) -> Iterator[tuple[Block | None, str]]:
    """Give each block with its lines, and each line outside of blocks."""
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        match = FENCE.match(lines[index])
        if match is None:
            yield None, lines[index]
            index += 1
            continue
        end = _find_end(lines, index + 1, match["fence"])
        words = match["info"].replace(",", " ").split()
        body = textwrap.dedent("\n".join(lines[index + 1 : end]))
        language = words[0].lower() if words else ""
        raw = "\n".join(lines[index : end + 1])
        yield Block(language, tuple(words[1:]), index + 2, body + "\n"), raw
        index = end + 1


def _find_end(lines: list[str], start: int, fence: str) -> int:
    for index in range(start, len(lines)):
        line = lines[index].strip()
        if len(line) >= len(fence) and set(line) == {fence[0]}:
            return index
    return len(lines)


def _hide_fences(text: str) -> str:
    parts = [raw if b is None else "\n" * raw.count("\n") for b, raw in _split(text)]
    return "\n".join(parts)


def _hide_code(text: str) -> str:
    """Blank all code, so that only what a reader can click on is left."""
    prose = _hide_fences(text)
    return re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", lambda m: " " * len(m[0]), prose)
