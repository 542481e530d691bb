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


class GuessedUserAgent(UserAgent):
    """A browser that is guessed from the header User-Agent."""

    @cached_property
    def platform(self) -> str | None:  # type: ignore[override]  # a class variable there
        """The system of the visitor."""
        return self._guess(_PLATFORMS)

    @cached_property
    def browser(self) -> str | None:  # type: ignore[override]  # a class variable there
        """The name of the browser."""
        return self._guess(_BROWSERS)

    @cached_property
    def version(self) -> str | None:  # type: ignore[override]  # a class variable there
        """The version of the browser."""
        words = dict(_BROWSERS).get(self.browser or "", "")
        found = words and re.search(
            rf"(?:version/|(?:{words})){_VERSION}", self.string.lower()
        )
        return found["version"] if found else None

    @cached_property
    def language(self) -> str | None:  # type: ignore[override]  # a class variable there
        """The language of the browser, if it names one."""
        found = _LANGUAGE.search(self.string)
        return found[1] if found else None

    def _guess(self, patterns: Any) -> str | None:
        record_use(USER_AGENT)
        text = self.string.lower()
        return next((name for name, words in patterns if re.search(words, text)), None)


def _apply(patches: Patches) -> None:
    patches.set(Request, "user_agent_class", GuessedUserAgent)


HOOKS = {"flask": _apply}
ROWS = (USER_AGENT,)
