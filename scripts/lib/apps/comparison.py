"""Decides whether an answer is one that gunicorn could have given.

What two runs of gunicorn answer differently (tokens, times, counters) is masked.
"""

import re
import time
import zlib
from dataclasses import dataclass
from difflib import SequenceMatcher
from email.utils import parsedate_to_datetime
from itertools import combinations

from .http_client import Answer

# What belongs to a connection and to the server, and not to the application.
OF_THE_SERVER = frozenset({
    *("connection", "date", "keep-alive", "server", "transfer-encoding", "via"),
})
_NEAR = 2 * 24 * 3600
_WORD = re.compile(r"[\w.+/=%-]+|.", re.DOTALL)
_HTTP_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d[ -]\w{3}[ -]\d{4} \d\d:\d\d:\d\d GMT"
)
_ISO_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
)
_EPOCH = re.compile(r"(?<![\w.])\d{10}(?:\d{3}|\d{6}|\.\d+)?(?!\w)")


@dataclass(frozen=True)
class Difference:
    """What a client can see: the part of the answer, and both values."""

    part: str
    gunicorn: str
    carboy: str


def compare(gunicorn: list[Answer], carboy: Answer) -> Difference | None:
    """Return the worst difference to all runs of gunicorn."""
    return (
        _compare_status(gunicorn, carboy)
        or _compare_headers(gunicorn, carboy)
        or _compare_bodies(gunicorn, carboy)
        or _compare_order(gunicorn, carboy)
        or _compare_reason(gunicorn, carboy)
    )


def _compare_status(gunicorn: list[Answer], carboy: Answer) -> Difference | None:
    if carboy.status in [answer.status for answer in gunicorn]:
        return None
    return Difference("status", _first_line(gunicorn[0]), _first_line(carboy))


def _compare_headers(gunicorn: list[Answer], carboy: Answer) -> Difference | None:
    """Compare names and values; those of one name in their order."""
    heads = [sorted(_list_headers(answer), key=_name_of) for answer in gunicorn]
    head = sorted(_list_headers(carboy), key=_name_of)
    names = [name for name, _ in head]
    expected = [[name for name, _ in each] for each in heads]
    if names not in expected:
        return _compare_names(expected[0], names)
    heads = [each for each in heads if [name for name, _ in each] == names]
    is_fixed = len({_read_text(answer) for answer in gunicorn}) == 1
    for place, (name, value) in enumerate(head):
        values = [each[place][1] for each in heads]
        if name == "content-length" and not is_fixed:
            continue
        if not matches(values, value):
            return Difference(f"header {name}", values[0], value)
    return None


def _compare_bodies(gunicorn: list[Answer], carboy: Answer) -> Difference | None:
    bodies = [_read_text(answer) for answer in gunicorn]
    body = _read_text(carboy)
    if matches(bodies, body):
        return None
    return Difference("body", *_cut(bodies[0], body))


def _compare_order(gunicorn: list[Answer], carboy: Answer) -> Difference | None:
    names = [name for name, _ in _list_headers(carboy)]
    expected = [[name for name, _ in _list_headers(each)] for each in gunicorn]
    if names in expected:
        return None
    return Difference("order", ", ".join(expected[0]), ", ".join(names))


def _compare_reason(gunicorn: list[Answer], carboy: Answer) -> Difference | None:
    if carboy.reason in [answer.reason for answer in gunicorn]:
        return None
    return Difference("reason", _first_line(gunicorn[0]), _first_line(carboy))


def _name_of(header: tuple[str, str]) -> str:
    return header[0]


def is_stable(gunicorn: list[Answer]) -> bool:
    """Return whether the runs of gunicorn have the same status and headers."""
    first = gunicorn[0]
    names = [name for name, _ in _list_headers(first)]
    return all(
        answer.status == first.status
        and [name for name, _ in _list_headers(answer)] == names
        for answer in gunicorn[1:]
    )


def matches(known: list[str], text: str) -> bool:
    """Return whether a text is equal to the known ones where these are all equal."""
    if text in known:
        return True
    known, text = [_mask_times(each) for each in known], _mask_times(text)
    if text in known:
        return True
    words = [_WORD.findall(each) for each in known]
    if len({len(each) for each in words}) == 1:
        own = _WORD.findall(text)
        return len(own) == len(words[0]) and all(
            len(set(values)) > 1 or values[0] == value
            for *values, value in zip(*words, own, strict=True)
        )
    return any(_fits(one, other, text) for one, other in combinations(known, 2))


def _fits(one: str, other: str, text: str) -> bool:
    """Return whether a text has all that two others have in common, in order."""
    first, second = one.splitlines(keepends=True), other.splitlines(keepends=True)
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    pattern, end = "", 0
    for start, _, size in matcher.get_matching_blocks():
        pattern += ".*" if start > end or not size else ""
        pattern += re.escape("".join(first[start : start + size]))
        end = start + size
    return re.fullmatch(pattern + ".*", text, re.DOTALL) is not None


def _first_line(answer: Answer) -> str:
    return f"{answer.status} {answer.reason}".strip()


def _list_headers(answer: Answer) -> list[tuple[str, str]]:
    is_compressed = answer.find("content-encoding") is not None
    left_out = {"content-length"} if is_compressed else set()
    return [
        (name, value)
        for name, value in answer.headers
        if name not in OF_THE_SERVER and name not in left_out
    ]


def _compare_names(gunicorn: list[str], carboy: list[str]) -> Difference:
    missing = [name for name in gunicorn if name not in carboy]
    added = [name for name in carboy if name not in gunicorn]
    if not missing and not added:
        return Difference("headers", ", ".join(gunicorn), ", ".join(carboy))
    return Difference("headers", f"only: {missing}", f"only: {added}")


def _read_text(answer: Answer) -> str:
    body = answer.body
    if answer.find("content-encoding") in {"gzip", "deflate"} and body:
        try:
            body = zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body)
        except zlib.error:
            return body.decode("latin-1")
    return body.decode("latin-1")


def _mask_times(text: str) -> str:
    text = _HTTP_DATE.sub(_mask_date, text)
    text = _ISO_TIME.sub(_mask_iso, text)
    return _EPOCH.sub(_mask_epoch, text)


def _mask_date(match: re.Match[str]) -> str:
    moment = parsedate_to_datetime(match[0].replace("-", " "))
    return "(date)" if abs(moment.timestamp() - time.time()) < _NEAR else match[0]


def _mask_iso(match: re.Match[str]) -> str:
    days = {time.strftime("%Y-%m-%d", time.gmtime(time.time() + d)) for d in _DAYS}
    return "(time)" if match[0][:10] in days else match[0]


def _mask_epoch(match: re.Match[str]) -> str:
    return "(epoch)" if abs(int(match[0][:10]) - time.time()) < _NEAR else match[0]


def _cut(gunicorn: str, carboy: str) -> tuple[str, str]:
    """Return both texts around the place where they begin to differ."""
    place = 0
    for one, other in zip(gunicorn, carboy, strict=False):
        if one != other:
            break
        place += 1
    start = max(0, place - 60)
    return gunicorn[start : place + 200], carboy[start : place + 200]


_DAYS = (-86400, 0, 86400)
