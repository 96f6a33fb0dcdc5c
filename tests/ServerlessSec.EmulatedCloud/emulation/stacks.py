"""CloudFormation types that moto's CloudFormation lacks. What can be made is made; the rest has a name and attributes."""
import json
import random
import string

import moto.awslambda.models as functions
import moto.s3.models as buckets
import moto.scheduler.models as schedules
import moto.securityhub.models as hubs
import moto.sqs.models as queues
from moto.core.common_models import CloudFormationModel

KEPT = []


def resource(kind, attributes=()):
    """Registers how a type is made: a function of name, properties, account and Region gives physical id and attributes."""

    def register(make):
        class Resource(CloudFormationModel):
            __module__ = "moto.emulation.models"  # moto reads a service's name from it

            def __init__(self, identifier, values=None):
                self.identifier, self.values = identifier, values or {}

            physical_resource_id = property(lambda self: self.identifier)
            cloudformation_name_type = staticmethod(lambda: "")
            cloudformation_type = staticmethod(lambda: kind)
            has_cfn_attr = classmethod(lambda cls, name: name in attributes)

            def get_cfn_attribute(self, name):
                return self.values[name]

            def is_created(self):
                return True

            @classmethod
            def create_from_cloudformation_json(cls, name, definition, account_id, region_name, **kwargs):
                return cls(*make(name, definition.get("Properties", {}), account_id, region_name))

            @classmethod
            def update_from_cloudformation_json(cls, former, name, definition, account_id, region_name):
                return cls(*make(former.identifier, definition.get("Properties", {}), account_id, region_name))

            @classmethod
            def delete_from_cloudformation_json(cls, *args, **kwargs):
                pass

        Resource.__name__ = kind.replace("::", "")
        KEPT.append(Resource)
        return make

    return register


@resource("AWS::SQS::QueuePolicy")
def queue_policy(name, properties, account, region):
    for url in properties["Queues"]:
        queues.sqs_backends[account][region].set_queue_attributes(url.rsplit("/", 1)[-1], {"Policy": json.dumps(properties["PolicyDocument"])})
    return (name,)


@resource("AWS::S3::BucketPolicy")
def bucket_policy(name, properties, account, region):
    buckets.s3_backends[account]["aws"].put_bucket_policy(properties["Bucket"], json.dumps(properties["PolicyDocument"]).encode())
    return (name,)


def create_bucket(cls, name, definition, account_id, region_name, **kwargs):
    """moto forgets that a template's bucket keeps versions."""
    bucket = _create_bucket(cls, name, definition, account_id, region_name, **kwargs)
    bucket.versioning_status = definition.get("Properties", {}).get("VersioningConfiguration", {}).get("Status")
    return bucket


_create_bucket = buckets.FakeBucket.create_from_cloudformation_json.__func__
buckets.FakeBucket.create_from_cloudformation_json = classmethod(create_bucket)


@resource("AWS::SecurityHub::Hub", ("ARN",))
def hub(name, properties, account, region):
    hubs.securityhub_backends[account][region].enable_security_hub(True, {})
    arn = f"arn:aws:securityhub:{region}:{account}:hub/default"
    return arn, {"ARN": arn}


@resource("AWS::Lambda::Url", ("FunctionUrl", "FunctionArn"))
def url(name, properties, account, region):
    function = functions.lambda_backends[account][region].get_function(properties["TargetFunctionArn"])
    config = function.create_url_config({k: properties[k] for k in ("AuthType", "Cors", "InvokeMode") if k in properties})
    return function.function_arn, {"FunctionUrl": config.url, "FunctionArn": function.function_arn}


@resource("AWS::Lambda::Alias")
def alias(name, properties, account, region):
    made = functions.lambda_backends[account][region].create_alias(
        properties["Name"], properties["FunctionName"], str(properties["FunctionVersion"]), properties.get("Description", ""), properties.get("RoutingConfig"))
    return (made.arn,)


@resource("AWS::Lambda::EventInvokeConfig")
def event_invoke_config(name, properties, account, region):
    config = {k: properties[k] for k in ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig") if k in properties}
    config = {k: int(v) if k.startswith("Maximum") else v for k, v in config.items()}
    functions.lambda_backends[account][region].put_function_event_invoke_config(properties["FunctionName"], config)
    return (name,)


@resource("AWS::Scheduler::ScheduleGroup", ("Arn",))
def schedule_group(name, properties, account, region):
    group = schedules.scheduler_backends[account][region].create_schedule_group(properties.get("Name") or name, properties.get("Tags", []))
    return group.name, {"Arn": group.arn}


@resource("AWS::Scheduler::Schedule", ("Arn",))
def schedule(name, properties, account, region):
    made = schedules.scheduler_backends[account][region].create_schedule(
        description=properties.get("Description"), end_date=None, flexible_time_window=properties["FlexibleTimeWindow"],
        group_name=properties.get("GroupName", "default"), kms_key_arn=properties.get("KmsKeyArn"), name=properties.get("Name") or name,
        schedule_expression=properties["ScheduleExpression"], schedule_expression_timezone=properties.get("ScheduleExpressionTimezone"),
        start_date=None, state=properties.get("State"), target=properties["Target"], action_after_completion=None)
    return made.name, {"Arn": made.arn}


def placeholder(kind, service):
    @resource(kind, ("Arn",))
    def make(name, properties, account, region):
        return name, {"Arn": f"arn:aws:{service}:{region}:{account}:{kind.rsplit('::', 1)[-1].lower()}:{name}"}


for _kind, _service in {
    "AWS::CloudWatch::Alarm": "cloudwatch",
    "AWS::CloudTrail::Trail": "cloudtrail",
    "AWS::Logs::MetricFilter": "logs",
    "AWS::Budgets::Budget": "budgets",
    "AWS::SNS::TopicPolicy": "sns",
    "AWS::SNS::Subscription": "sns",
    "AWS::ApiGatewayV2::Api": "apigateway",
    "AWS::ApiGatewayV2::Stage": "apigateway",
}.items():
    placeholder(_kind, _service)
