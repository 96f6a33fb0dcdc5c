"""SQS: deduplication, order within groups, names that CloudFormation gives, and a clock that can be set ahead."""
import time

import moto.sqs.models as queues

from emulation.calls import ACCOUNT
from emulation.services.common import CHANGES, CLOCK, QUEUES, Forgetful, after

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


@after(queues.SQSBackend, "receive_message")
def _receive(former, self, queue_name, *args, **kwargs):
    """A group is not held by a message that is back: moto would let the second of two that come back together go first."""
    queue = self.get_queue(queue_name)
    for message in [m for m in queue.pending_messages if m.visible]:
        queue.pending_messages.remove(message)
    return former(self, queue_name, *args, **kwargs)


def takeable(queue):
    """Whether somebody could receive a message now."""
    held = {m.group_id for m in queue._messages if not m.visible} if queue.fifo_queue else ()
    return any(m.visible and not m.delayed and m.group_id not in held for m in queue._messages)


def skip(arns, since):
    """Sets the clock ahead to when the first message that is hidden comes back, if nothing happened since and none can be taken."""
    with QUEUES:
        found = [queue for arn in arns if (queue := queue_of(arn))]
        hidden = [m.visible_at for queue in found for m in queue._messages if not m.visible]
        if CHANGES.count != since or not hidden or any(takeable(queue) for queue in found):
            return
        CLOCK["ahead"] += max(0, min(hidden) - queues.unix_time_millis()) / 1000 + 0.001
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
