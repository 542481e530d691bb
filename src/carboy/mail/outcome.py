"""What a mail server answered: sent, try again, refused, or unknown."""

from dataclasses import dataclass, field
from typing import Literal

State = Literal["sent", "temporary", "permanent", "undecided"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one attempt to hand a mail over.

    `temporary`: nobody has the mail, and it may be sent again, also by another mailer.
    `permanent`: it was refused. `undecided`: it was handed over and not answered, so
    that a second attempt could deliver it twice. `refused` are recipients that the
    server did not accept while it accepted others; `later` those among them that it may
    accept later.
    """

    state: State
    reason: str = ""
    refused: dict[str, str] = field(default_factory=dict)
    later: tuple[str, ...] = ()


SENT = Outcome("sent")
