"""A decorated method is called as the one it replaces, and is itself."""

from carboy.db.signatures import like


class Old:
    def greet(self, name: str) -> str:
        """Say hello."""
        return f"hello {name}"


class New(Old):
    @like(Old.greet)
    def greet(self, *names: str) -> str:
        return f"hi {' '.join(names)}"


def test_it_replaces_and_keeps_the_words() -> None:
    assert New().greet("ann") == "hi ann"
    assert New.greet.__doc__ == "Say hello."
