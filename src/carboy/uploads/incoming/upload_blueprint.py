"""`UploadBlueprint`: what the blueprints share whose files come before their form."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, url_for
from markupsafe import Markup
from werkzeug.exceptions import Forbidden

from carboy.translation import gettext as _
from carboy.uploads.static_files import uploads_static

from .column_intake import KEPT_FIELD, ColumnIntake

_FIELD = Markup(
    '<input {}><link rel="stylesheet" href="{}"><script src="{}" defer></script>'
)


class UploadBlueprint(Blueprint):
    """Takes files for one attachment column; `field` and `find` belong into its form.

    `allow` decides in each request whether the visitor may send files. A file that no
    form takes is removed by the sweeper.
    """

    def __init__(
        self,
        name: str,
        import_name: str,
        column: Any,
        *,
        allow: Callable[[], bool],
        expires: int,
    ) -> None:
        super().__init__(
            name,
            import_name,
            static_folder="static",
            static_url_path="/-/script",
        )
        self._intake = ColumnIntake(column)
        self._allow = allow
        self._expires = expires

    def find(self, name: str) -> Any:
        """Return what the form of the current request has in the field `name`.

        That is the attachment of a file that came before, the plain file of a browser
        without JavaScript, or None. Each can be assigned to the attribute of a row. An
        `AttachmentField` of a form finds them by itself.
        """
        return self._intake.find_in_form(name)

    def render_field(
        self,
        name: str,
        script: str,
        texts: Mapping[str, str],
        attributes: Mapping[str, str],
    ) -> Markup:
        """Return the HTML of a file field, with the script that sends its file."""
        data = {
            "type": "file",
            "name": name,
            "class": "ui-input",
            "data-field": name + KEPT_FIELD,
            "data-cancel": _("Cancel"),
            "data-remove": _("Remove this file"),
            "data-sending": _("Sending the file"),
            "data-done": _("The file has arrived."),
            "data-failed": _("The file cannot be sent."),
            **texts,
            **attributes,
        }
        accept = self._intake.rules.accept
        if accept:
            data.setdefault("accept", accept)
        pairs = Markup(" ").join(
            Markup('{}="{}"').format(each.replace("_", "-"), value)
            for each, value in data.items()
        )
        url = url_for(f"{self.name}.static", filename=script)
        return _FIELD.format(pairs, uploads_static("uploads.css"), url)

    def check_visitor(self) -> None:
        """Raise `Forbidden` for a visitor who may not send files."""
        if not self._allow():
            raise Forbidden
