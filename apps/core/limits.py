"""How often something may be done for one key within a time, counted in the cache that the web workers share."""

from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True)
class Limit:
    """`times` within `seconds`, each counted from when it was taken. `name` keeps limits apart."""

    name: str
    times: int
    seconds: int

    def take(self, key: str) -> bool:
        """Whether it may be done once more; counts it if so. A key holds no personal value."""
        places = (f"limit:{self.name}:{key}:{nth}" for nth in range(self.times))
        return any(cache.add(place, 1, self.seconds) for place in places)
