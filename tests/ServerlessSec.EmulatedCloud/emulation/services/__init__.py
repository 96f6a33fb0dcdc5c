"""Where moto behaves otherwise than AWS, or not at all, in what the scanner uses: a file for each service."""
from emulation.services import dynamodb, ecr, events, iam, lambdas, logs, s3, securityhub, sqs  # noqa: F401
from emulation.services.common import BUCKETS, CHANGES, CLOCK, QUEUES, TABLES  # noqa: F401
from emulation.services.dynamodb import expire, tables  # noqa: F401
from emulation.services.ecr import install_images  # noqa: F401
from emulation.services.events import DELIVERIES  # noqa: F401
from emulation.services.lambdas import CLOSED, SETTLING, download, install_functions  # noqa: F401
from emulation.services.sqs import install_queues, queues, skip  # noqa: F401

OWN = {**ecr.OWN, **lambdas.OWN, **securityhub.OWN}  # operations that moto has not, or answers wrongly
