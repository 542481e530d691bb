"""The table of rules by which documents are compared."""

import pytest

from carboy.rest.openapi.change_rules import (
    CHANGE_RULES,
    LIMITS,
    ChangeReport,
    Severity,
)


@pytest.mark.parametrize("keyword", LIMITS)
def test_a_stricter_limit_breaks_requests_and_a_looser_one_responses(keyword):
    stricter, looser = (
        ("raised", "lowered") if LIMITS[keyword] else ("lowered", "raised")
    )

    for change in ("added", stricter):
        assert CHANGE_RULES[f"request-{keyword}-{change}"].severity == "breaking"
        assert CHANGE_RULES[f"response-{keyword}-{change}"].severity == "info"
    for change in ("removed", looser):
        assert CHANGE_RULES[f"request-{keyword}-{change}"].severity == "info"
        assert CHANGE_RULES[f"response-{keyword}-{change}"].severity == "breaking"


def test_no_rule_hides_another_one():
    texts = {(rule.id, rule.text) for rule in CHANGE_RULES.values()}

    assert len(texts) == len(CHANGE_RULES) == 233


def test_a_report_keeps_each_change_once_and_breaking_ones_first():
    report = ChangeReport()

    report.add("path-added", "/b")
    report.add("path-removed", "/a")
    report.add("path-removed", "/a")

    assert [change.place for change in report.sorted()] == ["/a", "/b"]


def test_a_change_that_reaches_no_client_is_an_information():
    report = ChangeReport()

    report.add("request-enum-value-removed", "/a", old="x", harmless=True)

    (change,) = report.sorted()
    assert change.severity is Severity.INFO
    assert change.text == "the value x was removed"
