"""Forms ask for what is required, and refuse what is taken."""

from carboy.cli.generate.fields import parse_fields
from carboy.cli.generate.form_code import render_form, split_items
from carboy.cli.generate.names import parse_name


def test_a_form_has_a_field_for_each_field(site):
    fields = parse_fields(["title:string:80!:unique", "age:int", "note:references!"])

    text = render_form(parse_name("book"), fields, site, has_model=True)

    for part in (
        'DataRequired("Enter a title"),',
        "Length(max=80),",
        "Unique(lambda value: find_title(value)),",
        'age = IntegerField("Age", [Optional()])',
        'note_id = SelectField("Note", [InputRequired("Choose a note")], coerce=int)',
        "def __init__(self, obj: Book | None = None) -> None:",
        "self.note_id.choices = [SelectChoice(row.id, str(row)) for row in note_rows]",
        "def find_title(value: Any) -> Book | None:",
    ):
        assert part in text


def test_a_form_without_a_model_imports_none(site):
    text = render_form(
        parse_name("contact"), parse_fields(["mail:unique"]), site, has_model=False
    )

    assert "Unique" not in text
    assert ".models" not in text


def test_items_are_split_outside_of_brackets_and_quotes():
    assert split_items('a("x, y"), [1, 2], b') == ['a("x, y")', "[1, 2]", "b"]
