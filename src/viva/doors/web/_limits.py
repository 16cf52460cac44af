"""How often a login may fail: counted by name and address, by address, and by name."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

WINDOW_SECONDS = 15 * 60.0
LIMITS: tuple[tuple[str, int], ...] = (("name and address", 5), ("address", 30), ("name", 60))
"""What is counted together, and how many failures in a window it may have. The last keeps a name from being
guessed at from many places; it is wide, or anyone could lock anyone out."""
MAX_KEYS = 20_000


class LoginLimits:
    """Failures of the last fifteen minutes; bounded, the oldest forgotten first."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Count by a clock of seconds."""
        self._clock = clock
        self._failures: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_seconds(self, name: str, address: str) -> float:
        """How long until this name may be tried from this address; 0 when it may be now."""
        now = self._clock()
        with self._lock:
            waits = [self._wait(key, limit, now) for key, limit in self._keys(name, address)]
        return max(waits)

    def note_failure(self, name: str, address: str) -> None:
        """Count a login that failed."""
        now = self._clock()
        with self._lock:
            for key, limit in self._keys(name, address):
                self._failures.setdefault(key, deque(maxlen=limit)).append(now)
                self._failures.move_to_end(key)
            while len(self._failures) > MAX_KEYS:
                self._failures.popitem(last=False)

    def note_success(self, name: str, address: str) -> None:
        """Forget the failures of this name from this address."""
        with self._lock:
            self._failures.pop(("name and address", f"{name}\n{address}"), None)

    def _wait(self, key: tuple[str, str], limit: int, now: float) -> float:
        found = [at for at in self._failures.get(key, ()) if at > now - WINDOW_SECONDS]
        return found[0] + WINDOW_SECONDS - now if len(found) >= limit else 0.0

    def _keys(self, name: str, address: str) -> list[tuple[tuple[str, str], int]]:
        texts = {"name and address": f"{name}\n{address}", "address": address, "name": name}
        return [((kind, texts[kind]), limit) for kind, limit in LIMITS]
