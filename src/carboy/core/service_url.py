"""URLs of services such as databases and brokers, whose passwords need not be quoted.

How they are shown without the password is in `carboy.redact`.
"""

import re
from urllib.parse import quote, unquote

# One host, or several with commas between, as Sentinel and clusters have them.
_HOST = r"(?:\[[^\]@/?]*\]|[\w.\-]*)(?::\d*)?"
_LOCATION = re.compile(rf"{_HOST}(?:,{_HOST})*(?:/[^@]*)?")
_QUERY = re.compile(r"\?[\w.\-]+=")


def quote_credentials(url: str) -> str:
    """Return `url` with user and password quoted, so that any parser reads it right.

    A password may hold `@`, `:`, `/`, `?` and `#` as they are; one that is quoted
    already is not quoted again.
    """
    scheme, separator, rest = url.partition("://")
    userinfo, location = split_credentials(rest)
    if not separator or not userinfo:
        return url
    name, colon, password = userinfo.partition(":")
    return f"{scheme}://{_quote(name)}{colon}{_quote(password)}@{location}"


def split_credentials(rest: str) -> tuple[str, str]:
    """Split what follows `://` into `user:password`, which may be "", and the rest."""
    if rest.startswith("/"):  # the path of a file or a socket
        return "", rest
    query = _QUERY.search(rest)
    if query is not None:
        # An `@` in the query is not the end of the credentials, if what stands
        # before the query can be read as a location.
        userinfo, _, location = rest[: query.start()].rpartition("@")
        if _LOCATION.fullmatch(location):
            return userinfo, location + rest[query.start() :]
    userinfo, _, location = rest.rpartition("@")
    return userinfo, location


def _quote(text: str) -> str:
    return quote(unquote(text), safe="")
