"""What the board does in the background."""

from time import sleep

from carboy.i18n import force_locale, gettext, gettext_noop
from carboy.tasks import progress

from .ext import db, tasks
from .models import Reply, Topic

SUBJECTS = (
    gettext_noop("cider"),
    gettext_noop("mead"),
    gettext_noop("ginger beer"),
    gettext_noop("kombucha"),
    gettext_noop("perry"),
    gettext_noop("elderflower wine"),
)
QUESTIONS = (
    gettext_noop("How long does %(name)s keep in a carboy?"),
    gettext_noop("My %(name)s stopped bubbling, is that bad?"),
    gettext_noop("First batch of %(name)s bottled today"),
    gettext_noop("Which yeast do you take for %(name)s?"),
)


@tasks.task
def import_topics(number: int = 24, pause: float = 0.2, language: str = "en") -> int:
    """Write sample topics, one by one, and tell how far it is.

    A worker serves nobody, so it is told the language of who started it.
    """
    for index in range(number):
        with force_locale(language):
            topic = make_topic(index)
        db.session.add(topic)
        db.session.commit()
        progress(index + 1, number, topic.title)
        sleep(pause)
    return number


def make_topic(index: int) -> Topic:
    """Make a sample topic with a reply."""
    name = gettext(SUBJECTS[index % len(SUBJECTS)])
    title = gettext(QUESTIONS[index % len(QUESTIONS)]) % {"name": name}
    text = gettext("A note about %(name)s.", name=name)
    topic = Topic(title=title, author=gettext("importer"), text=text)
    thanks = gettext("Thank you for asking.")
    topic.replies.append(Reply(author=gettext("reader"), text=thanks))
    return topic
