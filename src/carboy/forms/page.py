"""`form_page(form)`: the whole content of a page that shows a form, in one line."""

from typing import Any

from markupsafe import Markup

from carboy.core import get_current_app
from carboy.errors import ConfigError

_HEADING = Markup("<h1>{}</h1>\n")
_LEAD = Markup('<p class="ui-lead">{}</p>\n')


def form_page(form: Any, title: str = "", lead: str = "", **options: Any) -> Markup:
    """Return heading, error summary, fields and buttons of `form`.

    `options` are those of `ui.form`: `submit`, `action`, `cancel`, `update`, `method`.
    """
    macros: Any = get_current_app().jinja_env.globals.get("ui")
    if macros is None:
        msg = "form_page needs the battery ui. Install it: app.use(UI())."
        raise ConfigError(msg)
    heading = _HEADING.format(title) if title else Markup("")
    introduction = _LEAD.format(lead) if lead else Markup("")
    return heading + introduction + Markup("").join([macros.form(form, **options)])
