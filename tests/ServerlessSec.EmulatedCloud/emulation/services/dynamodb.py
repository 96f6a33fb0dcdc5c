"""DynamoDB: what a template says of a table, transactions that leave no trace, rows that are too large or expire."""
import copy
import hashlib
import json
import time

import moto.dynamodb.models as tables
import moto.dynamodb.models.dynamo_type as types
import moto.dynamodb.models.table as table_models
from moto.dynamodb.exceptions import ItemSizeTooLarge, ItemSizeToUpdateTooLarge

from emulation.calls import ACCOUNT, CURRENT
from emulation.services.common import CHANGES, Forgetful, after, is_true
from emulation.strict import Refused


@after(table_models.Table, "__init__")
def _table(former, self, *args, **kwargs):
    former(self, *args, **kwargs)
    self.lambda_event_source_mappings = Forgetful()


@after(table_models.StreamShard, "add")
def _add_record(former, self, old, new):
    former(self, old, new)
    self.items[-1].record["awsRegion"] = self.table.region_name
    CHANGES.note()


def create_table(cls, name, definition, account_id, region_name, **kwargs):
    """What moto forgets of a table that a template describes."""
    properties = definition["Properties"]
    customer_key = properties.get("SSESpecification", {}).get("KMSMasterKeyId")  # moto puts its own into the specification
    table = _create_table(cls, name, definition, account_id, region_name, **kwargs)
    table.customer_key = customer_key
    if ttl := properties.get("TimeToLiveSpecification"):
        table.ttl = {"TimeToLiveStatus": "ENABLED" if is_true(ttl.get("Enabled")) else "DISABLED", "AttributeName": ttl.get("AttributeName")}
    if is_true(properties.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled")):
        table.continuous_backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] = "ENABLED"
    table.deletion_protection_enabled = is_true(properties.get("DeletionProtectionEnabled"))
    return table


_create_table = table_models.Table.create_from_cloudformation_json.__func__
table_models.Table.create_from_cloudformation_json = classmethod(create_table)


LIMIT = 400 * 1024


def size_of(value):
    """Bytes of an attribute's value, as DynamoDB counts them; moto counts those of Base64."""
    kind, held = value.type, value.value
    match kind:
        case "S":
            return len(held.encode())
        case "N":
            return len(str(held)) // 2 + 1
        case "B":
            return len(held) if isinstance(held, bytes) else len(held) * 3 // 4
        case "SS" | "NS" | "BS":
            return sum(size_of(table_models.DynamoType({kind[0]: part})) for part in held)
        case "L":
            return 3 + sum(1 + size_of(table_models.DynamoType(part)) for part in held)
        case "M":
            return 3 + sum(1 + len(name.encode()) + size_of(table_models.DynamoType(part)) for name, part in held.items())
    return 1


def set_attribute(self, name, value):
    if sum(len(n.encode()) + size_of(v) for n, v in {**self, name: value}.items()) > LIMIT:
        raise ItemSizeTooLarge
    dict.__setitem__(self, name, value)


types.LimitedSizeDict.__setitem__ = set_attribute


@after(tables.DynamoDBBackend, "update_item")
def _update(former, self, table_name, key, *args, **kwargs):
    """An update that would make a row too large leaves it as it was."""
    table = self.tables.get(table_name)
    if table is None:
        return former(self, table_name, key, *args, **kwargs)
    (found,) = [k for _, k in named(self, [{"Update": {"TableName": table_name, "Key": key}}])] or [None]
    before = copy.deepcopy(table.get_item(*found)) if found else None
    try:
        return former(self, table_name, key, *args, **kwargs)
    except ItemSizeToUpdateTooLarge:
        put_back(table, found, before)
        raise


class Uncopied:
    """moto copies whole tables so as to undo a transaction; what is undone here is what the transaction names."""

    @staticmethod
    def deepcopy(value, *rest):
        return value if isinstance(value, table_models.Table) else copy.deepcopy(value, *rest)

    copy = staticmethod(copy.copy)


tables.copy = Uncopied
TOKENS = {}


@after(tables.DynamoDBBackend, "transact_write_items")
def _transact(former, self, transact_items):
    call = getattr(CURRENT, "call", None)
    token = call.parameters.get("ClientRequestToken") if call else None
    asked = hashlib.sha256(json.dumps(transact_items, sort_keys=True, default=str).encode()).hexdigest()
    if token and token in TOKENS and time.time() - TOKENS[token][1] < 600:
        if TOKENS[token][0] != asked:
            raise Refused("IdempotentParameterMismatchException", "the token was used with other parameters within ten minutes")
        return
    before = [(table, key, copy.deepcopy(table.get_item(*key))) for table, key in named(self, transact_items)]
    streams = {table.name: (table, len(table.stream_shard.items)) for table, _, _ in before if table.stream_shard}
    try:
        former(self, transact_items)
    except Exception:
        for table, key, item in before:
            put_back(table, key, item)
        for table, length in streams.values():
            del table.stream_shard.items[length:]
        raise
    if token:
        TOKENS[token] = (asked, time.time())


def named(backend, transact_items):
    for entry in transact_items:
        for item in entry.values():
            if item.get("TableName") in backend.tables:
                table = backend.tables[item["TableName"]]
                given = item.get("Key") or item.get("Item", {})
                keys = [table_models.DynamoType(given[k]) for k in (table.hash_key_attr, table.range_key_attr) if k and k in given]
                if len(keys) == (2 if table.range_key_attr else 1):
                    yield table, tuple(keys) if table.range_key_attr else (keys[0], None)


def put_back(table, key, item):
    hash_key, range_key = key
    if range_key is None:
        if item is None:
            table.items.pop(hash_key, None)
        else:
            table.items[hash_key] = item
    elif item is None:
        table.items.get(hash_key, {}).pop(range_key, None)
    else:
        table.items[hash_key][range_key] = item


def expire(now):
    """Deletes what has outlived its time, as DynamoDB does within days."""
    gone = 0
    for backend in tables.dynamodb_backends[ACCOUNT].values():
        for table in backend.tables.values():
            attribute = table.ttl.get("AttributeName") if table.ttl.get("TimeToLiveStatus") == "ENABLED" else None
            for item in list(table.all_items()) if attribute else ():
                if attribute in item.attrs and item.attrs[attribute].type == "N" and float(item.attrs[attribute].value) <= now:
                    table.delete_item(item.hash_key, item.range_key)
                    gone += 1
    return gone
