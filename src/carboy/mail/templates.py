"""Make a message from templates: `mail/NAME.txt`, `mail/NAME.html`, and a subject."""

from importlib.util import find_spec
from pkgutil import resolve_name
from typing import Any

from flask import current_app
from jinja2 import Template, TemplateNotFound

from .errors import MailError


def render_mail(
    name: str, language: str | None, context: dict[str, Any]
) -> dict[str, str]:
    """Return the subject, and the body, the HTML or both.

    The subject is the block `subject` of a template, or a first line of the text that
    begins with `Subject:`. With a language, `mail/NAME.zh-CN.txt` comes before
    `mail/NAME.txt`.
    """
    text = _find(name, language, "txt")
    html = _find(name, language, "html")
    if text is None and html is None:
        raise MailError(
            f"There is no template of the mail {name!r}. Write "
            f"templates/mail/{name}.txt or templates/mail/{name}.html."
        )
    values = {"language": language or "en", **context}
    current_app.update_template_context(values)
    parts: dict[str, str] = {}
    for template in (text, html):
        if template is not None and "subject" in template.blocks:
            parts.setdefault("subject", _render_subject(template, values))
    if text is not None:
        body = text.render(values)
        first, _, rest = body.lstrip().partition("\n")
        if first.lower().startswith("subject:"):
            parts.setdefault("subject", first[8:].strip())
            body = rest.lstrip("\r\n")
        parts["body"] = body
    if html is not None:
        values["subject"] = parts.get("subject", "")
        parts["html"] = inline_css(html.render(values))
    if not parts.get("subject"):
        raise MailError(
            f"The mail {name!r} has no subject. Begin mail/{name}.txt with a line "
            f"'Subject: …', or write {{% block subject %}} into a template."
        )
    return parts


def inline_css(html: str) -> str:
    """Return HTML whose rules of CSS are attributes; unchanged without the extra."""
    if "<style" not in html or find_spec("css_inline") is None:
        return html
    # Nothing is read from files or the network.
    inliner = resolve_name("css_inline:CSSInliner")(
        load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True
    )
    return str(inliner.inline(html))


def _render_subject(template: Template, values: dict[str, Any]) -> str:
    block = template.blocks["subject"]
    text = "".join(block(template.new_context(values)))
    # Lines of the template are no lines of the header.
    return " ".join(str(text).split())


def _find(name: str, language: str | None, kind: str) -> Template | None:
    names = [f"mail/{name}.{kind}"]
    if language:
        short = language.replace("_", "-").partition("-")[0]
        names[:0] = [f"mail/{name}.{language}.{kind}", f"mail/{name}.{short}.{kind}"]
    for candidate in dict.fromkeys(names):
        try:
            return current_app.jinja_env.get_template(candidate)
        except TemplateNotFound as error:
            if error.name != candidate:
                raise
    return None
