"""How long sessions live, and when a visit is worth a write."""

import msgspec


class Lifetime(msgspec.Struct, frozen=True):
    """The lifetimes of sessions, in seconds."""

    idle: float
    absolute: float
    permanent: float
    # Whether a visit extends a permanent session, or only a change.
    is_refreshed: bool = True

    @property
    def longest(self) -> float:
        """The longest lifetime of any session."""
        return max(self.absolute, self.permanent)

    def expires_at(self, created: float, seen: float, *, permanent: bool) -> float:
        """Return when a session ends that is not visited again."""
        if permanent:
            return min(seen + self.permanent, created + self.longest)
        return min(seen + self.idle, created + self.absolute)

    def needs_touch(self, seen: float, now: float, *, permanent: bool) -> bool:
        """Return whether to record a visit: once in a tenth of the idle time."""
        if permanent and not self.is_refreshed:
            return False
        return now - seen >= (self.permanent if permanent else self.idle) / 10
