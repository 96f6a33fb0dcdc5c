"""Expands a SAM template as AWS does on deployment. usage: transform.py template.yaml out.json [s3://bucket/key of the code]"""
import json
import os
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.model.exceptions import InvalidDocumentException  # noqa: E402
from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402


class NoManagedPolicies:
    """The translator asks for AWS's managed policies by name; this template names none."""

    def load(self):
        return {}


def main(source, target, code="s3://packages/bootstrap.zip"):
    with open(source, encoding="utf-8") as file:
        template = yaml_parse(file)
    # What `sam package` does first: the code is put into a bucket.
    template["Globals"]["Function"]["CodeUri"] = code
    try:
        expanded = transform(template, {}, NoManagedPolicies())
    except InvalidDocumentException as refused:
        sys.exit("\n".join([refused.message, *(cause.message for cause in refused.causes)]))
    with open(target, "w", encoding="utf-8") as file:
        json.dump(expanded, file, indent=1)


main(*sys.argv[1:4])
