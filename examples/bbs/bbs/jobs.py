"""What the board does in the background."""

from time import sleep

from carboy.tasks import progress

from .ext import db, tasks
from .models import Reply, Topic

SUBJECTS = ("cider", "mead", "ginger beer", "kombucha", "perry", "elderflower wine")
QUESTIONS = (
    "How long does {} keep in a carboy?",
    "My {} stopped bubbling, is that bad?",
    "First batch of {} bottled today",
    "Which yeast do you take for {}?",
)


@tasks.task
def import_topics(number: int = 24, pause: float = 0.2) -> int:
    """Write sample topics, one by one, and tell how far it is."""
    for index in range(number):
        subject = SUBJECTS[index % len(SUBJECTS)]
        question = QUESTIONS[index % len(QUESTIONS)].format(subject)
        topic = Topic(
            title=question, author="importer", text=f"A note about {subject}."
        )
        topic.replies.append(Reply(author="reader", text="Thank you for asking."))
        db.session.add(topic)
        db.session.commit()
        progress(index + 1, number, question)
        sleep(pause)
    return number
