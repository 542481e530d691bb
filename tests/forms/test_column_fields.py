"""JSON, times with a zone, and booleans that may be unknown, as fields of a form."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from carboy.forms.column_fields import (
    ExactDateTimeField,
    ExactTimeField,
    JsonField,
    UnknownBooleanField,
    find_zone,
)

BERLIN = ZoneInfo("Europe/Berlin")


class Typed(Form):
    json = JsonField()
    clock = ExactTimeField()
    moment = ExactDateTimeField()
    local = ExactDateTimeField(zone=BERLIN)
    known = UnknownBooleanField(choices=["", "true", "false"])


def send(name, value, **kwargs):
    form = Typed(MultiDict({name: value}), **kwargs)
    return form[name]


@pytest.mark.parametrize(
    "text",
    [
        "{", "[1,]", "NaN", "[Infinity]", "[1e999]", "9" * 5000, "[" * 100_000,
        '"\\ud800"', '"\\u0000"', '{"\\u0000": 1}', "'a'",
    ],
)  # fmt: skip
def test_what_is_not_json_is_refused_and_kept_as_typed(text):
    field = send("json", text)

    assert field.process_errors == ["Enter valid JSON."]
    assert field.data is None
    assert field._value() == text


@pytest.mark.parametrize("text", ["", "  \n"])
def test_empty_json_is_none(text):
    assert send("json", text).data is None


def test_json_is_shown_as_people_read_it():
    assert Typed(json={"a": ["三"]}).json._value() == '{\n  "a": [\n    "三"\n  ]\n}'


def test_an_unchanged_time_keeps_its_fractions_and_a_changed_one_does_not():
    before = time(1, 2, 3, 4)

    assert send("clock", "01:02:03", clock=before).data == before
    assert send("clock", "01:02:04", clock=before).data == time(1, 2, 4)
    assert send("clock", "01:02", clock=before).data == time(1, 2)


def test_a_time_is_read_in_the_zone_of_the_field_and_saved_in_utc():
    field = send("local", "2026-07-01T14:00")
    row = Typed()

    field.populate_obj(row, "moment")

    assert field.data == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert row.moment.tzinfo is UTC
    assert row.moment.hour == 12


@pytest.mark.parametrize("zone", [UTC, None])
def test_a_time_is_shown_in_the_zone_of_the_field(zone):
    stored = datetime(2026, 1, 1, 12, tzinfo=zone)

    assert Typed(local=stored).local._value() == "2026-01-01T13:00:00"


def test_an_hour_that_does_not_exist_is_refused():
    field = send("local", "2026-03-29T02:30")

    assert field.process_errors == ["This time does not exist on that day."]
    assert field._value() == "2026-03-29T02:30"


def test_the_second_of_two_equal_hours_stays_if_unchanged():
    late = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    field = send("local", "2026-10-25T02:30:00", local=late)

    assert field.data.astimezone(UTC) == late


@pytest.mark.parametrize(
    ("text", "value"), [("", None), ("true", True), ("false", False)]
)
def test_unknown_is_a_value_of_its_own(text, value):
    field = send("known", text)

    assert field.data is value
    assert Typed(known=value).known.data is value
    selected = [c.value for c in field.iter_choices() if c.selected]
    assert selected == [text]


def test_another_word_is_no_boolean():
    assert send("known", "maybe").process_errors


@pytest.mark.parametrize("zone", ["Europe/Berlin", BERLIN])
def test_a_zone_is_a_name_or_a_zone(zone):
    assert find_zone({"zone": zone}) == BERLIN


def test_a_function_is_asked_for_the_zone_of_each_form():
    zones = [BERLIN, ZoneInfo("Asia/Shanghai")]
    asked = []

    def find():
        asked.append(zones[len(asked)])
        return asked[-1]

    class Moved(Form):
        moment = ExactDateTimeField(zone=find_zone({"zone": find}))

    assert asked == []
    sent = [
        Moved(MultiDict({"moment": "2026-01-01T12:00"})).moment.data for _ in range(2)
    ]

    assert [each.astimezone(UTC).hour for each in sent] == [11, 4]


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_the_first_and_the_last_hours_of_all_are_refused_where_utc_has_none(text):
    class Edges(Form):
        east = ExactDateTimeField(zone=ZoneInfo("Asia/Shanghai"))
        west = ExactDateTimeField(zone=ZoneInfo("America/New_York"))

    form = Edges(MultiDict({"east": text, "west": text}))

    wrong = "east" if text.startswith("0001") else "west"
    assert not form.validate()
    assert form.errors == {wrong: ["Not a valid datetime value."]}
    assert form[wrong].data is None


def test_without_a_zone_times_are_utc():
    assert find_zone({}) is UTC
