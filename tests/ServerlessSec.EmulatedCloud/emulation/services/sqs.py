"""SQS: deduplication, names that CloudFormation gives, and a clock that can be set ahead."""
import time

import moto.sqs.models as queues

from emulation.calls import ACCOUNT
from emulation.services.common import CHANGES, CLOCK, Forgetful, after

# Speed: a conversion of the clock for each message held.
_seconds, _milliseconds = queues.unix_time, queues.unix_time_millis
queues.unix_time = lambda moment=None: time.time() + CLOCK["ahead"] if moment is None else _seconds(moment)
queues.unix_time_millis = lambda moment=None: (time.time() + CLOCK["ahead"]) * 1000 if moment is None else _milliseconds(moment)


def install_queues(base):
    queues.Queue.physical_resource_id = property(lambda self: f"{base}/{self.account_id}/{self.name}")


@after(queues.Queue, "__init__")
def _queue(former, self, *args, **kwargs):
    former(self, *args, **kwargs)
    self.lambda_event_source_mappings = Forgetful()
    self.seen = {}


@after(queues.Queue, "add_message")
def _add_message(former, self, message):
    """A deduplication id counts for five minutes, whether or not its message is still there."""
    if self.fifo_queue and message.deduplication_id and message.approximate_receive_count == 0:
        key = (message.group_id if self.deduplication_scope == "messageGroup" else None, message.deduplication_id)
        now = queues.unix_time()
        if now - self.seen.get(key, -1e9) < 300:
            return
        self.seen[key] = now
    with self._messages_lock:
        self._messages.append(message)
        self._messages_lock.notify_all()
    CHANGES.note()


@after(queues.Message, "change_visibility")
def _change_visibility(former, self, seconds):
    former(self, seconds)
    CHANGES.note()


@after(queues.Queue, "delete_message")
def _delete_message(former, self, handle):
    former(self, handle)
    CHANGES.note()


def fifo_name(cls, name, definition, account_id, region_name, **kwargs):
    """CloudFormation's own names of FIFO queues end in .fifo."""
    if str(definition.get("Properties", {}).get("FifoQueue", "")).lower() == "true" and not name.endswith(".fifo"):
        name = name[:75] + ".fifo"
    return _create_queue(cls, name, definition, account_id, region_name, **kwargs)


_create_queue = queues.Queue.create_from_cloudformation_json.__func__
queues.Queue.create_from_cloudformation_json = classmethod(fifo_name)


def queue_of(arn):
    return queues.sqs_backends[ACCOUNT][arn.split(":")[3]].queues.get(arn.split(":")[-1])
