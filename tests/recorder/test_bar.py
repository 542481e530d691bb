"""The bar is added to whole pages of the developer, and to nothing else."""

from .conftest import LOCAL


def test_the_bar_is_added_to_whole_pages_for_the_developer_only(make_site):
    app = make_site()
    app.add_url_rule("/", "home", lambda: "<html><body>hi</body></html>")
    app.add_url_rule("/part", "part", lambda: "<p>hi</p>")
    app.add_url_rule("/json", "json", lambda: {"a": 1})
    client = app.test_client()

    page = client.get("/", **LOCAL)

    assert page.text.endswith(" defer></script></body></html>")
    assert page.content_length == len(page.data)
    assert client.get("/part", **LOCAL).text == "<p>hi</p>"
    assert "X-Debug-Token" in client.get("/json", **LOCAL).headers
    assert "script" not in client.get("/", base_url="http://example.com").text
    fetched = client.get("/", headers={"Sec-Fetch-Dest": "empty"}, **LOCAL)
    assert "script" not in fetched.text
