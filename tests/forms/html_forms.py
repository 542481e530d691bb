"""Forms in HTML, read as a browser reads them, and what GOV.UK asks of their markup."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_VOID = {"input", "br", "img", "link", "meta", "hr"}
_REFERENCES = ("aria-describedby", "aria-labelledby", "for", "aria-controls")
_INPUTS = {"input", "select", "textarea", "button"}


@dataclass
class Element:
    """An element with its attributes, children and text."""

    tag: str
    attributes: dict[str, str | None]
    parent: "Element | None" = None
    # Elements and texts, in the order of the page.
    parts: list["Element | str"] = field(default_factory=list)

    @property
    def children(self) -> list["Element"]:
        """The elements in it, without the texts."""
        return [each for each in self.parts if isinstance(each, Element)]

    @property
    def text(self) -> str:
        """The text that stands in it directly."""
        return "".join(each for each in self.parts if isinstance(each, str))

    def walk(self):
        """Yield the element and all in it, in the order of the page."""
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, *tags):
        """Return the elements of these names."""
        return [each for each in self.walk() if each.tag in tags]

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        value = self.attributes.get(name, default)
        return "" if value is None else value

    def is_in(self, tag: str) -> bool:
        """Return whether an element of that name is around it."""
        parent = self.parent
        while parent is not None and parent.tag != tag:
            parent = parent.parent
        return parent is not None

    def content(self) -> str:
        """Return the text of the element and all in it."""
        texts = (
            each if isinstance(each, str) else each.content() for each in self.parts
        )
        return "".join(texts)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Element("page", {})

    def handle_starttag(self, tag, attrs):
        assert len({name for name, _ in attrs}) == len(attrs), (
            f"twice in {tag}: {attrs}"
        )
        element = Element(tag, dict(attrs), self.at)
        self.at.parts.append(element)
        if tag not in _VOID:
            self.at = element

    def handle_endtag(self, tag):
        assert self.at.tag == tag, f"</{tag}> ends <{self.at.tag}>"
        self.at = self.at.parent

    def handle_data(self, data):
        self.at.parts.append(data)


def parse(html: str) -> Element:
    """Return the page; a tag that is not closed fails."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    assert parser.at is parser.root, f"<{parser.at.tag}> is not closed"
    return parser.root


def read_values(page: Element, *, press: str = "") -> list[tuple[str, str]]:
    """Return what a browser sends of the form; `press` is the value of a button."""
    values = []
    for each in page.all("input", "select", "textarea", "button"):
        name, kind = each.get("name"), each.get("type", "text")
        if not name or "disabled" in each.attributes:
            continue
        if each.tag == "textarea":
            # A browser drops one line break, however it is written.
            values.append((name, re.sub(r"\A\r?\n", "", each.text)))
        elif each.tag == "select":
            values += [(name, option) for option in _chosen(each)]
        elif each.tag == "button" or kind in {"submit", "file"}:
            if press and each.get("value") == press and ("", press) not in values:
                values.append((name, press))
                press = ""
        elif kind not in {"checkbox", "radio"} or "checked" in each.attributes:
            values.append((name, each.get("value", "on")))
    return values


def _chosen(select: Element) -> list[str]:
    options = select.all("option")
    chosen = [o.get("value", o.text) for o in options if "selected" in o.attributes]
    if not chosen and options and "multiple" not in select.attributes:
        return [options[0].get("value", options[0].text)]
    return chosen


def list_problems(page: Element) -> list[str]:
    """Return what breaks HTML's references or a rule of GOV.UK's design system."""
    return [*_list_references(page), *_list_labels(page), *_list_errors(page)]


def _list_references(page: Element) -> list[str]:
    ids = [each.get("id") for each in page.walk() if each.get("id")]
    problems = [f"id {i!r} twice" for i in {*ids} if ids.count(i) > 1]
    for each in page.walk():
        for name in _REFERENCES:
            targets = each.get(name).split() if each.get(name) else []
            missing = [target for target in targets if target not in ids]
            problems += [f"{each.tag} {name}={target!r} dangles" for target in missing]
    return problems


def _list_labels(page: Element) -> list[str]:
    labelled = {each.get("for") for each in page.all("label")}
    problems = []
    for each in page.all("input", "select", "textarea"):
        kind = each.get("type")
        if kind in {"hidden", "submit"}:
            continue
        if each.get("id") not in labelled:
            problems.append(f"{each.get('name')} has no label")
        if each.get("placeholder"):
            problems.append(f"{each.get('name')} has a placeholder for a hint")
        if kind in {"radio"} and not each.is_in("fieldset"):
            problems.append(f"the choice {each.get('name')} has no fieldset")
    return [*problems, *_list_unnamed(page)]


def _list_unnamed(page: Element) -> list[str]:
    problems = [
        f"{each.tag} has no text"
        for each in page.all("label", "button", "a")
        if not each.content().strip()
    ]
    for each in page.all("fieldset"):
        legend = each.children[0].tag if each.children else ""
        if legend != "legend" or not each.children[0].content().strip():
            problems.append(f"the fieldset {each.get('id')} begins without a legend")
    if any("novalidate" not in each.attributes for each in page.all("form")):
        problems.append("the browser validates before the server")
    return problems


def _list_errors(page: Element) -> list[str]:
    problems = []
    errors = [each for each in page.all("p") if "ui-error" in each.get("class")]
    summaries = [e for e in page.all("div") if "ui-summary" in e.get("class").split()]
    if bool(errors) > bool(summaries) or len(summaries) > 1:
        problems.append(f"{len(summaries)} summaries for {len(errors)} errors")
    form = page.all("form")[0]
    if summaries and form.children[0] is not summaries[0]:
        problems.append("the summary is not first in the form")
    described = " ".join(e.get("aria-describedby") for e in page.walk()).split()
    for error in errors:
        if error.get("id") not in described:
            problems.append(f"the error {error.get('id')} describes nothing")
        if not error.content().strip().startswith("Error:"):
            problems.append("an error does not begin with Error:")
    by_id = {e.get("id"): e for e in page.walk() if e.get("id")}
    for link in [link for each in summaries for link in each.all("a")]:
        target = by_id.get(link.get("href").removeprefix("#"))
        if target is None or target.tag not in _INPUTS | {"fieldset"}:
            problems.append(f"{link.get('href')} leads to no input")
    problems += [
        f"{each.get('name')} is invalid without a reason"
        for each in page.all("input", "select", "textarea")
        if each.get("aria-invalid") == "true"
        and "-error" not in each.get("aria-describedby")
    ]
    return problems


def flatten(element: Element) -> list[Any]:
    """Return what two renderings of one form must share: tags, attributes, text."""
    rows: list[Any] = []
    for each in element.walk():
        attributes = sorted(
            (k, " ".join(v.split()) if k == "class" and v else v or "")
            for k, v in each.attributes.items()
        )
        rows.append((each.tag, attributes, " ".join(each.text.split())))
    return rows
