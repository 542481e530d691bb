"""Rows of a file through the forms of the console: the same checks and policies."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from carboy.admin.access import EDIT, VIEW, Access
from carboy.admin.actions import ActionReport
from carboy.admin.console import AdminConsole, find_row
from carboy.admin.errors import ActionError
from carboy.admin.row_forms import write_fields
from carboy.admin.schema import UNREADABLE, Attribute, ModelAdmin, read_plain
from carboy.translation import gettext

_TRUE = frozenset({"true", "yes", "1", "on", "x"})
_FALSE = frozenset({"false", "no", "0", "off"})
# Day 0 of spreadsheets.
_EPOCH = dt.datetime.fromisoformat("1899-12-30")
_LARGEST_DAY = 2_958_465


@dataclass(frozen=True, slots=True)
class RowImporter:
    """Adds rows, or changes those whose keys the file has; it commits nothing.

    `names` says, for each column of the file, which attribute it is; "" is none.
    """

    console: AdminConsole
    access: Access
    admin: ModelAdmin
    names: tuple[str, ...]
    is_update: bool = False

    def run(self, rows: Sequence[Sequence[str]], first_line: int) -> ActionReport:
        """Write the rows; each that has a problem is undone alone."""
        report = ActionReport()
        for line, row in enumerate(rows, first_line):
            try:
                self._write(dict(zip(self.names, row, strict=True)))
            except ActionError as problem:
                name = gettext("Line %(number)s", number=line)
                report.add_problem(name, str(problem))
            else:
                report.done += 1
        return report

    def _write(self, values: Mapping[str, str]) -> None:
        row = self._find(values) if self.is_update else None
        write_fields(
            self.console,
            self.access,
            self.admin,
            row,
            only={*values},
            make_formdata=lambda each: _make_formdata(each, values),
        )

    def _find(self, values: Mapping[str, str]) -> Any:
        names = self.admin.key_names()
        columns = self.admin.mapper.primary_key
        try:
            key = tuple(
                read_plain(column.type, values[name])
                for column, name in zip(columns, names, strict=True)
            )
        except UNREADABLE:
            key = ()
        row = key and find_row(self.console.session, self.admin, key, is_locked=True)
        if not row or not self.access.allows(VIEW, row):
            shown = ", ".join(values.get(name, "") for name in names)
            raise ActionError(gettext("There is no row %(key)s.", key=repr(shown)))
        if not self.access.allows(EDIT, row):
            raise ActionError(gettext("You may not do this with this row."))
        return row


def match_headings(
    headings: Sequence[str], attributes: Sequence[Attribute]
) -> list[str]:
    """Return the attribute that each heading names, by its name or label, or ""."""
    names: dict[str, str] = {}
    for each in attributes:
        names.setdefault(str(each.label).casefold(), each.name)
    for each in attributes:
        names[each.name.casefold()] = each.name
        if each.kind == "one":
            for column in each.prop.local_columns:
                names.setdefault(column.name.casefold(), each.name)
    found = [names.get(heading.casefold(), "") for heading in headings]
    # Of two columns with one name the first counts.
    return [
        name if name and name not in found[:place] else ""
        for place, name in enumerate(found)
    ]


def _make_formdata(
    attributes: Sequence[Attribute], values: Mapping[str, str]
) -> MultiDict[str, str]:
    data: MultiDict[str, str] = MultiDict()
    for each in attributes:
        text = values[each.name].strip() if each.is_relation else values[each.name]
        for value in _convert(each, text):
            data.add(each.name, value)
    # A form without any data would count as not sent.
    data.add("imported", "1")
    return data


def _convert(attribute: Attribute, text: str) -> list[str]:
    """Return what a browser would send for a value."""
    kind = attribute.kind
    if kind == "boolean":
        return _convert_boolean(attribute, text.strip().lower())
    if kind == "many":
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind == "one" and text.isascii() and text.isdigit():
        return [f"[{text}]"]
    if kind in {"date", "datetime"}:
        return [_convert_day(attribute, text.strip())]
    return [text]


def _convert_boolean(attribute: Attribute, text: str) -> list[str]:
    known = {**dict.fromkeys(_TRUE, "true"), **dict.fromkeys(_FALSE, "false"), "": ""}
    if text not in known:
        message = gettext(
            "%(value)s is no value of %(label)s.",
            value=repr(text),
            label=attribute.label,
        )
        raise ActionError(message)
    if attribute.is_nullable:
        return [known[text]]
    return ["1"] if text in _TRUE else []


def _convert_day(attribute: Attribute, text: str) -> str:
    """Return a date or time as fields read it; spreadsheets count days."""
    is_day = attribute.kind == "date"
    try:
        number = float(text)
    except ValueError:
        return text if is_day else _drop_zone(attribute, text)
    if not 1 <= number <= _LARGEST_DAY:
        return text
    moment = _EPOCH + dt.timedelta(seconds=round(number * 86_400))
    return moment.date().isoformat() if is_day else moment.isoformat()


def _drop_zone(attribute: Attribute, text: str) -> str:
    """Return a time in the zone of its field, which names none."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is None or attribute.column is None:
        return text
    zone: Any = attribute.column.info.get("zone", dt.UTC)
    zone = ZoneInfo(zone) if isinstance(zone, str) else zone
    return moment.astimezone(zone).replace(tzinfo=None).isoformat()
