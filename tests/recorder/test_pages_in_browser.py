"""A developer sees the bar, follows it to a trace, and reads it in a real browser."""

import logging
import os
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import redirect, render_template_string
from sqlalchemy.orm import Mapped, mapped_column, relationship

from carboy.cache import Cache
from carboy.db import SQLAlchemy
from tests.ui.serving import serve
from tests.ui.test_accessibility import list_problems

PAGE = """{% extends "carboy/page.html" %}{% block main %}
<h1>Shelves</h1><ul>{% for shelf in shelves %}<li>{{ shelf.items|length }}</li>
{% endfor %}</ul><button id="more" type="button">More</button>
<script src="/more.js"></script>{% endblock %}"""
SCRIPT = """document.getElementById("more").addEventListener("click", async () => {
  document.title = (await (await fetch("/more.json")).json()).title; });"""


@pytest.fixture
def site(make_site):
    db, cache = SQLAlchemy(), Cache()

    class Shelf(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        items: Mapped[list["Item"]] = relationship()

    class Item(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        shelf_id: Mapped[int] = mapped_column(sa.ForeignKey("shelf.id"))

    app = make_site(db, cache, RECORDER_SAMPLE_PERIOD="0.001")

    @app.get("/")
    def shelves():
        cache.get("count")
        cache.set("count", 5)
        logging.getLogger("shop").warning("Only %d corks are left.", 3)
        end = time.process_time() + 0.03
        while time.process_time() < end:
            sum(range(100))
        return render_template_string(PAGE, shelves=Shelf.query.all())

    @app.get("/more.js")
    def script():
        return SCRIPT, {"Content-Type": "text/javascript"}

    @app.get("/more.json")
    def more():
        return {"title": f"{len(Shelf.query.all())} shelves"}

    @app.get("/old")
    def old():
        return redirect("/")

    with app.app_context():
        db.create_all()
        db.session.add_all([Shelf(items=[Item(), Item()]) for _ in range(5)])
        db.session.commit()
    return app


BAR = "document.querySelector('#carboy-bar')?.shadowRoot.querySelector('{}')"


def read_bar(browser, selector):
    return browser.run(f"return {BAR.format(selector)}?.textContent || ''")


def test_the_bar_leads_to_a_trace_that_reads_well(site, browser, tmp_path, web_tools):
    axe = web_tools.axe.read_text("utf-8")
    pictures = Path(os.environ.get("RECORDER_PICTURES") or tmp_path)
    with serve(site) as address:
        browser.goto(address)
        browser.wait_until(lambda: "N+1" in read_bar(browser, "a"), "there is no bar")
        assert "200" in read_bar(browser, "a")
        assert "6 SQL" in read_bar(browser, "a")

        browser.click("#more")
        browser.wait_until(
            lambda: "1 SQL" in read_bar(browser, "a + a"), "no link to it"
        )
        browser.screenshot(pictures / "bar.png", 1280, 500)

        browser.goto(browser.run(f"return {BAR.format('a')}.href"))
        assert "5 times" in browser.text()
        assert "Only 3 corks are left." in browser.text()
        assert browser.has(".recorder-flame rect.own")
        for name in ("trace", "traces"):
            for width, dark in ((1280, False), (1280, True), (400, False), (400, True)):
                file = pictures / f"{name}-{width}{'-dark' if dark else ''}.png"
                browser.screenshot(file, width, 900, dark=dark, whole=True)
                assert browser.overflow == 0
                assert list_problems(browser, axe) == []
            assert len(browser.source) < 100_000
            browser.goto(f"{address}/-/debug/")
        assert "GET /more.json" in browser.text()
        assert browser.csp_violations == []
        assert browser.console_errors == []
