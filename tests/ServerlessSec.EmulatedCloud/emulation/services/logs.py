"""CloudWatch Logs: the ARN that a template gets of a log group covers its streams."""
import moto.logs.models as logs

from emulation.services.common import after


@after(logs.LogGroup, "get_cfn_attribute")
def _attribute(former, self, name):
    value = former(self, name)
    return f"{value}:*" if name == "Arn" else value
