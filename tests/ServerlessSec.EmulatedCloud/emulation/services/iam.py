"""Roles."""
import json

import moto.iam.models as roles

from emulation.services.common import after


@after(roles.Role, "put_policy")
def _put_policy(former, self, name, document):
    """CloudFormation gives a document as a mapping, which would be told in Python's notation."""
    former(self, name, document if isinstance(document, str) else json.dumps(document, default=str))
