"""An AWS account on this machine: moto with what it lacks. usage: emulator.py --log requests.jsonl [--port 0]

It listens on the loopback interface alone, writes one line, "ready http://127.0.0.1:PORT", and stops when its standard
input closes. What the harness asks of the emulator itself, and not of AWS, is under /_emulator/.
"""
import argparse
import io
import json
import os
import socket
import sys
import threading
import time
import traceback
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
os.environ.setdefault("AWS_ACCESS_KEY_ID", "emulator")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "emulator")


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", required=True)
    parser.add_argument("--port", type=int, default=0)
    return parser.parse_args()


OPTIONS = options()
LISTENER = socket.create_server(("127.0.0.1", OPTIONS.port))
BASE = f"http://127.0.0.1:{LISTENER.getsockname()[1]}"
os.environ["MOTO_PORT"] = BASE.rsplit(":", 1)[-1]

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: E402
from werkzeug.wrappers import Response  # noqa: E402

from emulation import permissions, registry, resource_policies, services, speed, state, stacks, strict  # noqa: E402, F401
from emulation.calls import ACCOUNT, CURRENT, Call, Download, Import  # noqa: E402
from emulation.server import Server  # noqa: E402


class Faults:
    """What shall go wrong: the n-th call that fits is refused, or done and then not answered while its caller is ended."""

    def __init__(self):
        self.gate, self.rules, self.held = threading.Lock(), [], []

    def set(self, rules):
        with self.gate:
            self.rules = [{**r, "skip": r.get("skip", 0), "times": r.get("times", 1)} for r in rules]

    def take(self, call, caller):
        with self.gate:
            for rule in self.rules:
                if rule["times"] and fits(rule, call, caller):
                    if rule["skip"]:
                        rule["skip"] -= 1
                        continue
                    rule["times"] -= 1
                    return rule
        return None

    def hold(self, caller):
        with self.gate:
            self.held.append(caller)
        services.CHANGES.note()
        time.sleep(20)  # the caller is ended long before

    def drain(self):
        with self.gate:
            held, self.held = self.held, []
            return held


def fits(rule, call, caller):
    operation = rule.get("operation", "*")
    return (
        rule.get("service", call.service) == call.service
        and (operation in ("*", call.operation) or (operation == "write" and call.writes))
        and rule.get("caller", "") in caller
        and rule.get("resource", "") in json.dumps(call.parameters, default=str)
        and not call.by_harness
    )


class Emulator:
    debug = True  # moto looks for it

    def __init__(self, log):
        self.moto, self.log, self.gate, self.faults = DomainDispatcherApplication(create_backend_app), log, threading.Lock(), Faults()
        strict.ASKED.append(lambda finding: "a test does not want it" if self.faults.take(Import(finding), Import.caller) else None)

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        query = dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", "")))
        if path.startswith("/_emulator/"):
            return self.controlled(path[len("/_emulator/") :], query, environ)(environ, start_response)
        if path.startswith(("/_code/", "/_layer/", "/_blob/")):
            return self.download(environ, query)(environ, start_response)
        body = read(environ)
        if path.startswith("/v2/"):
            return self.pulled(registry.Pull(environ), query, body)(environ, start_response)
        environ["wsgi.input"] = io.BytesIO(body)
        call = CURRENT.call = Call(environ, body)
        return self.serve(call, environ, start_response)

    def serve(self, call, environ, start_response):
        caller = call.caller
        rule = None if call.by_harness else self.faults.take(call, caller)
        status = []

        def started(line, headers, *rest):
            status.append(int(line.split()[0]))
            return start_response(line, headers, *rest)

        try:
            self.obey(rule, call, caller)
            strict.check(call)
            own = services.OWN.get(f"{call.service}:{call.operation}")
            result = answer(own(call))(environ, started) if own else self.locked(call, environ, started)
        except strict.Refused as refused:
            result = refusal(refused, call)(environ, started)
        self.note(call, caller, status[0] if status else 0)
        if rule and rule.get("then") == "hold":
            self.faults.hold(caller)
        return result

    def obey(self, rule, call, caller):
        """What a fault does before the call."""
        match rule and rule.get("then", "refuse"):
            case "refuse":
                raise strict.asked(call, rule.get("code", "InternalServerError"), rule.get("status", 500))
            case "lose":
                self.faults.hold(caller)
                raise strict.Refused("InternalServerError", "its caller has died", 500)
            case "delay":
                time.sleep(rule["seconds"])

    def download(self, environ, query):
        call = Download(environ["PATH_INFO"])
        try:
            self.obey(self.faults.take(call, call.caller), call, call.caller)
        except strict.Refused as refused:
            return refusal(refused, call)
        return download(environ, query)

    def pulled(self, pull, query, body):
        caller = pull.caller
        try:
            self.obey(None if pull.by_harness else self.faults.take(pull, caller), pull, caller)
            result = registry.serve(pull, query, body)
        except strict.Refused as refused:
            result = registry.failed("DENIED", refused.message, refused.status)
        if pull.key:
            self.note(pull, caller, result.status_code)
        return result

    def locked(self, call, environ, started):
        lock = {"dynamodb": services.TABLES, "sqs": services.QUEUES, "events": services.QUEUES, "s3": services.BUCKETS}.get(call.service)
        if lock is None:
            return self.moto(environ, started)
        with lock:
            return self.moto(environ, started)

    def note(self, call, caller, status):
        if call.by_harness:
            return
        line = {"time": time.time(), "service": call.service, "operation": call.operation, "caller": caller, "status": status, "items": call.items, "grants": permissions.needs_of(call, status)}
        with self.gate:
            self.log.write(json.dumps(line) + "\n")
            self.log.flush()

    def controlled(self, path, query, environ):
        try:
            return answer(self.control(path, query, read(environ)))
        except Exception:
            return Response(traceback.format_exc(), status=500)

    def control(self, path, query, body):
        match path:
            case "state":
                return self.state(int(query.get("since", -1)), float(query.get("wait", 0)))
            case "faults":
                self.faults.set(json.loads(body))
                return {}
            case "settling":
                services.SETTLING[query["function"]] = {k: v for k, v in query.items() if k != "function"}
                return {}
            case "keys":
                (services.CLOSED.discard if query["usable"] == "true" else services.CLOSED.add)(query["key"])
                return {}
            case "advance":
                services.CLOCK["ahead"] += float(query["seconds"])
                services.CHANGES.note()
                return services.CLOCK
            case "skip":
                services.skip(json.loads(body), int(query["since"]))
                return {}
            case "show":
                return state.show()
            case "save":
                return state.save(query["name"])
            case "restore":
                return state.restore(query["name"])
            case "age":
                return state.age(float(query["seconds"]))
            case "policies":
                return permissions.policies()
            case "wired":
                return permissions.wired()
            case "expire":
                with services.TABLES:
                    return {"gone": services.expire(float(query["now"]))}
        return {"error": f"no '{path}'"}

    def state(self, since, wait):
        """How many messages wait in each queue, and how far each stream has come."""
        count = services.CHANGES.wait(since, min(wait, 10))
        with services.QUEUES, services.TABLES:
            found = {
                q.queue_arn: counts(q) for region in list(services.queues.sqs_backends[ACCOUNT].values()) for q in list(region.queues.values())}
            streams = {
                f"{t.table_arn}/stream/{t.latest_stream_label}": len(t.stream_shard.items)
                for region in list(services.tables.dynamodb_backends[ACCOUNT].values()) for t in list(region.tables.values()) if t.stream_shard}
        return {"version": count, "ahead": services.CLOCK["ahead"], "queues": found, "streams": streams, "held": self.faults.drain(), "undelivered": services.DELIVERIES["failed"]}


def counts(queue):
    messages = list(queue._messages)
    flying = [m for m in messages if not m.visible]
    late = sum(1 for m in messages if m.visible and m.delayed)
    return {"visible": len(messages) - len(flying) - late, "inFlight": len(flying), "delayed": late}


def read(environ):
    return environ["wsgi.input"].read()


def download(environ, query):
    if environ["REQUEST_METHOD"] != "GET":
        return refusal(strict.Refused("SignatureDoesNotMatch", "the URL is signed for GET", 403))
    if "HTTP_AUTHORIZATION" in environ:
        return refusal(strict.Refused("InvalidArgument", "Only one auth mechanism allowed", 400))
    try:
        data = services.download((environ.get("RAW_URI") or environ["PATH_INFO"]).split("?")[0].lstrip("/_").split("/"), query)
    except strict.Refused as refused:
        return refusal(refused)
    response = Response(data, mimetype="application/zip")
    response.accept_ranges = "bytes"
    suffix = environ.get("HTTP_RANGE", "").removeprefix("bytes=-")
    if suffix.isdigit():
        # The end of a file that is shorter than that is the whole file (RFC 9110, 14.1.2).
        environ = {**environ, "HTTP_RANGE": f"bytes={max(0, len(data) - int(suffix))}-"}
    return response.make_conditional(environ, accept_ranges=True, complete_length=len(data))


def answer(value):
    return Response(json.dumps(value, default=str), mimetype="application/json")


def refusal(refused, call=None):
    """An error in the words of the service's protocol."""
    if call and call.service in ("iam", "sts", "cloudformation", "s3"):
        error = f"<Error><Code>{refused.code}</Code><Message>{refused.message}</Message></Error>"
        body = error if call.service == "s3" else f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>"
        return Response(body, status=refused.status, mimetype="text/xml")
    body = {"__type": refused.code, "message": refused.message, "Message": refused.message, "Code": refused.code, **refused.more}
    return Response(json.dumps(body), status=refused.status, mimetype="application/json", headers={"x-amzn-ErrorType": refused.code})


def main():
    services.install_queues(BASE)
    services.install_functions(BASE)
    services.install_images(BASE)
    with open(OPTIONS.log, "a", encoding="utf-8") as log:
        server = Server(LISTENER, Emulator(log))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"ready {BASE}", flush=True)
        sys.stdin.read()
    os._exit(0)


main()
