"""What the services share: clock, locks, the count of changes, and how a method of moto is replaced."""
import functools
import threading


class Changes:
    """Counts what happened in queues and streams, so that a poller can wait for more."""

    def __init__(self):
        self.gate, self.count = threading.Condition(), 0

    def note(self):
        with self.gate:
            self.count += 1
            self.gate.notify_all()

    def wait(self, since, seconds):
        with self.gate:
            self.gate.wait_for(lambda: self.count != since, timeout=seconds)
            return self.count


CHANGES = Changes()
TABLES = threading.RLock()  # moto's tables are not made for two writers
QUEUES = threading.RLock()
BUCKETS = threading.RLock()  # moto looks at If-Match first and writes later
CLOCK = {"ahead": 0.0}  # seconds that queues believe to have passed


class Forgetful(dict):
    """Event source mappings exist for reading; the program that runs the emulator polls, not the emulator."""

    def __setitem__(self, key, value):
        pass


def after(cls, name):
    """Replaces a method by the decorated function, which is given the former one first."""

    def replace(change):
        former = getattr(cls, name)
        setattr(cls, name, functools.wraps(former)(lambda self, *a, **k: change(former, self, *a, **k)))
        return change

    return replace


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def is_true(value):
    return str(value).lower() == "true"
