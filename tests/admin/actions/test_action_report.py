"""A report is what it was after a detour through JSON, and never long."""

import json

from carboy.admin.actions import ActionReport


def test_reports_are_added_and_stored() -> None:
    report = ActionReport(done=1, refused=2)
    for number in range(30):
        report.add_problem(f"row {number}", "why" * 1000)

    again = ActionReport.from_json(json.loads(json.dumps(report.to_json())))
    again.add(ActionReport(done=4))

    assert (again.done, again.refused, again.failed, again.count) == (5, 2, 30, 37)
    assert len(again.problems) == 20
    assert len(json.dumps(report.to_json())) < 15_000
    assert ActionReport.from_json(None) == ActionReport()
