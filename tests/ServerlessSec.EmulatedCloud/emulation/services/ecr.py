"""ECR: images of repositories, which moto has no layers for. They come and go by ECR's operations or the registry's HTTP API."""
import base64
import hashlib
import json
import time
import uuid

import moto.ecr.models as registries

from emulation.calls import ACCOUNT
from emulation.services.common import CLOCK
from emulation.strict import Refused

HOURS_OF_A_TOKEN = 12
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
TOKENS = {}  # who a token is of, and when it ends
STORE = {}  # by Region and repository
ADDRESS = {}


class Images:
    """What one repository holds: blobs and manifests by digest, and digests by tag."""

    def __init__(self):
        self.blobs, self.manifests, self.tags = {}, {}, {}

    def find(self, reference):
        """The digest and the manifest's bytes, or None."""
        digest = self.tags.get(reference, reference)
        return (digest, self.manifests[digest]) if digest in self.manifests else None

    def put(self, reference, manifest):
        digest = digest_of(manifest)
        if ":" in reference and reference != digest:
            raise Refused("ImageDigestDoesNotMatchException", f"The specified image digest '{reference}' does not match", 400)
        if absent := [d for d in parts_of(manifest) if d not in self.blobs and d not in self.manifests]:
            raise Refused("LayersNotFoundException", f"The layers with digests '{absent}' required for pushing image do not exist", 400)
        self.manifests[digest] = manifest
        if ":" not in reference:
            self.tags[reference] = digest
        return digest

    def delete(self, reference):
        digest = self.tags.get(reference, reference)
        self.tags = {t: d for t, d in self.tags.items() if d != digest}
        return digest if self.manifests.pop(digest, None) else None


def install_images(base):
    ADDRESS["base"] = base


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def parts_of(manifest):
    described = json.loads(manifest)
    every = [described.get("config"), *described.get("layers", []), *described.get("manifests", [])]
    return [part["digest"] for part in every if part]


def media_type_of(manifest):
    described = json.loads(manifest)
    kind = "index" if "manifests" in described else "manifest"
    return described.get("mediaType") or f"application/vnd.oci.image.{kind}.v1+json"


def images_of(region, repository):
    """None where there is no such repository."""
    if repository not in registries.ecr_backends[ACCOUNT][region].repositories:
        return None
    return STORE.setdefault((region, repository), Images())


def repository_of(call):
    name, registry = call.parameters["repositoryName"], call.parameters.get("registryId", ACCOUNT)
    if registry != ACCOUNT:
        raise Refused("AccessDeniedException", f"no resource-based policy of the repository {name} of {registry} allows it", 400)
    images = images_of(call.region, name)
    if images is None:
        raise Refused("RepositoryNotFoundException", f"The repository with name '{name}' does not exist in the registry with id '{registry}'", 400)
    return images


def batch_get_image(call):
    images, found, failures = repository_of(call), [], []
    accepted = call.parameters.get("acceptedMediaTypes", [MANIFEST])
    for asked in call.parameters["imageIds"]:
        held = images.find(asked.get("imageDigest") or asked.get("imageTag"))
        if held is None:
            failures.append({"imageId": asked, "failureCode": "ImageNotFound", "failureReason": "Requested image not found"})
        elif media_type_of(held[1]) not in accepted:
            failures.append({"imageId": asked, "failureCode": "UnsupportedImageType", "failureReason": "The image's media type is not accepted"})
        else:
            found.append({
                "registryId": ACCOUNT, "repositoryName": call.parameters["repositoryName"], "imageId": {**asked, "imageDigest": held[0]},
                "imageManifest": held[1].decode(), "imageManifestMediaType": media_type_of(held[1])})
    return {"images": found, "failures": failures}


def put_image(call):
    manifest, tag = call.parameters["imageManifest"].encode(), call.parameters.get("imageTag")
    digest = repository_of(call).put(tag or digest_of(manifest), manifest)
    return {"image": {"registryId": ACCOUNT, "repositoryName": call.parameters["repositoryName"], "imageId": {"imageDigest": digest, "imageTag": tag}, "imageManifest": manifest.decode()}}


def batch_delete_image(call):
    images, gone, failures = repository_of(call), [], []
    for asked in call.parameters["imageIds"]:
        digest = images.delete(asked.get("imageDigest") or asked.get("imageTag"))
        if digest:
            gone.append({**asked, "imageDigest": digest})
        else:
            failures.append({"imageId": asked, "failureCode": "ImageNotFound", "failureReason": "Requested image not found"})
    return {"imageIds": gone, "failures": failures}


def layer_address(call):
    digest = call.parameters["layerDigest"]
    if digest not in repository_of(call).blobs:
        raise Refused("LayersNotFoundException", f"The layer with digest '{digest}' does not exist", 400)
    return {"downloadUrl": signed_blob(call.region, call.parameters["repositoryName"], digest), "layerDigest": digest}


def signed_blob(region, repository, digest):
    from emulation.services.lambdas import signed

    return signed(ADDRESS["base"], "blob", ACCOUNT, region, repository, digest)


def authorization_token(call):
    token, ends = uuid.uuid4().hex, time.time() + CLOCK["ahead"] + HOURS_OF_A_TOKEN * 3600
    TOKENS[token] = (call.key, call.region, ends)
    return {"authorizationData": [{"authorizationToken": base64.b64encode(f"AWS:{token}".encode()).decode(), "expiresAt": ends, "proxyEndpoint": ADDRESS["base"]}]}


def deployed(uri, region):
    """The digest that Lambda takes an image by; it pulls those of other accounts too, whose repositories are not here."""
    name, _, digest = uri.partition("@")
    host, _, path = name.partition("/")
    repository, _, tag = path.partition(":")
    if host.split(".")[0] != ACCOUNT:
        return digest or digest_of(uri.encode())
    images = images_of(region, repository)
    held = images and images.find(digest or tag or "latest")
    if not held:
        raise Refused("InvalidParameterValueException", f"Source image {uri} does not exist. Provide a valid source image.", 400)
    return held[0]


OWN = {
    "ecr:BatchGetImage": batch_get_image,
    "ecr:PutImage": put_image,
    "ecr:BatchDeleteImage": batch_delete_image,
    "ecr:GetDownloadUrlForLayer": layer_address,
    "ecr:GetAuthorizationToken": authorization_token,
}
