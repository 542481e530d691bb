"""Parallel requests do not undo each other, in every type of store."""

from .parallel import in_parallel


def test_different_keys_written_by_two_tabs_are_both_saved(site, browser):
    site.visit(browser, lambda s: s.update(a=0))

    in_parallel(site, browser, lambda s: s.update(b=1), lambda s: s.update(c=2))

    assert site.read(browser) == {"a": 0, "b": 1, "c": 2}


def test_a_removed_key_stays_removed_beside_a_write(site, browser):
    site.visit(browser, lambda s: s.update(a=0, b=0))

    in_parallel(site, browser, lambda s: s.pop("a"), lambda s: s.update(c=2))

    assert site.read(browser) == {"b": 0, "c": 2}


def test_of_two_writes_to_one_key_the_last_one_wins(site, browser, clock):
    site.visit(browser, lambda s: s.update(a=0))

    in_parallel(
        site,
        browser,
        lambda s: s.update(a="first"),
        lambda s: s.update(a="last"),
        between=lambda: clock.advance(0.01),
    )

    assert site.read(browser) == {"a": "last"}


def test_a_parallel_read_does_not_undo_a_write(site, browser):
    site.visit(browser, lambda s: s.update(a=0))

    in_parallel(site, browser, lambda s: s.update(a=1), lambda s: s.get("a"))

    assert site.read(browser) == {"a": 1}


def test_the_last_key_may_be_removed_while_another_is_set(site, browser):
    site.visit(browser, lambda s: s.update(a=0))

    in_parallel(site, browser, lambda s: s.pop("a"), lambda s: s.update(b=1))

    assert site.read(browser) == {"b": 1}


def test_parallel_writes_are_all_there_after_several_rounds(site, browser, clock):
    site.visit(browser, lambda s: s.update(start=1))
    for number in range(5):
        one, other = {f"a{number}": 1}, {f"b{number}": 1}
        in_parallel(
            site,
            browser,
            lambda s, one=one: s.update(one),
            lambda s, other=other: s.update(other),
        )
        clock.advance(1)

    expected = {f"{x}{n}" for n in range(5) for x in "ab"} | {"start"}
    assert set(site.read(browser)) == expected
