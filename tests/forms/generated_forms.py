"""Forms that hypothesis makes up: nested, repeated, with files and all inputs."""

from typing import Any

import wtforms
from hypothesis import strategies as st

from carboy.forms import Form, FormSteps
from carboy.forms.field_tree import walk_fields
from carboy.forms.validators import DataRequired, Length, Optional

CHOICES = {"a": "Cider & perry", "b": "<b>Mead</b>", "三": "梨酒"}
_CHARACTERS = st.characters(
    codec="utf-8",
    exclude_categories=["Cs", "Cc", "Cn", "Co"],
    exclude_characters="\x7f",
)
TEXTS = st.one_of(
    st.sampled_from(["Name", "三体", "A & B", "<i>", '"quoted"', "a' b", "ﷺ", "x y z"]),
    st.text(_CHARACTERS, min_size=1, max_size=8).filter(str.strip).map(str.strip),
)
_NAMES = [
    "name",
    "mail",
    "date",
    "lines",
    "tags",
    "kind_of",
    "note",
    "a",
    "x_1",
    "lineses",
]
_SIMPLE = [
    wtforms.StringField, wtforms.EmailField, wtforms.TelField, wtforms.URLField,
    wtforms.SearchField, wtforms.PasswordField, wtforms.TextAreaField,
    wtforms.IntegerField, wtforms.DecimalField, wtforms.FloatField,
    wtforms.DateField, wtforms.TimeField, wtforms.DateTimeLocalField,
    wtforms.MonthField, wtforms.BooleanField, wtforms.ColorField,
]  # fmt: skip
_FILES = [wtforms.FileField, wtforms.MultipleFileField]


@st.composite
def fields(draw: st.DrawFn, depth: int = 2, *, files: bool = True) -> Any:
    """Return an unbound field, at times a form within the form, or a list."""
    kinds = ["simple"] * 6 + ["select", "radio", "several"]
    kinds += ["file"] if files else []
    kinds += ["group", "list", "list"] if depth else []
    kind = draw(st.sampled_from(kinds))
    label, hint = draw(TEXTS), draw(st.one_of(st.just(""), TEXTS))
    required = draw(st.booleans())
    validators = [DataRequired()] if required else [Optional()]
    common = {"description": hint, "validators": validators}
    if kind == "simple":
        field = draw(st.sampled_from(_SIMPLE))
        if field in {wtforms.StringField, wtforms.TextAreaField} and draw(
            st.booleans()
        ):
            validators.append(Length(max=draw(st.integers(1, 20))))
        return field(label, **common)
    if kind == "file":
        return draw(st.sampled_from(_FILES))(label, **common)
    if kind == "group":
        return wtforms.FormField(
            draw(forms(depth - 1, files=files)), label, description=hint
        )
    if kind == "list":
        entry = draw(fields(depth - 1, files=files))
        least = draw(st.integers(0, 2))
        most = draw(st.one_of(st.none(), st.integers(max(least, 1), 3)))
        return wtforms.FieldList(
            entry, label, description=hint, min_entries=least, max_entries=most
        )
    choices = draw(st.sampled_from([CHOICES, {"": "", **CHOICES}]))
    if kind == "several":
        return wtforms.SelectMultipleField(label, choices=CHOICES, **common)
    return {"select": wtforms.SelectField, "radio": wtforms.RadioField}[kind](
        label, choices=CHOICES if kind == "radio" else choices, **common
    )


@st.composite
def forms(draw: st.DrawFn, depth: int = 2, *, files: bool = True) -> type[Form]:
    """Return a form class."""
    names = draw(st.lists(st.sampled_from(_NAMES), min_size=1, max_size=5, unique=True))
    members: dict[str, Any] = {name: draw(fields(depth, files=files)) for name in names}
    if depth == 2 and draw(st.booleans()):
        members["send"] = wtforms.SubmitField(draw(TEXTS))
    return type("GeneratedForm", (Form,), members)


def has_late_fields(form: type[Form]) -> bool:
    """Return whether a form asks for what only a last step may ask for."""
    late = (wtforms.PasswordField, wtforms.FileField, wtforms.MultipleFileField)
    return any(issubclass(kind, late) for _, kind in walk_fields(form))


@st.composite
def steps(draw: st.DrawFn) -> FormSteps:
    """Return forms of two or three steps."""
    early = forms(depth=1, files=False).filter(lambda form: not has_late_fields(form))
    count = draw(st.integers(1, 2))
    classes = {f"step{number}": draw(early) for number in range(count)}
    titles = {name: draw(TEXTS) for name in classes}
    return FormSteps("made", {**classes, "last": draw(forms())}, titles=titles)


def fill(draw: st.DrawFn, names: list[str]) -> list[tuple[str, str]]:
    """Return a value for each name of an input: wrong ones, empty ones, good ones."""
    values = st.one_of(
        st.just(""),
        TEXTS,
        st.sampled_from(["1", "a", "三", "2026-11-30", "y", "#aabbcc"]),
    )
    return [(name, draw(values)) for name in names]
