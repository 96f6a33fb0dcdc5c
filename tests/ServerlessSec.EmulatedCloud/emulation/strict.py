"""What AWS refuses and the emulator alone would take."""
import collections
import json
import re
import threading
import time

from emulation.calls import ACCOUNT

REQUIRED = ("SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "CreatedAt", "UpdatedAt", "Title", "Description", "Resources")
INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$")
LENGTHS = {"Id": 512, "GeneratorId": 512, "Title": 256, "Description": 1024}
MESSAGE = 262_144  # SQS's quota was 256 KiB before 2025 and is more by now, but not for whoever set it so
IMPORTS = 10  # calls a second; AWS lets through a burst of thirty as well
OF_CUSTOMERS = ("Note", "UserDefinedFields", "VerificationState", "Workflow")


class Refused(Exception):
    def __init__(self, code, message, status=400, **more):
        super().__init__(message)
        self.code, self.message, self.status, self.more = code, message, status, more


def asked(call, code, status):
    """The refusal that a test asks for. A conflict of transactions has another form for a transaction than for a single write."""
    message = "fault asked for by a test"
    if code != "TransactionConflict":
        return Refused(code, message, status)
    if call.operation != "TransactWriteItems":
        return Refused("TransactionConflictException", message)
    reasons = [{"Code": "TransactionConflict", "Message": message} for _ in call.parameters["TransactItems"]]
    return Refused("TransactionCanceledException", message, CancellationReasons=reasons)


def check(call):
    rule = RULES.get(f"{call.service}:{call.operation}") or RULES.get(f"{call.service}:*")
    if rule:
        rule(call)


def _at_most(limit, count, what):
    if count > limit:
        raise Refused("ValidationException", f"1 validation error detected: {what} holds {count} members; it must have length less than or equal to {limit}")


def _write_batch(call):
    _at_most(25, sum(len(r) for r in call.parameters.get("RequestItems", {}).values()), "RequestItems")


def _get_batch(call):
    _at_most(100, sum(len(r.get("Keys", [])) for r in call.parameters.get("RequestItems", {}).values()), "RequestItems")


def _transaction(call):
    _at_most(100, len(call.parameters.get("TransactItems", [])), "TransactItems")


def _messages(call):
    entries = call.parameters.get("Entries", [call.parameters])
    if len(entries) > 10:
        raise Refused("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", f"Maximum number of entries per request are 10. You have sent {len(entries)}.")
    if (total := sum(length_of(entry) for entry in entries)) > MESSAGE:
        if "Entries" in call.parameters:
            raise Refused("AWS.SimpleQueueService.BatchRequestTooLong", f"Batch requests cannot be longer than {MESSAGE} bytes. You have sent {total} bytes.")
        raise Refused("InvalidParameterValue", f"One or more parameters are invalid. Reason: Message must be shorter than {MESSAGE} bytes.")
    if call.parameters.get("QueueUrl", "").endswith(".fifo"):
        for entry in entries:
            if int(entry.get("DelaySeconds") or 0) > 0:
                raise Refused("InvalidParameterValue", f"Value {entry['DelaySeconds']} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.")


def length_of(message):
    """Bytes of a message: its body, and names, types and values of its attributes."""
    parts = [message.get("MessageBody", "")]
    for name, value in (message.get("MessageAttributes") or {}).items():
        parts += [name, value.get("DataType", ""), value.get("StringValue") or value.get("BinaryValue") or ""]
    return sum(len(part.encode()) for part in parts)


class Bucket:
    """Calls that a Region may still make: so many at once, and so many more a second."""

    def __init__(self):
        self.gate, self.left, self.since = threading.Lock(), IMPORTS, time.monotonic()

    def take(self):
        with self.gate:
            now = time.monotonic()
            self.left, self.since = min(IMPORTS, self.left + (now - self.since) * IMPORTS), now
            if self.left < 1:
                return False
            self.left -= 1
            return True


BUCKETS = collections.defaultdict(Bucket)


def _hub(call):
    from moto.securityhub.models import securityhub_backends

    if call.operation != "EnableSecurityHub" and not securityhub_backends[ACCOUNT][call.region].enabled:
        raise Refused("InvalidAccessException", f"Account {ACCOUNT} is not subscribed to AWS Security Hub", 401)


def _import(call):
    if not BUCKETS[call.region].take():
        raise Refused("TooManyRequestsException", "Too Many Requests", 429)
    _hub(call)
    findings = call.parameters.get("Findings", [])
    if not 1 <= len(findings) <= 100:
        raise Refused("InvalidInputException", f"Invalid parameter 'Findings'. Member must have length between 1 and 100; there are {len(findings)}")
    if sum(len(json.dumps(f, separators=(",", ":"), ensure_ascii=False).encode()) for f in findings) > 6_000_000:
        raise Refused("InvalidInputException", "the batch is larger than 6 MB", 413)


RULES = {
    "dynamodb:BatchWriteItem": _write_batch,
    "dynamodb:BatchGetItem": _get_batch,
    "dynamodb:TransactWriteItems": _transaction,
    "sqs:SendMessage": _messages,
    "sqs:SendMessageBatch": _messages,
    "securityhub:BatchImportFindings": _import,
    "securityhub:*": _hub,
}


ASKED = []  # what else refuses a finding, by a test's wish: each gives a reason or None


def fault_of(finding, region):
    """Why Security Hub would not take a finding, or None."""
    missing = [name for name in REQUIRED if not finding.get(name)]
    if not finding.get("Severity") and not finding.get("FindingProviderFields", {}).get("Severity"):
        missing.append("Severity")
    if missing:
        return f"missing {', '.join(missing)}"
    for name, limit in LENGTHS.items():
        if len(finding[name]) > limit:
            return f"{name} is longer than {limit}"
    for name in ("CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt"):
        if name in finding and not INSTANT.match(finding[name]):
            return f"{name} is no timestamp"
    if finding["SchemaVersion"] != "2018-10-08":
        return "SchemaVersion is not 2018-10-08"
    if finding["AwsAccountId"] != ACCOUNT or finding["ProductArn"] != f"arn:aws:securityhub:{region}:{ACCOUNT}:product/{ACCOUNT}/default":
        return "AwsAccountId or ProductArn is not the caller's"
    if not 1 <= len(finding["Resources"]) <= 32 or any(not r.get("Type") or not r.get("Id") for r in finding["Resources"]):
        return "Resources holds 1 to 32 members with Type and Id"
    types = finding.get("Types", []) + finding.get("FindingProviderFields", {}).get("Types", [])
    if len(types) > 50 or any(t.count("/") > 2 for t in types):
        return "Types is not of the form namespace/category/classifier"
    if len(finding.get("ProductFields", {})) > 50:
        return "ProductFields holds more than 50 members"
    if len(json.dumps(finding, separators=(",", ":"), ensure_ascii=False).encode()) > 240_000:
        return "the finding is larger than 240 kB"
    return next((fault for asked in ASKED if (fault := asked(finding))), None)
