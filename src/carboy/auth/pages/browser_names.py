"""What people call the browser that a `User-Agent` header describes."""

from carboy.translation import gettext as _

# The first that occurs counts: most browsers also name those that they descend from.
_BROWSERS = {
    "MicroMessenger": "WeChat",
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
    "curl": "curl",
    "python": "Python",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
_LONGEST = 60


def name_browser(agent: str) -> str:
    """Return a short name, such as `Firefox on Linux`, or the header if unknown."""
    browser = _find(_BROWSERS, agent)
    system = _find(_SYSTEMS, agent)
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or agent[:_LONGEST]


def _find(names: dict[str, str], agent: str) -> str:
    return next((name for mark, name in names.items() if mark in agent), "")
