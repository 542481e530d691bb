"""`render_markdown`: what people write, as HTML that can do no harm.

Raw HTML is shown as text, links lead to web pages and mail addresses only, and there
are no pictures, which would tell another host who reads the page.
"""

import re
from functools import cache
from pkgutil import resolve_name
from typing import Any

from markupsafe import Markup

from carboy.extras import MissingExtraError, describe_missing

_LINK = re.compile(r"(https?://|mailto:|[/#?]|[^:/?#]*([/?#]|$))", re.IGNORECASE)
# Headings of a page stand above those of a text on it.
_DEEPER = 2


def render_markdown(text: str) -> Markup:
    """Return CommonMark with tables and ~~deleted~~ text as safe HTML.

    A line break is one. Links have `rel="nofollow ugc"`, so that writing them is worth
    nothing to those who sell places in search engines.
    """
    return Markup(_make_parser().render(text))  # noqa: S704 - made by the parser alone


@cache
def _make_parser() -> Any:
    try:
        kind = resolve_name("markdown_it:MarkdownIt")
    except ImportError as error:
        what = describe_missing("render_markdown", "markdown", ["markdown-it-py"])
        raise MissingExtraError(what) from error
    parser = kind("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    parser.enable(["table", "strikethrough"]).disable(["image", "html_block"])
    parser.validateLink = lambda url: _LINK.match(url.strip()) is not None
    parser.core.ruler.push("carboy", _adapt)
    return parser


def _adapt(state: Any) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + _DEEPER, 6)}"
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("rel", "nofollow ugc")
