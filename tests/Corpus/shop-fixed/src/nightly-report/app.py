import os

import boto3
import urllib3

orders = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])
http = urllib3.PoolManager()


def handler(event, context):
    count = orders.scan(Select="COUNT")["Count"]
    http.request("POST", "https://office.example.com/reports", fields={"orders": str(count)})
