import os
import subprocess
import urllib.parse

import boto3

objects = boto3.client("s3")


def handler(event, context):
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
        name = os.path.basename(key)

        objects.download_file(bucket, key, "/tmp/picture")
        subprocess.run(["/opt/bin/convert", "/tmp/picture", "-resize", "200x200", f"/tmp/{name}"], check=True)
        objects.upload_file(f"/tmp/{name}", bucket, f"thumbnails/{name}")
