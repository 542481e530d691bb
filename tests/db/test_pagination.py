"""A page knows where it stands, for lists of every length."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, render_template_string
from hypothesis import HealthCheck, given, settings, strategies as st
from werkzeug.exceptions import NotFound

from carboy.db import SQLAlchemy


@pytest.fixture
def site(make_app) -> Any:
    db = SQLAlchemy()

    class Item(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    app: Flask = make_app(db, DATABASE_URL="sqlite://")
    app.add_url_rule("/items", "items", lambda: "")
    with app.app_context():
        db.create_all()
        db.session.add_all(Item(id=i) for i in range(1, 46))
        db.session.commit()
    db.Item, db.app = Item, app
    return db


def ids(page: Any) -> list[int]:
    return [item.id for item in page]


def pages_of(site: Any, **told: Any) -> list[Any]:
    query = site.Item.query.order_by(site.Item.id)
    select = site.select(site.Item).order_by(site.Item.id)
    return [query.paginate(**told), site.paginate(select, **told)]


def test_a_request_tells_the_page(site) -> None:
    with site.app.test_request_context("/items?page=2&per_page=10"):
        for page in pages_of(site):
            assert ids(page) == list(range(11, 21))
            assert (page.page, page.pages, page.total) == (2, 5, 45)
            assert (page.first, page.last) == (11, 20)
            assert (page.prev_num, page.next_num) == (1, 3)
            assert ids(page.next()) == list(range(21, 31))
            assert ids(page.prev()) == list(range(1, 11))


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "page=99",
        "per_page=0",
        "per_page=x",
        "page=-1",
        f"page={2**31}",
        f"page={10**30}",
        f"per_page={10**30}",
    ],
)
def test_a_page_that_is_not_there_is_404(site, query) -> None:
    with site.app.test_request_context(f"/items?{query}"):
        with pytest.raises(NotFound):
            site.Item.query.paginate()
        assert site.Item.query.paginate(error_out=False).per_page == 20


def test_nobody_asks_for_too_much(site) -> None:
    with site.app.test_request_context("/items?per_page=1000"):
        assert site.Item.query.paginate(max_per_page=30).per_page == 30
        assert len(ids(site.Item.query.paginate(max_per_page=None))) == 45


def test_what_the_code_says_is_not_too_much(site) -> None:
    """The usual limit is for visitors, as in `?per_page=1000`."""
    with site.app.test_request_context("/items?per_page=1000"):
        assert site.Item.query.paginate().per_page == 100
        assert site.Item.query.paginate(per_page=500).per_page == 500
        assert site.paginate(sa.select(site.Item), per_page=500).per_page == 500
        both = site.Item.query.paginate(per_page=500, max_per_page=100)
        assert both.per_page == 100


def test_counting_can_be_left_out(site) -> None:
    with site.app.app_context():
        page = site.Item.query.paginate(count=False)

        assert (page.total, page.pages, page.has_next) == (None, 0, False)


def test_what_is_not_plain_is_counted_right(site) -> None:
    item = site.Item
    with site.app.app_context():
        grouped = site.select(item).group_by(item.id).having(item.id > 5)
        distinct = site.select(item).distinct().where(item.id < 31)

        assert site.paginate(grouped).total == 40
        assert site.paginate(distinct).total == 30
        assert site.paginate(site.select(item).limit(7)).total in {7, 45}


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(1, 50), st.integers(1, 50))
def test_numbers_agree(site, page, per_page) -> None:
    with site.app.app_context():
        found = site.Item.query.order_by(site.Item.id).paginate(
            page=page, per_page=per_page, error_out=False
        )
        expected = list(range(1, 46))[(page - 1) * per_page : page * per_page]

        assert ids(found) == expected
        assert found.total == 45
        assert found.pages == -(-45 // per_page)
        assert found.has_next == (page < found.pages)
        numbers = list(found.iter_pages())
        shown = [number for number in numbers if number]
        assert shown == sorted(set(shown))
        assert shown[0] == 1
        assert shown[-1] == found.pages


def test_the_links_are_accessible_and_keep_the_filter(site) -> None:
    template = (
        '{% from "db/pagination.html" import pagination_links %}'
        '{{ pagination_links(items, "items", tag="<b>") }}'
    )
    with site.app.test_request_context("/items?page=2&per_page=5"):
        items = site.Item.query.paginate()
        html = render_template_string(template, items=items)
        single = site.Item.query.paginate(page=1, per_page=50)
        nothing = render_template_string(template, items=single)

    assert '<nav class="pagination" aria-label="Pages">' in html
    assert html.count('aria-current="page"') == 1
    assert 'rel="next" href="/items?page=3&amp;tag=%3Cb%3E"' in html
    assert 'rel="prev" href="/items?page=1&amp;tag=%3Cb%3E"' in html
    assert "style=" not in html
    assert "onclick" not in html
    assert "nav" not in nothing
