"""S3: bucket policies."""
import json

import moto.s3.models as buckets
from moto.iam.access_control import IAMPolicy, PermissionResult

from emulation.services.common import after, as_list


@after(buckets.FakeBucket, "get_permission")
def _permission(former, self, action, resource):
    """moto reads no conditions. That a connection is not TLS is none of the account's business here."""
    if self.policy is None:
        return former(self, action, resource)
    document = json.loads(self.policy)
    document["Statement"] = [s for s in as_list(document["Statement"]) if "aws:SecureTransport" not in json.dumps(s.get("Condition", {}))]
    return IAMPolicy(json.dumps(document)).is_action_permitted(action, resource) if document["Statement"] else PermissionResult.NEUTRAL
