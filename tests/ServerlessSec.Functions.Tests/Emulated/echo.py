#!/usr/bin/env python3
"""A function for tests: notes what it is given, and does with each message what its body says."""
import json
import os
import sys
import urllib.request

API = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/"


def note(**what):
    with open(os.environ["TRACE"], "a", encoding="utf-8") as trace:
        trace.write(json.dumps({"handler": os.environ["_HANDLER"], "key": os.environ["AWS_ACCESS_KEY_ID"], "process": os.getpid(), **what}) + "\n")


def fails(record):
    body = record.get("body", "")
    count = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
    if body.startswith("die"):
        os._exit(3)
    if body.startswith("throw"):
        raise ValueError(body)
    return body.startswith("fail") or (body.startswith("once") and count == 1)


def work(event):
    failures = []
    for record in event.get("Records", []):
        attributes = record.get("attributes", {})
        note(body=record.get("body"), group=attributes.get("MessageGroupId"), receive=attributes.get("ApproximateReceiveCount"),
             record=record.get("dynamodb"), source=record.get("eventSourceARN"), size=len(event["Records"]))
        if fails(record):
            failures.append({"itemIdentifier": record["messageId"]})
        note(done=record.get("body"), group=attributes.get("MessageGroupId"))
    if "Records" not in event:
        note(event=event)
    return {"batchItemFailures": failures}


def post(path, value):
    urllib.request.urlopen(urllib.request.Request(API + path, json.dumps(value).encode(), method="POST")).read()


while True:
    with urllib.request.urlopen(API + "next") as answer:
        request, payload = answer.headers["Lambda-Runtime-Aws-Request-Id"], json.load(answer)
    try:
        post(f"{request}/response", work(payload))
    except ValueError as fault:
        post(f"{request}/error", {"errorMessage": str(fault), "errorType": "ValueError"})
