import json
import os

import rates

TOKEN = os.environ["RATES_TOKEN"]


def handler(event, context):
    sku = event["pathParameters"]["sku"]
    return {"statusCode": 200, "body": json.dumps({"sku": sku, "price": rates.quote(sku, TOKEN)})}
