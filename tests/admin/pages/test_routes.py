"""Every address of the console is guarded."""

from tests.admin.conftest import Site, log_in


def test_visitors_get_404_at_every_address(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "")
    rules = [
        rule
        for rule in sqlite_site.app.url_map.iter_rules()
        if rule.rule.startswith("/-/admin")
    ]

    assert len(rules) >= 9
    for rule in rules:
        url = rule.rule.replace("<slug>", "house").replace("<key>", "1")
        url = url.replace("<int:change_id>", "1")
        for method in rule.methods or ():
            answer = client.open(url, method=method)
            assert answer.status_code in {404, 200 if method == "OPTIONS" else 404}, url
