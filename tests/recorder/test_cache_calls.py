"""What the cache is asked for is recorded once, with hits, misses and the line."""

from carboy.cache import Cache

from .conftest import LOCAL, get_last


def list_calls(app, view):
    app.add_url_rule("/", "home", view)
    assert app.test_client().get("/", **LOCAL).status_code == 200
    return [one for one in get_last(app).detail.events if one.kind == "cache"]


def test_values_are_recorded_with_hits_and_misses(make_site):
    cache = Cache()
    app = make_site(cache)

    def view():
        cache.get("a")
        cache.set("a", 1)
        cache.get("a")
        cache.get_many("a", "b")
        cache.delete("a")
        return "done"

    calls = list_calls(app, view)

    assert [(one.text, one.data.get("hit")) for one in calls] == [
        ("get a", False),
        ("set a", None),
        ("get a", True),
        ("get many a, b", None),
        ("delete a", None),
    ]
    assert all(one.place.startswith(f"{__file__}:") for one in calls)


def test_a_memoized_function_is_recorded(make_site):
    cache = Cache()
    app = make_site(cache)

    @cache.memoize(60)
    def add(a, b):
        return a + b

    def view():
        return str(add(1, 2) + add(1, 2))

    calls = list_calls(app, view)

    hits = [one.data["hit"] for one in calls if "hit" in one.data]
    # Looked for again, once it is alone to compute it.
    assert hits == [False, False, True]


def test_a_site_without_a_cache(make_site):
    assert list_calls(make_site(), lambda: "done") == []
