"""Where moto behaves otherwise than AWS, or not at all, in what the scanner uses."""
import copy
import functools
import hashlib
import json
import threading
import time
import urllib.parse
import uuid

import jsonpath_ng.ext
import moto.awslambda.models as functions
import moto.dynamodb.models as tables
import moto.dynamodb.models.table as table_models
import moto.events.models as events
import moto.events.utils as event_utils
import moto.s3.models as buckets
import moto.securityhub.models as hubs
import moto.sqs.models as queues
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.utilities.paginator import paginate

from emulation.calls import ACCOUNT, CURRENT
from emulation.strict import OF_CUSTOMERS, Refused, fault_of


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


# Speed: a parser for each field of each event, and a conversion of the clock for each message held.
jsonpath_ng.ext.parse = functools.lru_cache(4096)(jsonpath_ng.ext.parse)
_seconds, _milliseconds = queues.unix_time, queues.unix_time_millis
queues.unix_time = lambda moment=None: time.time() + CLOCK["ahead"] if moment is None else _seconds(moment)
queues.unix_time_millis = lambda moment=None: (time.time() + CLOCK["ahead"]) * 1000 if moment is None else _milliseconds(moment)


# SQS


def install_queues(base):
    queues.Queue.physical_resource_id = property(lambda self: f"{base}/{self.account_id}/{self.name}")


@after(queues.Queue, "__init__")
def _queue(former, self, *args, **kwargs):
    former(self, *args, **kwargs)
    self.lambda_event_source_mappings = Forgetful()
    self.seen = {}


@after(queues.Queue, "add_message")
def _add_message(former, self, message):
    """A deduplication id counts for five minutes, whether or not its message is still there."""
    if self.fifo_queue and message.deduplication_id and message.approximate_receive_count == 0:
        key = (message.group_id if self.deduplication_scope == "messageGroup" else None, message.deduplication_id)
        now = queues.unix_time()
        if now - self.seen.get(key, -1e9) < 300:
            return
        self.seen[key] = now
    with self._messages_lock:
        self._messages.append(message)
        self._messages_lock.notify_all()
    CHANGES.note()


@after(queues.Message, "change_visibility")
def _change_visibility(former, self, seconds):
    former(self, seconds)
    CHANGES.note()


@after(queues.Queue, "delete_message")
def _delete_message(former, self, handle):
    former(self, handle)
    CHANGES.note()


def fifo_name(cls, name, definition, account_id, region_name, **kwargs):
    """CloudFormation's own names of FIFO queues end in .fifo."""
    if str(definition.get("Properties", {}).get("FifoQueue", "")).lower() == "true" and not name.endswith(".fifo"):
        name = name[:75] + ".fifo"
    return _create_queue(cls, name, definition, account_id, region_name, **kwargs)


_create_queue = queues.Queue.create_from_cloudformation_json.__func__
queues.Queue.create_from_cloudformation_json = classmethod(fifo_name)


# EventBridge


event_utils.EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE = event_utils.EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE.replace('"region":', '"account": "<account>", "region":')
DELIVERIES = {"failed": 0}


@after(events.EventsBackend, "put_events")
def _put_events(former, self, entries):
    """Sources of AWS are AWS's own: only the harness, which stands for it, may use them, and give an event its id."""
    call = getattr(CURRENT, "call", None)
    answers = []
    for entry in entries:
        if entry.get("Source", "").startswith("aws.") and not (call and call.by_harness):
            answers.append({"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source."})
            continue
        answers += former(self, [entry])
    return answers


@after(events.Rule, "send_to_targets")
def _send_to_targets(former, self, event, transform_input=True):
    """A rule on a schedule matches no event; a queue takes what its policy lets this rule send."""
    if self.scheduled_expression or self.state == "DISABLED":
        return
    call = getattr(CURRENT, "call", None)
    if call and call.by_harness and call.event_id:
        event = {**event, "id": call.event_id}
    every = self.targets
    try:
        for target in every:
            self.targets = [target]
            if not target["Arn"].startswith(f"arn:aws:sqs:{self.region_name}:"):
                if target["Arn"].split(":")[2] in ("logs", "events"):
                    former(self, event, transform_input)
                continue
            if admits(target["Arn"], self.arn):
                former(self, event, transform_input)
            elif self.event_pattern.matches_event(event):
                DELIVERIES["failed"] += 1
                dead = target.get("DeadLetterConfig", {}).get("Arn")
                if dead and admits(dead, self.arn):
                    self.targets = [{"Id": target["Id"], "Arn": dead}]
                    former(self, event, transform_input)
    finally:
        self.targets = every


def queue_of(arn):
    return queues.sqs_backends[ACCOUNT][arn.split(":")[3]].queues.get(arn.split(":")[-1])


def admits(queue_arn, rule_arn):
    """Whether the queue's policy lets EventBridge send for the rule."""
    queue = queue_of(queue_arn)
    for statement in as_list(json.loads(queue.policy or "{}").get("Statement") if queue else None):
        sources = [s for c in statement.get("Condition", {}).values() for k, v in c.items() if k.lower() == "aws:sourcearn" for s in as_list(v)]
        principal = statement.get("Principal")
        if (
            statement.get("Effect") == "Allow"
            and (principal == "*" or "events.amazonaws.com" in as_list(principal.get("Service")))
            and {"sqs:SendMessage", "sqs:*", "SQS:SendMessage"} & set(as_list(statement.get("Action")))
            and queue_arn in as_list(statement.get("Resource"))
            and (not sources or rule_arn in sources)
        ):
            return True
    return False


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]


# DynamoDB


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
    table = _create_table(cls, name, definition, account_id, region_name, **kwargs)
    properties = definition["Properties"]
    if ttl := properties.get("TimeToLiveSpecification"):
        table.ttl = {"TimeToLiveStatus": "ENABLED" if is_true(ttl.get("Enabled")) else "DISABLED", "AttributeName": ttl.get("AttributeName")}
    if is_true(properties.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled")):
        table.continuous_backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] = "ENABLED"
    table.deletion_protection_enabled = is_true(properties.get("DeletionProtectionEnabled"))
    return table


def is_true(value):
    return str(value).lower() == "true"


_create_table = table_models.Table.create_from_cloudformation_json.__func__
table_models.Table.create_from_cloudformation_json = classmethod(create_table)


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


# S3


@after(buckets.FakeBucket, "get_permission")
def _permission(former, self, action, resource):
    """moto reads no conditions. That a connection is not TLS is none of the account's business here."""
    if self.policy is None:
        return former(self, action, resource)
    document = json.loads(self.policy)
    document["Statement"] = [s for s in as_list(document["Statement"]) if "aws:SecureTransport" not in json.dumps(s.get("Condition", {}))]
    return IAMPolicy(json.dumps(document)).is_action_permitted(action, resource) if document["Statement"] else PermissionResult.NEUTRAL


# Lambda


FORGOTTEN = ("DeadLetterConfig", "KMSKeyArn", "LoggingConfig", "SnapStart")


def install_functions(base):
    def code(former, self):
        answer = former(self)
        if answer.get("Code", {}).get("RepositoryType") == "S3":
            answer["Code"]["Location"] = signed(base, "code", self.account_id, self.region, self.function_name, str(self.version))
        return answer

    def layer(former, self):
        answer = former(self)
        answer["Content"]["Location"] = signed(base, "layer", self.account_id, self.region, self.name, str(self.version))
        return answer

    after(functions.LambdaFunction, "get_code")(code)
    after(functions.LayerVersion, "get_layer_version")(layer)


def signed(base, *parts):
    """Something like a presigned URL: it lives for ten minutes and is for GET alone."""
    return f"{base}/_{'/'.join(urllib.parse.quote(p, safe='') for p in parts)}?X-Amz-Expires=600&X-Amz-Date={int(time.time() + CLOCK['ahead'])}"


def download(parts, query):
    kind, account, region, name, version = (urllib.parse.unquote(p) for p in parts)
    if int(query.get("X-Amz-Date", 0)) + int(query.get("X-Amz-Expires", 0)) < time.time() + CLOCK["ahead"]:
        raise Refused("AccessDenied", "Request has expired", 403)
    backend = functions.lambda_backends[account][region]
    try:
        if kind == "layer":
            return backend.get_layer_version(name, version).code_bytes
        return backend.get_function(f"{name}:{version}" if version != "$LATEST" else name).code_bytes
    except Exception:
        raise Refused("NoSuchKey", "The specified key does not exist.", 404)


@after(functions.LambdaFunction, "__init__")
def _function(former, self, account_id, spec, region, version=1):
    former(self, account_id, spec, region, version)
    self.kept = {k: spec[k] for k in FORGOTTEN if spec.get(k)}
    self.revision_id = str(uuid.uuid4())
    self.recursion = "Terminate"


@after(functions.LambdaFunction, "get_configuration")
def _configuration(former, self, on_create=False):
    return {**former(self, on_create), "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{self.function_name}"}, **self.kept, "RevisionId": self.revision_id}


def touched(former, self, spec):
    if not spec.get("DryRun"):
        self.kept.update({k: spec[k] for k in FORGOTTEN if k in spec})
        self.revision_id, self.last_modified = str(uuid.uuid4()), functions.iso_8601_datetime_with_nanoseconds()
        if spec.get("Environment") == {}:
            spec = {**spec, "Environment": {"Variables": {}}}
    former(self, spec)
    return self.get_configuration()


after(functions.LambdaFunction, "update_configuration")(touched)
after(functions.LambdaFunction, "update_function_code")(touched)


def create_function(cls, name, definition, account_id, region_name, **kwargs):
    """What moto forgets of a function that a template describes; an environment holds text."""
    properties = definition["Properties"]
    variables = properties.get("Environment", {}).get("Variables", {})
    properties = {**properties, "Environment": {"Variables": {k: str(v) for k, v in variables.items()}}} if variables else properties
    function = _create_function(cls, name, {**definition, "Properties": properties}, account_id, region_name, **kwargs)
    function.kept.update({k: properties[k] for k in FORGOTTEN if properties.get(k)})
    function.tracing_config = properties.get("TracingConfig") or function.tracing_config
    function.architectures = properties.get("Architectures", ["x86_64"])
    function.ephemeral_storage = int(properties.get("EphemeralStorage", {}).get("Size", 512))
    function.tags = {t["Key"]: t["Value"] for t in as_list(properties.get("Tags"))}
    return function


_create_function = functions.LambdaFunction.create_from_cloudformation_json.__func__
functions.LambdaFunction.create_from_cloudformation_json = classmethod(create_function)
functions.LambdaVersion.get_cfn_attribute = lambda self, name: str(self.version)


@after(functions.EventSourceMapping, "__init__")
def _mapping(former, self, spec):
    """CloudFormation gives numbers as text where they come from parameters."""
    spec = {k: int(v) if isinstance(v, str) and v.isdigit() and k.startswith(("Maximum", "BatchSize")) else v for k, v in spec.items()}
    if scaling := spec.get("ScalingConfig"):
        spec["ScalingConfig"] = {k: int(v) for k, v in scaling.items()}
    former(self, spec)


# Security Hub


@after(hubs.SecurityHubBackend, "disable_security_hub")
def _disable(former, self):
    kept = self.findings
    former(self)
    self.findings = kept  # AWS keeps them for ninety days


@after(hubs.SecurityHubBackend, "batch_import_findings")
def _import(former, self, findings):
    known = {f.id: f for f in self.findings}
    refused = []
    for finding in findings:
        if fault := fault_of(finding, self.region_name):
            refused.append({"Id": finding.get("Id", ""), "ErrorCode": "InvalidInput", "ErrorMessage": f"Finding does not adhere to Amazon Finding Format: {fault}"})
            continue
        finding = derived(finding)
        if finding["Id"] in known:
            data = known[finding["Id"]].data
            if finding["UpdatedAt"] >= data["UpdatedAt"]:
                data.update({k: v for k, v in finding.items() if k not in OF_CUSTOMERS})
        else:
            finding.setdefault("RecordState", "ACTIVE")
            finding.setdefault("Workflow", {"Status": "NEW"})
            finding.setdefault("ProductName", "Default")
            finding.setdefault("CompanyName", "Personal")
            known[finding["Id"]] = hubs.Finding(finding["Id"], finding)
            self.findings.append(known[finding["Id"]])
    return len(refused), len(findings) - len(refused), refused


def derived(finding):
    """The top-level fields that Security Hub fills from what the provider says."""
    finding, provider = copy.deepcopy(finding), finding.get("FindingProviderFields", {})
    for name in ("Severity", "Types", "Confidence", "Criticality", "RelatedFindings"):
        if name in provider:
            finding.setdefault(name, copy.deepcopy(provider[name]))
    return finding


FIELDS = {
    "ResourceId": lambda f: [r.get("Id") for r in f["Resources"]],
    "ResourceType": lambda f: [r.get("Type") for r in f["Resources"]],
    "SeverityLabel": lambda f: [f.get("Severity", {}).get("Label")],
    "WorkflowStatus": lambda f: [f.get("Workflow", {}).get("Status")],
    "ComplianceStatus": lambda f: [f.get("Compliance", {}).get("Status")],
    "Type": lambda f: f.get("Types", []),
}
POSITIVE = {"EQUALS": lambda a, b: a == b, "PREFIX": lambda a, b: a.startswith(b), "CONTAINS": lambda a, b: b in a}
NEGATIVE = {"NOT_EQUALS": lambda a, b: a == b, "PREFIX_NOT_EQUALS": lambda a, b: a.startswith(b), "NOT_CONTAINS": lambda a, b: b in a}


def passes(finding, name, conditions):
    values = [str(v) for v in (FIELDS[name](finding) if name in FIELDS else [finding.get(name)]) if v is not None]
    asked = [(c.get("Comparison", "EQUALS"), str(c.get("Value", ""))) for c in conditions]
    positive = [(POSITIVE[o], v) for o, v in asked if o in POSITIVE]
    if unknown := [o for o, _ in asked if o not in POSITIVE and o not in NEGATIVE]:
        raise Refused("InvalidInputException", f"comparison {unknown[0]} of {name} is not emulated")
    if positive and not any(test(value, wanted) for test, wanted in positive for value in values):
        return False
    return not any(NEGATIVE[o](value, wanted) for o, wanted in asked if o in NEGATIVE for value in values)


@paginate(pagination_model=hubs.SecurityHubBackend.PAGINATION_MODEL)
def get_findings(self, filters=None, sort_criteria=None, max_results=None):
    if max_results is not None and not 1 <= int(max_results) <= 100:
        raise Refused("InvalidInputException", "MaxResults must be a number between 1 and 100")
    return [f.as_dict() for f in self.findings if all(passes(f.data, name, conditions) for name, conditions in (filters or {}).items())]


hubs.SecurityHubBackend.get_findings = get_findings


def update_findings(call):
    changes = {k: v for k, v in call.parameters.items() if k in ("Workflow", "Severity", "Note", "UserDefinedFields", "VerificationState", "Confidence", "Criticality", "Types")}
    if "Note" in changes:
        changes["Note"] = {**changes["Note"], "UpdatedAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    known = {f.id: f for f in hubs.securityhub_backends[ACCOUNT][call.region].findings}
    done, unknown = [], []
    for identifier in call.parameters.get("FindingIdentifiers", []):
        if identifier["Id"] in known and known[identifier["Id"]].data["ProductArn"] == identifier["ProductArn"]:
            known[identifier["Id"]].data.update(copy.deepcopy(changes))
            done.append(identifier)
        else:
            unknown.append({"FindingIdentifier": identifier, "ErrorCode": "FindingNotFound", "ErrorMessage": "Finding Not Found"})
    return {"ProcessedFindings": done, "UnprocessedFindings": unknown}


# Operations that moto has not, or answers wrongly.


def function_of(call):
    try:
        return functions.lambda_backends[ACCOUNT][call.region].get_function(call.parameters["FunctionName"])
    except Exception:
        raise Refused("ResourceNotFoundException", f"Function not found: {call.parameters['FunctionName']}", 404)


def get_policy(call):
    function, qualifier = function_of(call), call.parameters.get("Qualifier")
    arn = f"{functions.make_function_arn(call.region, ACCOUNT, function.function_name)}" + (f":{qualifier}" if qualifier and qualifier != "$LATEST" else "")
    latest = functions.lambda_backends[ACCOUNT][call.region].get_function(function.function_name)
    statements = [s for s in latest.policy.statements if s.get("Resource", arn) == arn]
    if not statements:
        raise Refused("ResourceNotFoundException", "The resource you requested does not exist.", 404)
    return {"Policy": json.dumps({"Version": "2012-10-17", "Id": "default", "Statement": statements}), "RevisionId": latest.policy.revision}


def get_recursion(call):
    return {"RecursiveLoop": function_of(call).recursion}


def put_recursion(call):
    function_of(call).recursion = call.parameters["RecursiveLoop"]
    return get_recursion(call)


def list_urls(call):
    function = function_of(call)
    return {"FunctionUrlConfigs": [function.url_config.to_dict()] if function.url_config else []}


def layer_by_arn(call):
    *_, name, version = call.parameters["Arn"].split(":")
    try:
        return functions.lambda_backends[ACCOUNT][call.region].get_layer_version(name, version).get_layer_version()
    except Exception:
        raise Refused("ResourceNotFoundException", "The resource you requested does not exist.", 404)


def list_functions(call):
    every = sorted(functions.lambda_backends[ACCOUNT][call.region].list_functions(call.parameters.get("FunctionVersion")), key=lambda f: f.function_arn)
    start, size = int(call.parameters.get("Marker") or 0), min(50, int(call.parameters.get("MaxItems") or 50))
    answer = {"Functions": [f.get_configuration() for f in every[start : start + size]]}
    return {**answer, "NextMarker": str(start + size)} if start + size < len(every) else answer


OWN = {
    "securityhub:BatchUpdateFindings": update_findings,
    "lambda:GetPolicy": get_policy,
    "lambda:GetFunctionRecursionConfig": get_recursion,
    "lambda:PutFunctionRecursionConfig": put_recursion,
    "lambda:ListFunctionUrlConfigs": list_urls,
    "lambda:GetLayerVersionByArn": layer_by_arn,
    "lambda:ListFunctions": list_functions,
}
