"""What moto does for each request and need not do again. `ServerlessSec.Benchmarks drain` shows whether it helps."""
import functools
import inspect
import sys
import threading

import moto.backends as backends
from moto.dynamodb.models.table import Table
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

# Threads that come back from writing to a socket wait this long for the others, often with a lock in their hands.
sys.setswitchinterval(0.0005)

# A look at each of two hundred folders, and each backend's patterns of hosts, to find whose request it is.
MODULES = tuple(backends.list_of_moto_modules())
backends.list_of_moto_modules = lambda: MODULES
DomainDispatcherApplication.get_backend_for_host = functools.lru_cache(1024)(DomainDispatcherApplication.get_backend_for_host)


# A query sorts and compares the whole table; here it is given the rows that can be meant.
MEANT = threading.local()
QUERY, EVERY = Table.query, Table.all_items
SIGNATURE = inspect.signature(QUERY)


def query(self, *args, **kwargs):
    given = SIGNATURE.bind(self, *args, **kwargs).arguments
    if not self.range_key_attr:
        return QUERY(self, *args, **kwargs)
    if not given.get("index_name"):
        MEANT.items = list(self.items.get(given["hash_key"], {}).values())
    elif conditions := given.get("hash_key_conditions"):
        name, wanted = conditions[0]
        MEANT.items = [i for rows in list(self.items.values()) for i in list(rows.values()) if (found := i.attrs.get(name)) is not None and found.value == wanted.value]
    try:
        return QUERY(self, *args, **kwargs)
    finally:
        MEANT.items = None


def all_items(self):
    meant = getattr(MEANT, "items", None)
    return EVERY(self) if meant is None else meant


Table.query, Table.all_items = query, all_items
