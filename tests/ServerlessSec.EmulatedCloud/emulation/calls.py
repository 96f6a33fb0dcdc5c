"""Who calls which operation on what: a request read as IAM would read it."""
import gzip
import glob
import json
import os
import re
import threading
import urllib.parse

import botocore

ACCOUNT = "123456789012"
HARNESS = "HARNESS"  # access key id of the program that runs the emulator

CURRENT = threading.local()  # .call: the call that this thread answers

# Operations that IAM knows under another name.
ACTIONS = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "s3:HeadObject": "s3:GetObject",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:CopyObject": "s3:PutObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:UploadPart": "s3:PutObject",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:DeleteObjects": "s3:DeleteObject",
    "lambda:GetLayerVersionByArn": "lambda:GetLayerVersion",
    "lambda:Invoke": "lambda:InvokeFunction",
}
TRANSACTED = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem", "Get": "GetItem"}
WRITES = {
    "dynamodb": {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"},
    "s3": {"PutObject", "DeleteObject", "DeleteObjects", "CompleteMultipartUpload"},
    "sqs": {"SendMessage", "SendMessageBatch"},
    "securityhub": {"BatchImportFindings", "BatchUpdateFindings"},
}


# Operations with the method and path of another; a header, or the address of a bucket, tells them apart.
TOLD_BY_HEADERS = {"CopyObject", "UploadPartCopy", "RenameObject", "ListDirectoryBuckets"}


class Routes:
    """The operations of one REST service, from botocore's description of it."""

    def __init__(self, service):
        file = sorted(glob.glob(os.path.join(os.path.dirname(botocore.__file__), "data", service, "*", "service-2.json*")))[-1]
        with gzip.open(file) if file.endswith(".gz") else open(file, "rb") as stream:
            model = json.load(stream)
        self.routes = []
        for name, operation in model["operations"].items():
            path, _, query = operation["http"]["requestUri"].partition("?")
            pattern = re.sub(r"\\\{(\w+)\\\+\\\}", r"(?P<\1>.+)", re.escape(path).replace("\\{", "\\{"))
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", pattern)
            required = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
            shape = model["shapes"].get(operation.get("input", {}).get("shape"), {})
            for member, value in shape.get("members", {}).items():
                # What tells one operation from another on the same path: a required query member.
                if value.get("location") == "querystring" and member in shape.get("required", []):
                    required.setdefault(value["locationName"], "")
            self.routes.append((len(required), operation["http"]["method"], re.compile(f"^{pattern}/?$"), required, name))
        self.routes.sort(key=lambda r: -r[0])

    def find(self, method, path, query):
        for _, verb, pattern, required, name in self.routes:
            if verb == method and (match := pattern.match(path)) and all(k in query and (not v or query[k] == v) for k, v in required.items()):
                if name in TOLD_BY_HEADERS:
                    continue
                return name, {k: urllib.parse.unquote(v) for k, v in match.groupdict().items()}
        return f"{method} {path}", {}


class Call:
    """One request: service, operation, parameters, and the role that sent it."""

    routes = {}
    _gate = threading.Lock()

    def __init__(self, environ, body):
        scope = re.search(r"Credential=([^/,]+)/\d+/([^/]+)/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
        self.key, self.region, self.service = scope.groups() if scope else (None, "us-east-1", "s3")
        self.event_id = environ.get("HTTP_X_EMULATOR_EVENT")
        self.method = environ["REQUEST_METHOD"]
        path = environ.get("RAW_URI") or environ.get("REQUEST_URI") or urllib.parse.quote(environ["PATH_INFO"])
        query = dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        target = environ.get("HTTP_X_AMZ_TARGET")
        self.parameters = {}
        if target:
            prefix, self.operation = target.rsplit(".", 1)
            if prefix.startswith("DynamoDBStreams"):
                self.service = "dynamodb"
            self.parameters = parse(body)
        elif environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
            self.parameters = dict(urllib.parse.parse_qsl(body.decode()))
            self.operation = self.parameters.get("Action", "?")
        else:
            with Call._gate:
                if self.service not in Call.routes:
                    Call.routes[self.service] = Routes(self.service)
            self.operation, named = Call.routes[self.service].find(self.method, urllib.parse.urlsplit(path).path, query)
            self.parameters = {**query, **(parse(body) if self.service != "s3" else {}), **named}
        if self.operation == "PutObject" and "HTTP_X_AMZ_COPY_SOURCE" in environ:
            self.operation = "CopyObject"
        self.copied = environ.get("HTTP_X_AMZ_COPY_SOURCE")

    @property
    def by_harness(self):
        return self.key == HARNESS

    @property
    def writes(self):
        """Whether it changes what lasts; the row that paces calls does not."""
        if self.service == "dynamodb" and self.parameters.get("Key", {}).get("PK", {}).get("S", "").startswith("BUDGET#"):
            return False
        return self.operation in WRITES.get(self.service, ())

    @property
    def caller(self):
        return caller_of(self.key)

    @property
    def items(self):
        """How many items, messages or findings the request holds."""
        p = self.parameters
        many = p.get("TransactItems") or p.get("Entries") or p.get("Findings")
        if isinstance(many, list):
            return len(many)
        return sum(len(r.get("Keys", [])) if isinstance(r, dict) else len(r) for r in p.get("RequestItems", {}).values()) or 1

    def grants(self):
        """What a policy must allow: pairs of action and resource."""
        named = getattr(self, f"_{self.service}", None)
        pairs = named() if named else [(self.operation, "*")]
        return sorted({(ACTIONS.get(f"{self.service}:{a}", f"{self.service}:{a}"), r) for a, r in pairs})

    def _arn(self, service, rest, region=None, account=ACCOUNT):
        return f"arn:aws:{service}:{self.region if region is None else region}:{account}:{rest}"

    def _sqs(self):
        url = self.parameters.get("QueueUrl")
        name = url.rsplit("/", 1)[-1] if url else self.parameters.get("QueueName")
        return [(self.operation, self._arn("sqs", name) if name else "*")]

    def _dynamodb(self):
        p, table = self.parameters, lambda name: name if name.startswith("arn:") else self._arn("dynamodb", f"table/{name}")
        if "TransactItems" in p:
            return [(TRANSACTED[kind], table(item["TableName"])) for entry in p["TransactItems"] for kind, item in entry.items()]
        if "RequestItems" in p:
            return [(self.operation, table(name)) for name in p["RequestItems"]]
        if "StreamArn" in p or "ShardIterator" in p:
            return [(self.operation, p.get("StreamArn") or p["ShardIterator"].split("|", 1)[0])]
        if "TableName" not in p:
            return [(self.operation, "*")]
        return [(self.operation, table(p["TableName"]) + (f"/index/{p['IndexName']}" if p.get("IndexName") else ""))]

    def _s3(self):
        bucket, key = self.parameters.get("Bucket"), self.parameters.get("Key")
        if not bucket:
            return [(self.operation, "*")]
        arn = f"arn:aws:s3:::{bucket}"
        if self.operation == "DeleteObjects":
            return [(self.operation, f"{arn}/*")]
        operation = self.operation + "Version" if key and "versionId" in self.parameters and self.operation in ("GetObject", "DeleteObject") else self.operation
        pairs = [(operation, f"{arn}/{key}" if key else arn)]
        if self.copied:
            pairs.append(("GetObject", "arn:aws:s3:::" + urllib.parse.unquote(self.copied).lstrip("/")))
        return pairs

    def _lambda(self):
        p = self.parameters
        if "LayerName" in p:
            return [(self.operation, self._arn("lambda", f"layer:{p['LayerName']}" + (f":{p['VersionNumber']}" if "VersionNumber" in p else "")))]
        if self.operation.startswith("List") and self.operation not in ("ListTags", "ListAliases", "ListVersionsByFunction", "ListFunctionUrlConfigs", "ListFunctionEventInvokeConfigs"):
            return [(self.operation, "*")]
        if "UUID" in p:
            return [(self.operation, self._arn("lambda", f"event-source-mapping:{p['UUID']}"))]
        resource = p.get("FunctionName") or p.get("Resource") or p.get("ResourceArn") or p.get("Arn")
        if not resource:
            return [(self.operation, "*")]
        if not resource.startswith("arn:"):
            resource = self._arn("lambda", f"function:{resource.split(':function:')[-1]}")
        qualifier = p.get("Qualifier")
        return [(self.operation, f"{resource}:{qualifier}" if qualifier and resource.count(":") == 6 else resource)]

    def _iam(self):
        p = self.parameters
        if "PolicyArn" in p and "RoleName" not in p:
            return [(self.operation, p["PolicyArn"])]
        if "RoleName" not in p:
            return [(self.operation, "*")]
        from moto.iam.models import iam_backends

        role = next((r for r in iam_backends[ACCOUNT]["aws"].roles.values() if r.name == p["RoleName"]), None)
        return [(self.operation, role.arn if role else f"arn:aws:iam::{ACCOUNT}:role/{p['RoleName']}")]

    def _securityhub(self):
        if self.operation == "BatchImportFindings":
            return [(self.operation, f.get("ProductArn", "*")) for f in self.parameters.get("Findings", [])] or [(self.operation, "*")]
        return [(self.operation, self._arn("securityhub", "hub/default"))]

    def _logs(self):
        if self.operation == "DescribeLogGroups":
            return [(self.operation, self._arn("logs", "log-group:*"))]
        group = self.parameters.get("logGroupName")
        return [(self.operation, self._arn("logs", f"log-group:{group}:*") if group else "*")]

    def _events(self):
        return [(self.operation, self._arn("events", "event-bus/default") if self.operation == "PutEvents" else "*")]

    def _ecr(self):
        name, registry = self.parameters.get("repositoryName"), self.parameters.get("registryId", ACCOUNT)
        return [(self.operation, self._arn("ecr", f"repository/{name}", account=registry) if name else "*")]

    def _sts(self):
        return [(self.operation, self.parameters.get("RoleArn", "*"))]

    def _kms(self):
        key = self.parameters.get("KeyId", "*")
        return [(self.operation, key if key.startswith("arn:") or key == "*" else self._arn("kms", f"key/{key}"))]


def caller_of(key):
    """The role that an access key is of, else who stands behind it."""
    if key is None or key == HARNESS:
        return "anonymous" if key is None else "harness"
    from moto.sts.models import sts_backends

    for backend in sts_backends[ACCOUNT].values():
        for role in backend.assumed_roles:
            if role.access_key_id == key:
                return role.role_arn
    return key


class Download:
    """A request for code by a presigned address, which names no caller."""

    service, operation, caller, by_harness, writes = "s3", "PresignedGet", "anonymous", False, False

    def __init__(self, path):
        self.parameters = {"Path": path}


class Import:
    """One finding of a batch."""

    service, operation, caller, by_harness, writes = "securityhub", "ImportFinding", "anonymous", False, False

    def __init__(self, finding):
        self.parameters = finding


def parse(body):
    try:
        value = json.loads(body) if body else {}
        return value if isinstance(value, dict) else {}
    except ValueError:
        return {}
