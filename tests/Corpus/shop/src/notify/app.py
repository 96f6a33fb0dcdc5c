import json
import os

import boto3
from jinja2 import Template

mail = boto3.client("ses")
events = boto3.client("events")
TEXT = Template("{{ sku }} is nearly sold out.")


def handler(event, context):
    mail.send_email(
        Source="shop@example.com",
        Destination={"ToAddresses": ["stock@example.com"]},
        Message={"Subject": {"Data": "Stock"}, "Body": {"Text": {"Data": TEXT.render(event["detail"])}}},
    )
    sent = {"EventBusName": os.environ["BUS"], "Source": "shop.mail", "DetailType": "Sent", "Detail": json.dumps(event["detail"])}
    events.put_events(Entries=[sent])
