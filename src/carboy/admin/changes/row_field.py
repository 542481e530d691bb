"""Fields for related rows: words are enough, a script only makes suggestions."""

from typing import Any

from markupsafe import Markup
from wtforms import Field, ValidationError

from carboy.admin.access import VIEW
from carboy.translation import gettext

from .row_choices import FindChoices, RowChoices


class RowInput:
    """A text input with suggestions: all matches, if what was typed fits several."""

    validation_attrs = ("required",)
    input_type = "text"

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        """Return the input, and the list of its suggestions."""
        options = Markup("").join(
            Markup('<option value="{}"></option>').format(text)
            for text in field.list_suggestions()
        )
        shown = Markup("").join(
            Markup(' {}="{}"').format(name.rstrip("_").replace("_", "-"), value)
            for name, value in attributes.items()
            if value not in {None, False}
        )
        chosen = Markup("").join(
            Markup(
                '<div class="ui-choice"><input type="checkbox" id="{0}-{1}" name="{2}"'
                ' value="{3}" checked><label for="{0}-{1}">{3}</label></div>'
            ).format(field.id, number, field.name, text)
            for number, text in enumerate(field.list_chosen())
        )
        return chosen + Markup(
            '<input type="text" id="{0}" name="{1}" value="{2}" list="{0}-choices"'
            ' autocomplete="off" data-choices="{3}"{4}>'
            '<datalist id="{0}-choices">{5}</datalist>'
        ).format(
            field.id, field.name, field.get_text(), field.choices_url(), shown, options
        )


class RowField(Field):
    """One related row, or its key; `data` is what is written to the object."""

    widget = RowInput()

    def __init__(
        self,
        label: Any = None,
        *,
        target: type[Any],
        find_choices: FindChoices,
        make_url: Any,
        key_name: str = "",
        **options: Any,
    ) -> None:
        self.target = target
        self.find_choices = find_choices
        self.choices_url = make_url
        # The attribute of the row that is written, instead of the row.
        self.key_name = key_name
        # Whether rows are suggested before anything is typed: a query for each field.
        self.has_suggestions = True
        self._texts: list[str] = []
        self._matches: list[Any] = []
        # Whether the object has a row that the user may not see: it stays.
        self._is_unseen = False
        super().__init__(label, **options)

    @property
    def choices(self) -> RowChoices:
        """The rows that may be chosen."""
        return self.find_choices(self.target)

    def process_data(self, value: Any) -> None:
        """Take the row, or its key, of the object."""
        self.data = value
        self._is_unseen = value is not None and not self._find_rows(value)

    def populate_obj(self, obj: Any, name: str) -> None:
        """Write the row, or its key, unless the user does not know what is there."""
        if self._texts or not self._is_unseen:
            setattr(obj, name, self.data)

    def _find_rows(self, value: Any) -> list[Any]:
        """Return the row of a value if the user may see it."""
        choices = self.choices
        if self.key_name:
            return choices.find_by(self.key_name, value)
        return [value] if choices.access.allows(VIEW, value) else []

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Find the row that a text stands for."""
        self._texts = [str(text) for text in valuelist if str(text).strip()]
        self.data = self._read(self._texts)

    def _read(self, texts: list[str]) -> Any:
        rows = [self._read_one(text) for text in texts[:1]]
        return self._value(rows[0]) if rows else None

    def _value(self, row: Any) -> Any:
        return getattr(row, self.key_name) if self.key_name else row

    def _read_one(self, text: str) -> Any:
        rows = self.choices.read(text)
        if len(rows) == 1:
            return rows[0]
        self._matches = rows
        if rows:
            raise ValidationError(
                gettext("%(text)s fits several. Choose one of them.", text=repr(text))
            )
        raise ValidationError(gettext("There is no %(text)s.", text=repr(text)))

    def list_suggestions(self) -> list[str]:
        """Return what the input suggests without a script."""
        choices = self.choices
        found = choices.search("") if self.has_suggestions else []
        return [choices.write(row) for row in self._matches or found]

    def list_chosen(self) -> list[str]:
        """Return the rows that stand beside the input: one stands in it."""
        return []

    def get_text(self) -> str:
        """Return what stands in the input."""
        if self._texts:
            return self._texts[0]
        if self.data is None:
            return ""
        rows = self._find_rows(self.data)
        return self.choices.write(rows[0]) if rows else ""


class RowsField(RowField):
    """Several related rows: those chosen stand beside an input for one more."""

    def process_data(self, value: Any) -> None:
        """Take the rows of the object."""
        values = getattr(value, "values", None)
        self.data = list(values() if callable(values) else value or ())

    def _read(self, texts: list[str]) -> Any:
        rows = [self._read_one(text) for text in texts]
        return list(dict.fromkeys(rows))

    def list_chosen(self) -> list[str]:
        """Return the rows that are chosen already."""
        if self._matches or self.errors:
            return self._texts[:-1]
        choices = self.choices
        seen = [row for row in self.data or () if choices.access.allows(VIEW, row)]
        return [choices.write(row) for row in seen]

    def get_text(self) -> str:
        """Return what was typed and is not chosen yet."""
        return self._texts[-1] if self.errors and self._texts else ""

    def populate_obj(self, obj: Any, name: str) -> None:
        """Write the rows; those that the user cannot see stay where they are."""
        choices = self.choices
        before = list(getattr(obj, name))
        unseen = [row for row in before if not choices.access.allows(VIEW, row)]
        rows = list(dict.fromkeys([*unseen, *self.data]))
        setattr(obj, name, set(rows) if isinstance(getattr(obj, name), set) else rows)
