"""`request.user_agent.browser` and its like, which Werkzeug has no more."""

import re
from functools import cached_property
from typing import Any

from flask.wrappers import Request
from werkzeug.user_agent import UserAgent

from carboy.legacy.patches import Patches
from carboy.legacy.rows import Row
from carboy.legacy.uses import record_use

USER_AGENT = Row(
    "request.user_agent.browser",
    "Werkzeug 2.1",
    "the best guess; also platform, version and language",
    "request.user_agent.string, or the package ua-parser",
)
# The first that fits; a browser names those that it resembles, too.
_PLATFORMS = (
    ("iphone", r"iphone|ios"),
    ("ipad", r"ipad"),
    ("android", r"android"),
    ("chromeos", r"cros"),
    ("windows", r"windows|win32"),
    ("macos", r"macintosh|mac os|darwin"),
    ("linux", r"linux|x11"),
)
_BROWSERS = (
    ("google", r"googlebot"),
    ("bing", r"bingbot|msnbot"),
    ("baidu", r"baiduspider"),
    ("edge", r"edge|edga|edgios|edg"),
    ("opera", r"opera|opr"),
    ("firefox", r"firefox|fxios|firebird|phoenix|iceweasel"),
    ("chrome", r"chrome|crios|chromium"),
    ("safari", r"safari"),
    ("msie", r"msie|trident"),
    ("lynx", r"lynx"),
    ("curl", r"curl"),
    ("wget", r"wget"),
)
_VERSION = r"\D{0,4}(?P<version>\d+[\d.]*)"
_LANGUAGE = re.compile(r"[(;]\s*(\w\w-\w\w)\s*[);]")


def guess_platform(agent: UserAgent) -> str | None:
    """Return the system of the visitor."""
    return _guess(agent, _PLATFORMS)


def guess_browser(agent: UserAgent) -> str | None:
    """Return the name of the browser."""
    return _guess(agent, _BROWSERS)


def guess_version(agent: UserAgent) -> str | None:
    """Return the version of the browser."""
    words = dict(_BROWSERS).get(agent.browser or "", "")
    pattern = rf"(?:version/|(?:{words})){_VERSION}"
    found = re.search(pattern, agent.string.lower()) if words else None
    return found["version"] if found else None


def guess_language(agent: UserAgent) -> str | None:
    """Return the language of the browser, if it names one."""
    found = _LANGUAGE.search(agent.string)
    return found[1] if found else None


def _guess(agent: UserAgent, patterns: Any) -> str | None:
    record_use(USER_AGENT)
    text = agent.string.lower()
    return next((name for name, words in patterns if re.search(words, text)), None)


_GUESSES = {
    "platform": cached_property(guess_platform),
    "browser": cached_property(guess_browser),
    "version": cached_property(guess_version),
    "language": cached_property(guess_language),
}


def _apply(patches: Patches) -> None:
    kind = type("GuessedUserAgent", (UserAgent,), {**_GUESSES})
    patches.set(Request, "user_agent_class", kind)


HOOKS = {"flask": _apply}
ROWS = (USER_AGENT,)
