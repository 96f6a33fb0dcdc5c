"""The account's data as a whole: shown for comparing, put aside and brought back, made older."""
import copy
import datetime
import hashlib
import json
import re
import time

import moto.dynamodb.models as tables
import moto.s3.models as buckets
import moto.securityhub.models as hubs
import moto.sqs.models as queues

from emulation.calls import ACCOUNT
from emulation.services import CHANGES, QUEUES, TABLES, expire

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z")
ASKED = ("checked", "listed", "origins", "generation")  # in the manifest of advisories: when and how a source was asked, and when it had news
TOLD = ("CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt", "ProcessedAt")
TICKS = 10_000_000  # a second
FORGOTTEN = datetime.timedelta(days=90)
KEPT = {}


def every_table():
    return [t for region in list(tables.dynamodb_backends[ACCOUNT].values()) for t in list(region.tables.values())]


def every_bucket():
    """Those that keep versions: the others only bring code."""
    return [b for b in list(buckets.s3_backends[ACCOUNT]["aws"].buckets.values()) if b.is_versioned]


def every_hub():
    return list(hubs.securityhub_backends[ACCOUNT].values())


def every_queue():
    return [q for region in list(queues.sqs_backends[ACCOUNT].values()) for q in list(region.queues.values())]


def show():
    with TABLES:
        rows = [item.to_json()["Attributes"] for table in every_table() for item in table.all_items()]
    objects = {f"{b.name}/{key}": digest(key, b.keys[key]) for b in every_bucket() for key in list(b.keys)}
    return {"rows": rows, "objects": objects, "findings": [copy.deepcopy(f.data) for hub in every_hub() for f in hub.findings]}


def digest(key, found):
    if not hasattr(found, "value"):
        return "deleted"
    text = found.value
    if key.endswith("manifest.json"):
        text = json.dumps(without(json.loads(text), ASKED), sort_keys=True).encode()
    return hashlib.sha256(text).hexdigest()


def without(value, names):
    if isinstance(value, dict):
        return {name: without(part, names) for name, part in value.items() if name not in names}
    return [without(part, names) for part in value] if isinstance(value, list) else value


def save(name):
    """What queues hold is not kept: they are to be empty."""
    with QUEUES, TABLES:
        KEPT[name] = (
            {t.name: copy.deepcopy({k: dict(v) for k, v in t.items.items()}) for t in every_table()},
            {b.name: {key: list(b.keys.getlist(key)) for key in list(b.keys)} for b in every_bucket()},
            {id(h): copy.deepcopy(h.findings) for h in every_hub()},
        )


def restore(name):
    """Brings back rows, objects and findings, without a record in a stream; queues are emptied and forget whom they saw."""
    rows, objects, findings = KEPT[name]
    with QUEUES, TABLES:
        for table in every_table():
            table.items.clear()
            table.items.update(copy.deepcopy(rows[table.name]))
        for bucket in every_bucket():
            for key in [k for k in list(bucket.keys) if k not in objects[bucket.name]]:
                bucket.keys.pop(key)
            for key, versions in objects[bucket.name].items():
                bucket.keys.setlist(key, list(versions))
        for hub in every_hub():
            hub.findings = copy.deepcopy(findings[id(hub)])
        for queue in every_queue():
            queue._messages, queue._pending_messages, queue.seen = [], set(), {}
    CHANGES.note()


def age(seconds):
    """All that is stored was stored so much earlier. What has outlived its time goes: rows, and findings that were not updated for 90 days."""
    with TABLES:
        for table in every_table():
            for item in table.all_items():
                for name, value in item.attrs.items():
                    older(name, value, seconds)
    limit = (datetime.datetime.now(datetime.timezone.utc) - FORGOTTEN).isoformat()
    for hub in every_hub():
        for finding in hub.findings:
            finding.data.update({name: back(finding.data[name], seconds, 3) for name in TOLD if name in finding.data})
        hub.findings = [f for f in hub.findings if f.data["UpdatedAt"] >= limit]
    with TABLES:
        expire(time.time())
    CHANGES.note()


def older(name, value, seconds):
    # Of advisories it is told when they were written, which does not change what they are compared with in the bucket.
    if value.type == "S" and not name.startswith("Advisories") and (found := INSTANT.match(value.value)):
        value.value = back(found.group(), seconds, 7) + value.value[found.end() :]
    elif value.type == "N" and name == "ExpiresAt":
        value.value = str(int(value.value) - int(seconds))
    elif value.type == "N" and len(value.value) == 18:
        value.value = str(int(value.value) - int(seconds * TICKS))


def back(text, seconds, digits):
    whole, _, fraction = text.rstrip("Z").partition(".")
    moment = datetime.datetime.fromisoformat(whole) - datetime.timedelta(seconds=int(seconds))
    return f"{moment.isoformat()}.{fraction.ljust(digits, '0')}Z"
