"""Templates, log records and redirects are recorded with their lines."""

import logging

from flask import redirect, render_template_string

from carboy.cache import Cache

from .conftest import LOCAL, get_last


def test_cache_template_log_and_redirect_are_recorded(make_site):
    cache = Cache()
    app = make_site(cache)

    @app.get("/old")
    def old():
        cache.get("a")
        cache.set("a", 1)
        cache.get("a")
        logging.getLogger("shop").warning("Low on %s.", "corks")
        render_template_string("{{ 1 }}")
        return redirect("/new")

    app.test_client().get("/old", **LOCAL)

    trace = get_last(app)
    events = {
        kind: [one for one in trace.detail.events if one.kind == kind]
        for kind in {event.kind for event in trace.detail.events}
    }
    assert [one.data.get("hit") for one in events["cache"]] == [False, None, True]
    [log] = events["log"]
    assert (log.text, log.data["level"]) == ("Low on corks.", "WARNING")
    [found] = events["redirect"]
    assert found.text == "302 /new"
    assert found.place.startswith(f"{__file__}:")
    assert len(events["template"]) == 1
