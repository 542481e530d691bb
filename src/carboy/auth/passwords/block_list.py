"""The passwords that are tried first: the frequency lists of `zxcvbn`."""

from functools import cache
from importlib import import_module

_ENDINGS = "0123456789!?.*#$ "


def is_common(password: str) -> bool:
    """Return whether a password is on the lists, as it is or with an ending."""
    folded = password.casefold()
    common = _load()
    return folded in common or (
        len(bare := folded.strip(_ENDINGS)) > 0 and bare in common
    )


@cache
def _load() -> frozenset[str]:
    """Load the lists with the first password that is set; logins do not need them."""
    lists = import_module("zxcvbn.frequency_lists").FREQUENCY_LISTS
    return frozenset(word for words in lists.values() for word in words)
