"""`form_page(form)`: the whole content of a page that shows a form, in one line."""

from typing import Any

from markupsafe import Markup

from carboy.core import get_current_app
from carboy.errors import ConfigError

from .current_token import hidden_token
from .rendering import FormOptions, FormRenderer
from .words import Words


def form_page(
    form: Any, title: str = "", lead: str = "", steps: Any = None, **options: Any
) -> Markup:
    """Return heading, error summary, fields and buttons of `form`.

    `options` are `submit`, `action`, `cancel`, `update`, `method`, as in `ui.form`.
    """
    environment = get_current_app().jinja_env
    names: Any = environment.globals
    if "ui" not in names:
        msg = "form_page needs the battery ui. Install it: app.use(UI())."
        raise ConfigError(msg)
    words = Words(names["ui_text"])
    renderer = FormRenderer(words, environment.filters, hidden_token)
    head = Markup("")
    if steps is not None:
        head += steps.render_progress(words)
        options = {**steps.render_options(words), **options}
        title = title or steps.title
    if title:
        head += Markup("<h1>{}</h1>\n").format(title)
    if lead:
        head += Markup('<p class="ui-lead">{}</p>\n').format(lead)
    return head + renderer.render(form, FormOptions(**options))
