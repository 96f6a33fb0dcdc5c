"""What IAM must allow: for a call, for a customer's key behind it, and for what services do with a role by themselves."""
import json

import moto.awslambda.models as functions
import moto.dynamodb.models as tables
import moto.events.models as events
import moto.iam.models as iam
import moto.s3.models as buckets
import moto.scheduler.models as schedules

from emulation.calls import ACCOUNT
from emulation.services.common import as_list
from emulation.services.sqs import queue_of

READS, WRITES = ("kms:Decrypt",), ("kms:GenerateDataKey", "kms:Decrypt")


def needs_of(call, status):
    """What a call needs of its role's policies: action, resource and condition keys of each."""
    found = [need(action, resource, context_of(call)) for action, resource in call.grants()]
    if call.service == "s3" and status == 404 and call.operation in ("GetObject", "HeadObject"):
        # Who may not list the bucket is told 403 of an object that is not there.
        found.append(need("s3:ListBucket", f"arn:aws:s3:::{call.parameters['Bucket']}", context_of(call)))
    if call.service == "lambda" and call.operation == "GetFunction" and status == 200:
        found += of_function(call)
    return found + [one for action, resource in call.grants() for one in of_key(action, resource, call.region)]


def need(action, resource, context=None, optional=False):
    return {"action": action, "resource": resource, "context": context or {}, "optional": optional}


def context_of(call):
    context = {"aws:RequestedRegion": [call.region], "aws:PrincipalAccount": [ACCOUNT], "aws:SecureTransport": ["true"]}
    if call.service == "s3" and "prefix" in call.parameters:
        context["s3:prefix"] = [call.parameters["prefix"]]
    if call.service == "securityhub" and call.operation == "BatchImportFindings":
        context["securityhub:TargetAccount"] = sorted({f.get("AwsAccountId", "") for f in call.parameters.get("Findings", [])})
    if call.service == "dynamodb" and (keys := [k["S"] for k in keys_of(call.parameters) if "S" in k]):
        context["dynamodb:LeadingKeys"] = sorted(set(keys))
    return context


def keys_of(parameters):
    """Partition keys that a request names, those of the one table's kind: PK."""
    for item in [parameters, *(i for entry in parameters.get("TransactItems", []) for i in entry.values())]:
        if "PK" in (key := item.get("Key") or item.get("Item") or {}):
            yield key["PK"]


def of_function(call):
    """Lambda gives tags to those alone who may list them, and uses the function's keys as the caller."""
    function = functions.lambda_backends[ACCOUNT][call.region].get_function(call.parameters["FunctionName"])
    arn = f"arn:aws:lambda:{call.region}:{ACCOUNT}:function:{function.function_name}"
    keys = [k for k in (function.kept.get("KMSKeyArn"), function.code.get("SourceKMSKeyArn")) if k]
    # Without the key the answer says so in place of what it hides.
    return [need("lambda:ListTags", arn, context_of(call))] + [need("kms:Decrypt", key, through("lambda", call.region), optional=True) for key in keys]


def through(service, region):
    return {"kms:ViaService": [f"{service}.{region}.amazonaws.com"], "aws:PrincipalAccount": [ACCOUNT]}


def of_key(action, resource, region):
    """What encryption by a customer's key asks of who reads or writes."""
    service, operation = action.split(":")
    key = {"sqs": key_of_queue, "s3": key_of_bucket, "dynamodb": key_of_table}.get(service, lambda _: None)(resource)
    if not str(key or "").startswith("arn:") or operation in ("ListBucket", "GetQueueAttributes", "DeleteMessage", "DescribeStream", "ListStreams", "GetShardIterator"):
        return []
    wanted = WRITES if operation in ("SendMessage", "PutObject") else READS
    return [need(each, key, through(service, region)) for each in wanted]


def key_of_queue(arn):
    queue = queue_of(arn)
    return queue and queue.kms_master_key_id


def key_of_bucket(arn):
    bucket = buckets.s3_backends[ACCOUNT]["aws"].buckets.get(arn.split(":")[5].split("/")[0])
    rule = bucket.encryption["Rule"] if bucket and bucket.encryption else {}
    rule = as_list(rule)[0] if rule else {}
    return rule.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID")


def key_of_table(arn):
    parts = arn.split(":")
    table = tables.dynamodb_backends[ACCOUNT][parts[3]].tables.get(parts[5].split("/")[1]) if parts[5].startswith("table/") else None
    return getattr(table, "customer_key", None)  # AWS's own key lets in whoever may use the table


# What is wired in the account makes services act with a role.


def wired():
    """Each role's needs that come of configuration alone, by the ARN of the role."""
    found = {}

    def add(role, *wanted):
        for action, resource in wanted:
            region = resource.split(":")[3] if resource.count(":") > 3 else ""
            found.setdefault(role, []).extend([need(action, resource), *of_key(action, resource, region)])

    for region in list(functions.lambda_backends[ACCOUNT]):
        of_functions(functions.lambda_backends[ACCOUNT][region], add)
        for group in schedules.scheduler_backends[ACCOUNT][region].schedule_groups.values():
            for schedule in group.schedules.values():
                of_target(schedule.target, schedule.target["RoleArn"], add)
        for bus in events.events_backends[ACCOUNT][region].event_buses.values():
            for rule in bus.rules.values():
                for target in rule.targets:
                    if role := target.get("RoleArn"):
                        add(role, ("events:PutEvents", target["Arn"]))
    return found


def of_functions(backend, add):
    for function in backend.list_functions():
        settings = function.get_configuration()
        arn = f"arn:aws:logs:{backend.region_name}:{ACCOUNT}:log-group:{settings['LoggingConfig']['LogGroup']}"
        add(function.role, ("logs:CreateLogStream", f"{arn}:log-stream:any"), ("logs:PutLogEvents", f"{arn}:log-stream:any"))
        if (settings.get("TracingConfig") or {}).get("Mode") == "Active":
            add(function.role, ("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*"))
        if function.event_invoke_config:
            of_failure(backend.get_function_event_invoke_config(function.function_name).get("DestinationConfig"), function.role, add)
    for mapping in list(backend._event_source_mappings.values()):
        role = backend.get_function(mapping.function_arn.split(":")[6]).role
        source = mapping.event_source_arn
        actions = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes") if ":sqs:" in source else (
            "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams")
        add(role, *((action, source) for action in actions))
        of_failure(mapping.destination_config, role, add)


def of_failure(destinations, role, add):
    if target := ((destinations or {}).get("OnFailure") or {}).get("Destination"):
        add(role, ("sqs:SendMessage", target))


def of_target(target, role, add):
    action = "lambda:InvokeFunction" if ":lambda:" in target["Arn"] else "sqs:SendMessage"
    add(role, (action, target["Arn"]))
    if dead := (target.get("DeadLetterConfig") or {}).get("Arn"):
        add(role, ("sqs:SendMessage", dead))


def policies():
    """Each role's policies by the role's ARN: documents by name, and its boundary."""
    backend = iam.iam_backends[ACCOUNT]["aws"]
    return {
        role.arn: {
            "policies": {
                **{name: text(document) for name, document in role.policies.items()},
                **{policy.arn: document_of(policy) for policy in role.managed_policies.values()},
            },
            "boundary": document_of(backend.managed_policies[role.permissions_boundary_arn]) if role.permissions_boundary_arn else None,
        }
        for role in list(backend.roles.values())
    }


def document_of(policy):
    return text(next(v.document for v in policy.versions if v.version_id == policy.default_version_id))


def text(document):
    return document if isinstance(document, str) else json.dumps(document)
