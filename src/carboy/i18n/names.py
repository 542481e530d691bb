"""Names of languages: what settings, addresses, cookies and headers may contain."""

import re
from collections.abc import Sequence
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from carboy.errors import SettingsError

from .pseudo import PSEUDO

# BCP 47 as far as catalogues need it: language, script, region, one variant.
_NAME = re.compile(
    r"[a-z]{2,3}([-_][a-z]{4})?([-_]([a-z]{2}|[0-9]{3}))?([-_][a-z0-9]{5,8})?",
    re.IGNORECASE | re.ASCII,
)
_LONGEST = 35
# Longer headers are not read to their end.
_LONGEST_HEADER = 1_000


@lru_cache(maxsize=256)
def parse_locale(name: str) -> Locale:
    """Return the locale of a name such as zh-CN or zh_Hans_CN, or raise ValueError."""
    if len(name) > _LONGEST or _NAME.fullmatch(name) is None:
        raise ValueError(f"{name[:60]!r} is not the name of a language.")
    if normalize(name) == normalize(PSEUDO):
        return Locale("en")
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise ValueError(f"{name!r} is a language that Babel does not know.") from None


def check_language(name: str, setting: str) -> str:
    """Return a language of the settings as HTML writes it, or raise SettingsError."""
    try:
        parse_locale(name)
    except ValueError as error:
        raise SettingsError(
            f"{setting} contains {name!r}: {error} Write it like en or zh-CN."
        ) from None
    return to_tag(name)


def to_tag(name: str) -> str:
    """Return a name as HTML and HTTP write it: zh-CN, en-XA, zh-Hant-TW."""
    language, *others = name.replace("_", "-").split("-")
    parts = [language.lower()]
    for part in others:
        is_script = len(part) == 4 and part.isalpha()
        parts.append(part.title() if is_script else part.upper())
    return "-".join(parts)


def normalize(name: str) -> str:
    """Return a name for comparisons."""
    return name.replace("_", "-").lower()


def match(wanted: str, offered: Sequence[str]) -> str | None:
    """Return the offered language that fits a wanted one best, or None.

    zh-Hans and zh-SG find zh-CN, zh-HK finds zh-TW; en-GB finds en, and en finds en-GB.
    """
    if len(wanted) > _LONGEST or _NAME.fullmatch(wanted) is None:
        return None
    key = normalize(wanted)
    for language in offered:
        if normalize(language) == key:
            return language
    language = key.split("-")[0]
    same = [each for each in offered if normalize(each).split("-")[0] == language]
    same = [each for each in same if normalize(each) != normalize(PSEUDO)]
    script = _script_of(wanted)
    for each in same:
        if script and _script_of(each) == script:
            return each
    # Another script of the same language cannot be read by everybody.
    others = [each for each in same if not (script and _script_of(each))]
    return others[0] if others else None


@lru_cache(maxsize=512)
def _script_of(name: str) -> str:
    """Return the script in which a language is written there: Hans of zh-CN."""
    try:
        return parse_locale(name).script or _likely_script(name)
    except ValueError:
        return ""


def _likely_script(name: str) -> str:
    from_region = {"cn": "Hans", "sg": "Hans", "my": "Hans"} | dict.fromkeys(
        ("tw", "hk", "mo"), "Hant"
    )
    language, _, region = normalize(name).partition("-")
    return from_region.get(region, "Hans") if language == "zh" else ""


def match_header(header: str, offered: Sequence[str]) -> str | None:
    """Return the offered language that an Accept-Language header prefers, or None."""
    wishes = []
    for position, part in enumerate(header[:_LONGEST_HEADER].split(",")):
        name, _, parameters = part.partition(";")
        quality = _parse_quality(parameters)
        if quality > 0:
            wishes.append((-quality, position, name.strip()))
    for _, _, name in sorted(wishes):
        if name == "*":
            return None
        language = match(name, offered)
        if language is not None:
            return language
    return None


def _parse_quality(parameters: str) -> float:
    found = re.search(r"q\s*=\s*([01](?:\.\d{0,3})?)\s*$", parameters, re.ASCII)
    if found is not None:
        return min(float(found[1]), 1.0)
    return 0.0 if "q" in parameters else 1.0


def list_folders(tag: str) -> list[str]:
    """Return the folder names of a language, the most general one first."""
    locale = parse_locale(tag)
    names = [locale.language]
    if locale.script:
        names.append(f"{locale.language}_{locale.script}")
    if locale.territory:
        names.append(f"{locale.language}_{locale.territory}")
    names.append(tag.replace("-", "_"))
    return list(dict.fromkeys([*names, str(locale)]))


def name_in_itself(tag: str) -> str:
    """Return what the language calls itself: 简体中文, Deutsch."""
    if normalize(tag) == normalize(PSEUDO):
        return "Pseudo"
    locale = parse_locale(tag)
    if locale.language == "zh":
        name = Locale(locale.language, script=_script_of(tag)).display_name or tag
        return {"Hans": "简体中文", "Hant": "繁體中文"}.get(_script_of(tag), name)
    name = locale.get_language_name(locale) or tag
    return name[:1].upper() + name[1:]
