"""The input of an attachment: what is there, a plain file input, a script on top."""

from typing import Any

from markupsafe import Markup
from wtforms.widgets import FileInput

from carboy.translation import gettext as _

from .app_state import uploads_state
from .attachment import AttachedFile, Image
from .content.refusals import show
from .static_files import uploads_static

_PREVIEW = Markup('<img src="{}" alt="" width="{}" height="{}">')
_ROW = Markup('<p class="upload-file">{}{} <span class="ui-hint">{}</span></p>')
_KEPT = Markup('<input type="hidden" name="{}-kept" value="{}">')
_REMOVE = Markup(
    '<div class="ui-choice"><input type="checkbox" id="{0}-remove" name="{0}-remove" '
    'value="1"><label for="{0}-remove">{1}</label></div>'
)
_BOX = Markup(
    '<div class="upload" data-upload><link rel="stylesheet" href="{}">{}{}'
    '<div class="upload-list" aria-live="polite"></div>{}'
    '<script src="{}" defer></script></div>'
)


class AttachmentWidget(FileInput):
    """A file input, with the present file, and those that were accepted before."""

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        """Return the HTML of a field."""
        state = uploads_state.current()
        kept = state.make_kept_files()
        tokens = [kept.keep(each, field.owner) for each in field.list_accepted()]
        if field.has_file or tokens:
            attributes["required"] = False
        if field.rules.accept:
            attributes.setdefault("accept", field.rules.accept)
        return _BOX.format(
            uploads_static("uploads.css"),
            Markup("").join(_show_files(field)),
            super().__call__(field, **attributes),
            Markup("").join([
                *(_KEPT.format(field.name, token) for token in tokens),
                *_offer_removal(field),
            ]),
            uploads_static("uploads.js"),
        )


def _show_files(field: Any) -> list[Markup]:
    data = field.data if isinstance(field.data, list) else [field.data]
    return [_show_file(each) for each in data if isinstance(each, AttachedFile)]


def _show_file(file: AttachedFile) -> Markup:
    preview = Markup("")
    if isinstance(file, Image) and file.content is None:
        # At most a hundred pixels: variants are for the pages of the site.
        scale = min(100 / max(file.height, 1), 100 / max(file.width, 1), 1)
        width, height = round(file.width * scale), round(file.height * scale)
        preview = _PREVIEW.format(file.url(), max(width, 1), max(height, 1))
    return _ROW.format(preview, file.name, show(file.size))


def _offer_removal(field: Any) -> list[Markup]:
    if not field.can_be_removed:
        return []
    return [_REMOVE.format(field.name, _("Remove this file"))]
