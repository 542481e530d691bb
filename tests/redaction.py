"""Looks for parts of a password in a text that may not show any."""


def assert_hides(text: str, password: str, beside: str) -> None:
    """Fail if three characters of `password` are in `text` and not in `beside`.

    `beside` is the same text with another password. Parts are also looked for as
    `repr` writes them.
    """
    shown = {
        spelling[start : start + 3]
        for spelling in (password, repr(password)[1:-1])
        for start in range(len(spelling) - 2)
        if spelling[start : start + 3] in text
        and spelling[start : start + 3] not in beside
    }
    assert not shown
