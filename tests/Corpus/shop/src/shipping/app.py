import json
import os
from urllib.parse import urlsplit

import pymysql

url = urlsplit(os.environ["DATABASE_URL"])
database = pymysql.connect(host=url.hostname, user=url.username, password=url.password, database=url.path[1:])


def handler(event, context):
    for record in event["Records"]:
        parcel = json.loads(record["Sns"]["Message"])
        with database.cursor() as cursor:
            cursor.execute("UPDATE parcels SET state = 'packed' WHERE number = '" + parcel["number"] + "'")
        database.commit()
