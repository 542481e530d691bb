"""Differences that stay, each with its reason; all others are defects."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from .comparison import OF_THE_SERVER, Difference, matches
from .http_client import Answer
from .requests import ScriptedRequest, has_invalid_target

# A line of a traceback in Flask or in the engine, and the source below it.
_FRAME = re.compile(
    r" *File [^\n]*/(?:flask|carboy/engine|carboy/server)/[^\n]*\n"
    r"(?:(?! *File )(?= {4}|[ ^~]+$)[^\n]*\n)*",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Outcome:
    """A request, the difference, and both answers."""

    request: ScriptedRequest
    difference: Difference
    gunicorn: Answer
    carboy: Answer


@dataclass(frozen=True)
class Explanation:
    """A reason, and how its differences are told from others."""

    name: str
    reason: str
    applies: Callable[[Outcome], bool]


def explain(outcome: Outcome) -> Explanation | None:
    """Return the reason of a difference; None for a defect."""
    for explanation in EXPLANATIONS:
        if explanation.applies(outcome):
            return explanation
    return None


def _is_reordered_by_granian(outcome: Outcome) -> bool:
    """Return whether all that moved is an empty length or a repeated name."""
    if outcome.difference.part != "order":
        return False
    names = [name for name, _ in outcome.gunicorn.headers]
    repeated = {name for name in names if names.count(name) > 1}
    is_empty = outcome.carboy.find("content-length") == "0"
    moved = repeated | ({"content-length"} if is_empty else set())
    stays = [
        [name for name, _ in answer.headers if name not in moved | OF_THE_SERVER]
        for answer in (outcome.gunicorn, outcome.carboy)
    ]
    return bool(moved) and stays[0] == stays[1]


def _is_page_of_the_server(outcome: Outcome) -> bool:
    """Return whether an exception left the app: each server has a page for that."""
    is_failure = outcome.gunicorn.status == outcome.carboy.status == 500
    is_page = b"<title>Internal Server Error</title>" in outcome.gunicorn.body
    return is_failure and is_page and outcome.carboy.body == b"Internal Server Error\n"


def _has_interim_status(outcome: Outcome) -> bool:
    return 100 <= outcome.gunicorn.status < 200 and outcome.carboy.status == 500


def _shows_other_frames(outcome: Outcome) -> bool:
    """Return whether only the frames of Flask and of the engine differ."""
    texts = [
        answer.body.decode("latin-1").replace("\\n", "\n")
        for answer in (outcome.gunicorn, outcome.carboy)
    ]
    if not all("Traceback (most recent call last)" in text for text in texts):
        return False
    bare = [_FRAME.sub("", text) for text in texts]
    return texts[1] != bare[1] and matches(bare[:1], bare[1])


def _has_text_outside_of_ascii(outcome: Outcome) -> bool:
    return any(not value.isascii() for _, value in outcome.request.headers)


def _has_answer_in_latin_1(outcome: Outcome) -> bool:
    """Return whether a header of the answer is text that is not UTF-8."""
    if not outcome.difference.part.startswith("header "):
        return False
    name = outcome.difference.part.removeprefix("header ")
    return any(not value.isascii() for value in outcome.gunicorn.list_values(name))


def _has_two_cookie_lines(outcome: Outcome) -> bool:
    names = [name.lower() for name, _ in outcome.request.headers]
    return names.count("cookie") > 1


def _names_two_hosts(outcome: Outcome) -> bool:
    return outcome.carboy.status == 400 and b"another host" in outcome.carboy.body


def _has_invalid_target(outcome: Outcome) -> bool:
    is_refused = outcome.carboy.status == 400 and not outcome.carboy.body
    return is_refused and has_invalid_target(outcome.request.path)


def _has_encoded_slash(outcome: Outcome) -> bool:
    part = outcome.difference.part
    is_seen = part in {"body", "header content-length"}
    return is_seen and "%2f" in outcome.request.path.lower()


EXPLANATIONS: tuple[Explanation, ...] = (
    Explanation(
        "reason phrase",
        "The text behind the status is the one that HTTP registers: `404 Not Found` "
        "for Werkzeug's `404 NOT FOUND`. Granian takes a number and writes the text "
        "itself, `<none>` for a number without one: its interface has no place for the "
        "app's (`src/rsgi/types.rs` makes a response of status, headers and body, and "
        "never sets hyper's `ReasonPhrase`). HTTP/2 has no such text, and RFC 9112 "
        "asks clients to ignore it. An app that has a text of its own (`299 Fine`) "
        "gets one line in the log for each number; `carboy serve --server gunicorn` "
        "sends it.",
        lambda outcome: outcome.difference.part == "reason",
    ),
    Explanation(
        "interim status",
        "A view that answers with 100 to 199 gets a logged 500: these are not final "
        "(RFC 9110), and hyper, the HTTP library of Granian, refuses them. gunicorn "
        "sends them, and its client waits for another answer.",
        _has_interim_status,
    ),
    Explanation(
        "place of a header",
        "Of a name that is sent twice, the lines follow each other; a "
        "`content-length: 0` is the last one. The order of lines with one name, which "
        "is the one that RFC 9110 gives a meaning, is kept.",
        _is_reordered_by_granian,
    ),
    Explanation(
        "header outside of ASCII",
        "A request header with a character outside of ASCII does not reach the app: "
        "Granian's interface leaves it out. Clients have to encode such a value.",
        _has_text_outside_of_ascii,
    ),
    Explanation(
        "answer in Latin-1",
        "A response header with a character outside of ASCII is sent as UTF-8: that is "
        "what Granian's interface takes. gunicorn sends Latin-1. A value that an app "
        "has encoded as UTF-8 itself is the same on both.",
        _has_answer_in_latin_1,
    ),
    Explanation(
        "two lines of cookies",
        "Cookies that a client sends in two lines are joined by `; `, as RFC 9113 says "
        "for HTTP/2. gunicorn joins them by a comma, and the app cannot read them.",
        _has_two_cookie_lines,
    ),
    Explanation(
        "two hosts",
        "A request line that names another host than `Host` is answered with 400. "
        "gunicorn takes the one of `Host`, where RFC 9112 asks for that of the line.",
        _names_two_hosts,
    ),
    Explanation(
        "page of the server",
        "Where an exception leaves the app, both servers answer with 500, and each has "
        "a page of its own. For `SystemExit`, `KeyboardInterrupt` and others that are "
        "no `Exception`, this is a logged 500 here; gunicorn's worker ends without an "
        "answer, and with it all its requests; after `SystemExit(3)`, so does gunicorn "
        "itself.",
        _is_page_of_the_server,
    ),
    Explanation(
        "frames of a traceback",
        "An app that shows visitors its tracebacks shows frames of `carboy/engine` "
        "where stock Flask has `flask/app.py`.",
        _shows_other_frames,
    ),
    Explanation(
        "encoded slash",
        "An app that reads gunicorn's `RAW_URI` cannot tell `%2F` from `/`: Granian "
        "decodes the path, and `RAW_URI` is encoded anew from that.",
        _has_encoded_slash,
    ),
    Explanation(
        "invalid target",
        "A target with `<`, `>`, a quotation mark in the query, a backtick in the "
        "path, or bytes that are not UTF-8 is answered with 400 and an empty body. "
        "gunicorn lets those of ASCII pass. Browsers encode all of them.",
        _has_invalid_target,
    ),
)
