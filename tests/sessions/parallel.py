"""Requests of one client that run at the same time, with responses that cross."""

import threading
from concurrent.futures import ThreadPoolExecutor

from .conftest import copy_of


def in_parallel(
    site, browser, *actions, between=None, before_save=None, responses=None, tabs=None
):
    """Send requests that all begin before the first of them ends."""
    tabs = [] if tabs is None else tabs
    tabs += [copy_of(site, browser) for _ in actions]
    begun = threading.Barrier(len(actions))
    turns = [threading.Event() for _ in actions]

    def run(number):
        def act(inside):
            actions[number](inside)
            begun.wait(20)
            if before_save is not None:
                before_save()
            if number:
                assert turns[number - 1].wait(20)
                if between is not None:
                    between()

        response = site.visit(tabs[number], act)
        turns[number].set()
        return response

    with ThreadPoolExecutor(len(actions)) as pool:
        results = list(pool.map(run, range(len(actions))))
    if responses is not None:
        responses += results
    # The browser receives the responses in reverse order.
    for response in reversed(results):
        for header in response.headers.getlist("Set-Cookie"):
            browser._update_cookies_from_response("localhost", "/", [header])
