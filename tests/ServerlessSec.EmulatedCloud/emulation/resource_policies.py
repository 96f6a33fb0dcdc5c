"""Statements of resource policies as Lambda writes them (https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html)."""
import functools

import moto.awslambda.policy as policies

CONDITIONS = {
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
}
_decode = policies.Policy.decode_policy


@functools.wraps(_decode)
def decode_policy(self, obj):
    """moto keeps or drops what AWS turns into conditions."""
    conditions = {}
    for name, (operator, key) in CONDITIONS.items():
        if name in obj:
            value = obj.pop(name)
            conditions.setdefault(operator, {})[key] = str(value).lower() if isinstance(value, bool) else value
    principal = obj.get("Principal")
    if isinstance(principal, str) and len(principal) == 12 and principal.isdigit():
        obj["Principal"] = f"arn:aws:iam::{principal}:root"
    policy = _decode(self, obj)
    for operator, keys in conditions.items():
        policy.statements[0].setdefault("Condition", {}).setdefault(operator, {}).update(keys)
    return policy


policies.Policy.decode_policy = decode_policy
