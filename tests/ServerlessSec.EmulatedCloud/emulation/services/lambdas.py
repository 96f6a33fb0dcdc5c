"""Lambda: code by URLs that expire, what moto forgets of a function, and operations that it has not or answers wrongly."""
import json
import time
import urllib.parse
import uuid

import moto.awslambda.models as functions

from emulation.calls import ACCOUNT
from emulation.services import ecr
from emulation.services.common import CLOCK, after, as_list
from emulation.strict import Refused

SETTLING = {}  # states of functions that are not what they will be
CLOSED = set()  # keys that nobody may use
FORGOTTEN = ("DeadLetterConfig", "KMSKeyArn", "LoggingConfig", "SnapStart")


def install_functions(base):
    def code(former, self):
        answer = former(self)
        if answer.get("Code", {}).get("RepositoryType") == "S3":
            answer["Code"]["Location"] = signed(base, "code", self.account_id, self.region, self.function_name, str(self.version))
        elif image := answer.get("Code", {}).get("ImageUri"):
            name = image.partition("@")[0]
            host, _, path = name.partition("/")
            answer["Code"]["ResolvedImageUri"] = f"{host}/{path.partition(':')[0]}@sha256:{self.code_sha_256}"
        return told(self, answer)

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
    if kind == "blob":
        return ecr.STORE[region, name].blobs[version]
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
    described = {**former(self, on_create), "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{self.function_name}"}, **self.kept, "RevisionId": self.revision_id}
    if "Environment" in described and self.kept.get("KMSKeyArn") in CLOSED:
        described["Environment"] = {"Error": denied("Lambda was unable to decrypt the environment variables because KMS access was denied.")}
    return {**described, **SETTLING.get(self.function_name, {})}


@after(functions.LambdaFunction, "_set_function_code")
def _code(former, self, spec):
    former(self, spec)
    if "SourceKMSKeyArn" in spec:
        self.code["SourceKMSKeyArn"] = spec["SourceKMSKeyArn"]
    if "ImageUri" in spec and not spec.get("DryRun"):
        self.code_sha_256 = ecr.deployed(spec["ImageUri"], self.region).removeprefix("sha256:")


def told(function, answer):
    """What GetFunction says of code that a closed key hides."""
    if function.code.get("SourceKMSKeyArn") in CLOSED:
        answer["Code"] = {"RepositoryType": "S3", "SourceKMSKeyArn": function.code["SourceKMSKeyArn"], "Error": denied("Lambda was unable to decrypt the code because KMS access was denied.")}
    return answer


def denied(message):
    return {"ErrorCode": "AccessDeniedException", "Message": message}


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


@after(functions.LambdaFunction, "set_version")
def _published(former, self, version):
    """A version is a copy, and nothing of it changes with what it was copied from."""
    former(self, version)
    self.kept, self.code, self.revision_id, self.url_config, self.event_invoke_config = dict(self.kept), dict(self.code), str(uuid.uuid4()), None, []


def url_of(call):
    """The URL of an alias, which the emulator's function knows nothing of: each has its own, as AWS wants it."""
    function, qualifier = function_of(call), call.parameters.get("Qualifier")
    urls = function.__dict__.setdefault("alias_urls", {})
    if qualifier and qualifier not in functions.lambda_backends[ACCOUNT][call.region]._lambdas._get_function_aliases(function.function_name):
        raise Refused("ResourceNotFoundException", f"Cannot find alias arn: {function.function_arn}:{qualifier}", 404)
    return function, qualifier, urls


def told_url(config, function, qualifier):
    return {**config.to_dict(), "FunctionArn": f"{function.function_arn}:{qualifier}" if qualifier else function.function_arn}


def create_url(call):
    function, qualifier, urls = url_of(call)
    if qualifier in urls if qualifier else function.url_config:
        raise Refused("ResourceConflictException", "Failed to create function url config for this function: it exists already", 409)
    config = functions.FunctionUrlConfig(function, call.parameters)
    if qualifier:
        urls[qualifier] = config
    else:
        function.url_config = config
    return told_url(config, function, qualifier)


def get_url(call):
    function, qualifier, urls = url_of(call)
    config = urls.get(qualifier) if qualifier else function.url_config
    if not config:
        raise Refused("ResourceNotFoundException", "The resource you requested does not exist.", 404)
    if call.operation == "UpdateFunctionUrlConfig":
        config.update(call.parameters)
    if call.operation == "DeleteFunctionUrlConfig":
        urls.pop(qualifier, None)
        function.url_config = function.url_config if qualifier else None
    return told_url(config, function, qualifier)


def list_urls(call):
    function, _, urls = url_of(call)
    every = {**({"": function.url_config} if function.url_config else {}), **urls}
    return {"FunctionUrlConfigs": [told_url(config, function, qualifier) for qualifier, config in every.items()]}


def delete_alias(call):
    """With its URL and its policy."""
    function, name = function_of(call), call.parameters["Name"]
    functions.lambda_backends[ACCOUNT][call.region].delete_alias(name, function.function_name)
    function.__dict__.get("alias_urls", {}).pop(name, None)
    function.policy.statements[:] = [s for s in function.policy.statements if s.get("Resource") != f"{function.function_arn}:{name}"]
    return {}


def list_mappings(call):
    """By a name those of all that is called by it; by a qualifier its own."""
    every = functions.lambda_backends[ACCOUNT][call.region]._event_source_mappings.values()
    asked, source = call.parameters.get("FunctionName"), call.parameters.get("EventSourceArn")
    name = asked and asked.split(":function:")[-1]
    return {"EventSourceMappings": [
        m.get_configuration() for m in every
        if (not source or m.event_source_arn == source)
        and (not name or name in (m.function_name.split(":function:")[-1], m.function_name.split(":function:")[-1].partition(":")[0]))
    ]}


@after(functions.EventSourceMapping, "get_configuration")
def _mapped(former, self):
    """The mapping calls what it was made for, whichever version that is."""
    called = self.function_name.split(":function:")[-1]
    return {**former(self), "FunctionArn": f"{functions.make_function_arn(self.region, self.account_id, called.partition(':')[0])}{''.join(called.partition(':')[1:])}"}


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
    "lambda:GetPolicy": get_policy,
    "lambda:GetFunctionRecursionConfig": get_recursion,
    "lambda:PutFunctionRecursionConfig": put_recursion,
    "lambda:ListFunctionUrlConfigs": list_urls,
    "lambda:CreateFunctionUrlConfig": create_url,
    "lambda:GetFunctionUrlConfig": get_url,
    "lambda:UpdateFunctionUrlConfig": get_url,
    "lambda:DeleteFunctionUrlConfig": get_url,
    "lambda:DeleteAlias": delete_alias,
    "lambda:ListEventSourceMappings": list_mappings,
    "lambda:GetLayerVersionByArn": layer_by_arn,
    "lambda:ListFunctions": list_functions,
}
