import json
import urllib.request


def quote(sku, token):
    request = urllib.request.Request(f"https://rates.example.com/{sku}", headers={"Authorization": token})
    with urllib.request.urlopen(request, timeout=3) as answer:
        return json.load(answer)["price"]
