"""EventBridge: whose sources are AWS's own, and what a queue's policy lets a rule send."""
import functools
import json

import jsonpath_ng.ext
import moto.events.models as events
import moto.events.utils as event_utils

from emulation.calls import CURRENT
from emulation.services.common import after, as_list
from emulation.services.sqs import queue_of

jsonpath_ng.ext.parse = functools.lru_cache(4096)(jsonpath_ng.ext.parse)  # Speed: a parser for each field of each event.
event_utils.EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE = event_utils.EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE.replace('"region":', '"account": "<account>", "region":')
DELIVERIES = {"failed": 0}


@after(events.EventsBackend, "put_events")
def _put_events(former, self, entries):
    """Sources of AWS are AWS's own: only the harness, which stands for it, may use them, and give an event its id."""
    call = getattr(CURRENT, "call", None)
    answers = []
    for entry in entries:
        if entry.get("Source", "").startswith("aws.") and not (call and call.by_harness):
            answers.append({"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source."})
            continue
        answers += former(self, [entry])
    return answers


@after(events.Rule, "send_to_targets")
def _send_to_targets(former, self, event, transform_input=True):
    """A rule on a schedule matches no event; a queue takes what its policy lets this rule send."""
    if self.scheduled_expression or self.state == "DISABLED":
        return
    call = getattr(CURRENT, "call", None)
    if call and call.by_harness and call.event_id:
        event = {**event, "id": call.event_id}
    every = self.targets
    try:
        for target in every:
            self.targets = [target]
            if not target["Arn"].startswith(f"arn:aws:sqs:{self.region_name}:"):
                if target["Arn"].split(":")[2] in ("logs", "events"):
                    former(self, event, transform_input)
                continue
            if admits(target["Arn"], self.arn):
                former(self, event, transform_input)
            elif self.event_pattern.matches_event(event):
                DELIVERIES["failed"] += 1
                dead = target.get("DeadLetterConfig", {}).get("Arn")
                if dead and admits(dead, self.arn):
                    self.targets = [{"Id": target["Id"], "Arn": dead}]
                    former(self, event, transform_input)
    finally:
        self.targets = every


def admits(queue_arn, rule_arn):
    """Whether the queue's policy lets EventBridge send for the rule."""
    queue = queue_of(queue_arn)
    for statement in as_list(json.loads(queue.policy or "{}").get("Statement") if queue else None):
        sources = [s for c in statement.get("Condition", {}).values() for k, v in c.items() if k.lower() == "aws:sourcearn" for s in as_list(v)]
        principal = statement.get("Principal")
        if (
            statement.get("Effect") == "Allow"
            and (principal == "*" or "events.amazonaws.com" in as_list(principal.get("Service")))
            and {"sqs:SendMessage", "sqs:*", "SQS:SendMessage"} & set(as_list(statement.get("Action")))
            and queue_arn in as_list(statement.get("Resource"))
            and (not sources or rule_arn in sources)
        ):
            return True
    return False
