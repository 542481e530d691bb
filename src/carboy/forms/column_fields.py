"""Fields for columns that WTForms has no field for: JSON, and times with a zone."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import wtforms
from wtforms import widgets

Zone = tzinfo | Callable[[], tzinfo]

_DATETIME_FORMATS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]
_DATETIME_FORMATS += ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


class JsonField(wtforms.TextAreaField):
    """A text area with JSON; `data` is what it means, None if it is empty."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read JSON; what is none stays in the field as it was typed."""
        text = valuelist[0] if valuelist else ""
        if not text.strip():
            self.data = None
            return
        try:
            value = json.loads(text, parse_constant=_refuse_constant)
            # A surrogate without its pair, and NUL, which databases do not store.
            is_storable = "\\u0000" not in json.dumps(value)
            # Nor a number so large that it became infinite: 1e999.
            json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        except (ValueError, RecursionError):
            is_storable = False
        if not is_storable:
            self.data = None
            raise ValueError(self.gettext("Enter valid JSON."))
        self.data = value

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        return json.dumps(self.data, ensure_ascii=False, indent=2)


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


class ExactTimeField(wtforms.TimeField):
    """A time with seconds; an unchanged one keeps its fractions."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("format", ["%H:%M:%S", "%H:%M"])
        super().__init__(label, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the time that was sent."""
        before = self.object_data
        super().process_formdata(valuelist)
        if before is not None and self.data == before.replace(microsecond=0):
            self.data = before


class ExactDateTimeField(wtforms.DateTimeLocalField):
    """A date and time; an unchanged one keeps its fractions of a second.

    With `zone`, people read and write the time of that zone, and `data` has it.
    """

    def __init__(
        self, label: Any = None, *, zone: Zone | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("format", _DATETIME_FORMATS)
        # A function is asked for each form: the zone may be that of the visitor.
        self.zone = zone() if callable(zone) else zone
        super().__init__(label, **kwargs)

    def process_data(self, value: Any) -> None:
        """Show a time in the zone of the field; a naive one is UTC."""
        if self.zone is not None and isinstance(value, datetime):
            aware = value if value.tzinfo else value.replace(tzinfo=UTC)
            value = aware.astimezone(self.zone)
        super().process_data(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the time that was sent, in the zone of the field."""
        shown = self.data
        super().process_formdata(valuelist)
        same = shown.replace(tzinfo=None, microsecond=0) if shown else None
        if shown and self.data == same:
            # Also the second of two equal hours, when summer time ends.
            self.data = shown
        elif self.data is not None and self.zone is not None:
            self.data = self._localize(self.data)

    def populate_obj(self, obj: Any, name: str) -> None:
        """Write the time in UTC: SQLite and MariaDB store no zone."""
        value = self.data
        if self.zone is not None and value is not None and value.tzinfo is not None:
            value = value.astimezone(UTC)
        setattr(obj, name, value)

    def _localize(self, value: datetime) -> datetime:
        local = value.replace(tzinfo=self.zone)
        try:
            back = local.astimezone(UTC).astimezone(self.zone)
        except OverflowError:
            # The first and the last hours that Python knows, in UTC.
            self.data = None
            raise ValueError(self.gettext("Not a valid datetime value.")) from None
        if back.replace(tzinfo=None) != value:
            # The hour that is left out when summer time begins.
            self.data = None
            text = self.gettext("This time does not exist on that day.")
            raise ValueError(text)
        return local


class UnknownBooleanField(wtforms.SelectField):
    """Yes, no or unknown: for a column that may be NULL."""

    widget = widgets.Select()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, coerce=_to_bool, **kwargs)


def _to_bool(value: Any) -> bool | None:
    if value in {"", None}:
        return None
    if value in {True, "true"}:
        return True
    if value in {False, "false"}:
        return False
    raise ValueError(value)


def find_zone(info: dict[Any, Any]) -> Zone:
    """Return the zone of a column: `info={"zone": "Europe/Berlin"}`, or UTC."""
    zone: str | Zone = info.get("zone", UTC)
    return ZoneInfo(zone) if isinstance(zone, str) else zone
