"""What visitors fill in."""

from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField

from carboy.forms import Form
from carboy.forms.validators import DataRequired, Length, Optional, Regexp, Unique
from carboy.i18n import lazy_gettext as _
from carboy.uploads.fields import AttachmentField

from .models import Import, User

_MARKDOWN = _("You can use Markdown, and @name to notify somebody.")


def _text(label: Any, hint: Any = _MARKDOWN) -> TextAreaField:
    rules = [DataRequired(_("Write something")), Length(max=10_000)]
    return TextAreaField(label, rules, description=hint)


def _find_user(name: str | None) -> User | None:
    return User.query.filter_by(username=(name or "").casefold()).first()


class ThreadForm(Form):
    """A new thread."""

    title = StringField(
        _("Title"), [DataRequired(_("Enter a title")), Length(min=3, max=120)]
    )
    text = _text(_("Text"))
    tags = StringField(
        _("Tags"), [Length(max=120)], description=_("Up to five words: cider, yeast")
    )


class PostForm(Form):
    """A reply, or its new text."""

    text = _text(_("Your reply"))


class ReportForm(Form):
    """Why a post breaks the rules."""

    reason = StringField(
        _("Reason"), [DataRequired(_("Enter a reason")), Length(max=200)]
    )


class ProfileForm(Form):
    """What others see of somebody."""

    name = StringField(_("Name"), [DataRequired(_("Enter your name")), Length(max=60)])
    username = StringField(
        _("Mention name"),
        [
            Optional(),
            Length(min=2, max=30),
            Regexp(r"[\w.-]+", message=_("Use letters, digits, dots and hyphens")),
            Unique(_find_user),
        ],
        description=_("Others write @ and this name to notify you."),
    )
    about = TextAreaField(_("About you"), [Length(max=300)])
    avatar = AttachmentField(User.avatar, _("Picture"))
    wants_digest = BooleanField(_("Send me the new threads of each day by mail"))


class ImportForm(Form):
    """A file of threads."""

    board = SelectField(_("Board"), coerce=int)
    file = AttachmentField(
        Import.file,
        _("CSV file"),
        description=_("With the columns title, text and tags, up to 1 MB."),
    )
