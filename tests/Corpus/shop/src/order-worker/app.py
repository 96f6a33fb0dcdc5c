import json
import os

import boto3
import yaml

orders = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])
topics = boto3.client("sns")

with open("parcels.yaml") as file:
    PARCELS = yaml.safe_load(file)


def handler(event, context):
    failed = []
    for record in event["Records"]:
        try:
            work(record["messageId"], json.loads(json.loads(record["body"])["Message"]))
        except (KeyError, ValueError):
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def work(number, order):
    parcel = next(p["name"] for p in PARCELS if len(order["lines"]) <= p["lines"])
    orders.put_item(Item={"order": number, "member": order["member"], "parcel": parcel})
    topics.publish(TopicArn=os.environ["SHIPPING_TOPIC"], Message=json.dumps({"number": number}))
