"""Requests of one visitor that run at the same time, and answers that cross."""

import threading
from concurrent.futures import ThreadPoolExecutor

from .conftest import copy_of


def in_parallel(
    site, browser, *actions, between=None, before_save=None, answers=None, tabs=None
):
    """Answer requests that all begin before the first of them ends."""
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

        answer = site.visit(tabs[number], act)
        turns[number].set()
        return answer

    with ThreadPoolExecutor(len(actions)) as pool:
        given = list(pool.map(run, range(len(actions))))
    if answers is not None:
        answers += given
    # The browser gets the answers in the other order: crossed on the way.
    for answer in reversed(given):
        for header in answer.headers.getlist("Set-Cookie"):
            browser._update_cookies_from_response("localhost", "/", [header])
