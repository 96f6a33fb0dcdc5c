"""The registry's HTTP API (https://github.com/opencontainers/distribution-spec): what docker pushes to and pulls from.

Whoever shows a token of GetAuthorizationToken may do what its caller may; there is one registry, whose Region is the token's.
"""
import base64
import json
import re
import time
import uuid

from werkzeug.wrappers import Response

from emulation.calls import ACCOUNT, HARNESS, caller_of
from emulation.services import ecr
from emulation.services.common import CLOCK
from emulation.strict import Refused

PATH = re.compile(r"^/v2/(?P<name>.+)/(?P<kind>manifests|blobs)/(?P<rest>.+)$")
UPLOADS = {}
OPERATIONS = {"manifests": ("BatchGetImage", "PutImage"), "blobs": ("GetDownloadUrlForLayer", "UploadLayerPart")}


class Pull:
    """One request to the registry, as a call to ECR that IAM would judge."""

    service, writes, items = "ecr", False, 1

    def __init__(self, environ):
        self.key, self.region = shown(environ.get("HTTP_AUTHORIZATION", ""))
        self.method, found = environ["REQUEST_METHOD"], PATH.match(environ["PATH_INFO"])
        self.name, self.kind, self.rest = found.groups() if found else (None, None, "")
        reads = self.method in ("GET", "HEAD")
        self.operation = OPERATIONS[self.kind][0 if reads else 1] if found else "GetAuthorizationToken"
        self.parameters = {"repositoryName": self.name, "reference": self.rest}

    @property
    def by_harness(self):
        return self.key == HARNESS

    @property
    def caller(self):
        return caller_of(self.key)

    def grants(self):
        return [(f"ecr:{self.operation}", f"arn:aws:ecr:{self.region}:{ACCOUNT}:repository/{self.name}" if self.name else "*")]


def shown(authorization):
    """Whose token it is, and of which Region."""
    scheme, _, value = authorization.partition(" ")
    try:
        user, _, token = base64.b64decode(value).decode().partition(":")
    except ValueError:
        return None, None
    key, region, ends = ecr.TOKENS.get(token, (None, None, 0))
    return (key, region) if scheme == "Basic" and user == "AWS" and ends > time.time() + CLOCK["ahead"] else (None, None)


def serve(pull, query, body):
    if pull.key is None:
        return failed("UNAUTHORIZED", "authentication required", 401, {"WWW-Authenticate": f'Basic realm="{ecr.ADDRESS["base"]}/",service="ecr.amazonaws.com"'})
    if pull.kind is None:
        return Response("{}", mimetype="application/json")
    images = ecr.images_of(pull.region, pull.name)
    if images is None:
        return failed("NAME_UNKNOWN", f"The repository with name '{pull.name}' does not exist", 404)
    try:
        return (manifest if pull.kind == "manifests" else blob)(pull, images, query, body)
    except Refused as refused:
        return failed("MANIFEST_INVALID", refused.message, refused.status)


def manifest(pull, images, query, body):
    if pull.method == "PUT":
        digest = images.put(pull.rest, body)
        return Response(status=201, headers={"Docker-Content-Digest": digest, "Location": f"/v2/{pull.name}/manifests/{digest}"})
    held = images.find(pull.rest)
    if held is None:
        return failed("MANIFEST_UNKNOWN", "Requested image not found", 404)
    return Response(held[1], content_type=ecr.media_type_of(held[1]), headers={"Docker-Content-Digest": held[0]})


def blob(pull, images, query, body):
    if pull.method == "POST":
        upload = f"/v2/{pull.name}/blobs/uploads/{uuid.uuid4()}"
        UPLOADS[upload] = b""
        return Response(status=202, headers={"Location": upload})
    if pull.method in ("PATCH", "PUT"):
        return uploaded(pull, images, query, body)
    if pull.rest not in images.blobs:
        return failed("BLOB_UNKNOWN", "blob unknown to registry", 404)
    if pull.method == "HEAD":
        return Response(status=200, headers={"Docker-Content-Digest": pull.rest})
    return Response(status=307, headers={"Location": ecr.signed_blob(pull.region, pull.name, pull.rest)})


def uploaded(pull, images, query, body):
    upload = f"/v2/{pull.name}/blobs/{pull.rest}"
    if upload not in UPLOADS:
        return failed("BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry", 404)
    UPLOADS[upload] += body
    if pull.method == "PATCH":
        return Response(status=202, headers={"Location": upload})
    content = UPLOADS.pop(upload)
    if query.get("digest") != ecr.digest_of(content):
        return failed("DIGEST_INVALID", "provided digest did not match uploaded content", 400)
    images.blobs[query["digest"]] = content
    return Response(status=201, headers={"Docker-Content-Digest": query["digest"]})


def failed(code, message, status, headers=None):
    return Response(json.dumps({"errors": [{"code": code, "message": message}]}), status=status, mimetype="application/json", headers=headers)
