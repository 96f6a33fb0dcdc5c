"""Security Hub: what it refuses, derives and keeps of findings, and how it filters them."""
import copy
import time

import moto.securityhub.models as hubs
from moto.utilities.paginator import paginate

from emulation.calls import ACCOUNT
from emulation.services.common import after
from emulation.strict import OF_CUSTOMERS, Refused, fault_of


@after(hubs.SecurityHubBackend, "disable_security_hub")
def _disable(former, self):
    kept = self.findings
    former(self)
    self.findings = kept  # AWS keeps them for ninety days


@after(hubs.SecurityHubBackend, "batch_import_findings")
def _import(former, self, findings):
    known = {f.id: f for f in self.findings}
    refused = []
    for finding in findings:
        if fault := fault_of(finding, self.region_name):
            refused.append({"Id": finding.get("Id", ""), "ErrorCode": "InvalidInput", "ErrorMessage": f"Finding does not adhere to Amazon Finding Format: {fault}"})
            continue
        finding = derived(finding)
        if finding["Id"] in known:
            data = known[finding["Id"]].data
            if finding["UpdatedAt"] >= data["UpdatedAt"]:
                data.update({k: v for k, v in finding.items() if k not in OF_CUSTOMERS})
        else:
            finding.setdefault("RecordState", "ACTIVE")
            finding.setdefault("Workflow", {"Status": "NEW"})
            finding.setdefault("ProductName", "Default")
            finding.setdefault("CompanyName", "Personal")
            known[finding["Id"]] = hubs.Finding(finding["Id"], finding)
            self.findings.append(known[finding["Id"]])
    return len(refused), len(findings) - len(refused), refused


def derived(finding):
    """The top-level fields that Security Hub fills from what the provider says."""
    finding, provider = copy.deepcopy(finding), finding.get("FindingProviderFields", {})
    for name in ("Severity", "Types", "Confidence", "Criticality", "RelatedFindings"):
        if name in provider:
            finding.setdefault(name, copy.deepcopy(provider[name]))
    return finding


FIELDS = {
    "ResourceId": lambda f: [r.get("Id") for r in f["Resources"]],
    "ResourceType": lambda f: [r.get("Type") for r in f["Resources"]],
    "SeverityLabel": lambda f: [f.get("Severity", {}).get("Label")],
    "WorkflowStatus": lambda f: [f.get("Workflow", {}).get("Status")],
    "ComplianceStatus": lambda f: [f.get("Compliance", {}).get("Status")],
    "Type": lambda f: f.get("Types", []),
}
POSITIVE = {"EQUALS": lambda a, b: a == b, "PREFIX": lambda a, b: a.startswith(b), "CONTAINS": lambda a, b: b in a}
NEGATIVE = {"NOT_EQUALS": lambda a, b: a == b, "PREFIX_NOT_EQUALS": lambda a, b: a.startswith(b), "NOT_CONTAINS": lambda a, b: b in a}


def passes(finding, name, conditions):
    values = [str(v) for v in (FIELDS[name](finding) if name in FIELDS else [finding.get(name)]) if v is not None]
    asked = [(c.get("Comparison", "EQUALS"), str(c.get("Value", ""))) for c in conditions]
    positive = [(POSITIVE[o], v) for o, v in asked if o in POSITIVE]
    if unknown := [o for o, _ in asked if o not in POSITIVE and o not in NEGATIVE]:
        raise Refused("InvalidInputException", f"comparison {unknown[0]} of {name} is not emulated")
    if positive and not any(test(value, wanted) for test, wanted in positive for value in values):
        return False
    return not any(NEGATIVE[o](value, wanted) for o, wanted in asked if o in NEGATIVE for value in values)


@paginate(pagination_model=hubs.SecurityHubBackend.PAGINATION_MODEL)
def get_findings(self, filters=None, sort_criteria=None, max_results=None):
    if max_results is not None and not 1 <= int(max_results) <= 100:
        raise Refused("InvalidInputException", "MaxResults must be a number between 1 and 100")
    return [f.as_dict() for f in self.findings if all(passes(f.data, name, conditions) for name, conditions in (filters or {}).items())]


hubs.SecurityHubBackend.get_findings = get_findings


def update_findings(call):
    changes = {k: v for k, v in call.parameters.items() if k in ("Workflow", "Severity", "Note", "UserDefinedFields", "VerificationState", "Confidence", "Criticality", "Types")}
    if "Note" in changes:
        changes["Note"] = {**changes["Note"], "UpdatedAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    known = {f.id: f for f in hubs.securityhub_backends[ACCOUNT][call.region].findings}
    done, unknown = [], []
    for identifier in call.parameters.get("FindingIdentifiers", []):
        if identifier["Id"] in known and known[identifier["Id"]].data["ProductArn"] == identifier["ProductArn"]:
            known[identifier["Id"]].data.update(copy.deepcopy(changes))
            done.append(identifier)
        else:
            unknown.append({"FindingIdentifier": identifier, "ErrorCode": "FindingNotFound", "ErrorMessage": "Finding Not Found"})
    return {"ProcessedFindings": done, "UnprocessedFindings": unknown}


OWN = {"securityhub:BatchUpdateFindings": update_findings}
