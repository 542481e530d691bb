"""The title and the first sentence of a page of the docs."""

import re
from pathlib import Path

SENTENCE = re.compile(r"^.+?[.!?](?=\s+[^a-z\s]|$)")
# A bold label, and links, which are relative to another folder.
LABEL = re.compile(r"^\*\*\w+\.\*\*\s+")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def get_title(page: Path) -> str:
    """Return the first heading of a page, or its file's name."""
    for line in page.read_text().splitlines():
        if line.startswith("# "):
            return line.removeprefix("# ").strip()
    return page.stem


def find_summary(page: Path) -> str:
    """Return the first sentence of a page; empty when it begins with a table."""
    for paragraph in page.read_text().split("\n\n"):
        text = " ".join(paragraph.split())
        if text and (text[0].isalnum() or text[0] in '*_`"“'):
            plain = LINK.sub(r"\1", LABEL.sub("", text))
            sentence = SENTENCE.match(plain)
            return sentence.group() if sentence else plain
        if text and not text.startswith("#"):
            return ""
    return ""


def write_entry(page: Path, folder: Path) -> str:
    """Return a list entry with a link relative to `folder`."""
    summary = find_summary(page)
    link = f"- [{get_title(page)}]({page.relative_to(folder).as_posix()})"
    return f"{link}: {summary}" if summary else link
