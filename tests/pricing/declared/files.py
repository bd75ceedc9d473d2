"""Files as Pulumi writes them, cut down to what a test is about. Shapes: sdk/go/common/apitype in pulumi/pulumi."""

import json

from pricing.book import Book
from pricing.declared.read import inventory_of
from pricing.estimate import estimate
from tests.conftest import TODAY

BOOK = Book.load()
SEOUL = "ap-northeast-2"
STACK = "urn:pulumi:dev::web"
PROVIDER = f"{STACK}::pulumi:providers:aws::default_7_51_1"
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
INSTANCE = "aws:ec2/instance:Instance"
NAT = "aws:ec2/natGateway:NatGateway"
QUEUE = "aws:sqs/queue:Queue"


def urn(token, name, chain=""):
    return f"{STACK}::{chain}{'$' if chain else ''}{token}::{name}"


def resource(token, name="x", inputs=None, chain="", **more):
    """A resource's state, by the default provider."""
    made = {"urn": urn(token, name, chain), "custom": True, "type": token, "inputs": inputs or {}}
    if token.startswith("aws:") and "provider" not in more:
        made["provider"] = f"{PROVIDER}::0b5c"
    return {**made, **more}


def provider(region=SEOUL, **inputs):
    return {
        "urn": PROVIDER,
        "custom": True,
        "id": "0b5c",
        "type": "pulumi:providers:aws",
        "inputs": {"region": region, **inputs},
    }


def component(token, name):
    return {"urn": urn(token, name), "custom": False, "type": token}


def state(*resources, **more):
    """What ``pulumi stack export`` writes."""
    return json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": list(resources), **more}}, indent=4)


def step(op, new=None, old=None):
    found = {"op": op, "urn": (new or old)["urn"]}
    if (new or old).get("provider"):
        found["provider"] = (new or old)["provider"]
    states = {"oldState": old, "newState": new}
    return {**found, **{key: value for key, value in states.items() if value is not None}, "detailedDiff": None}


def digest(*steps, config=None, **more):
    """What ``pulumi preview --json`` writes."""
    return json.dumps({"config": config if config is not None else {"aws:region": SEOUL}, "steps": list(steps), **more})


def event(op, new=None, old=None, kind="resourcePreEvent"):
    """One event about a resource: states carry no dependencies, and leave out what is false."""

    def bare(made):
        return made and {key: value for key, value in made.items() if value is not False and key != "dependencies"}

    metadata = {"op": op, "urn": (new or old)["urn"], "type": (new or old)["type"], "old": bare(old), "new": bare(new)}
    return {"sequence": 1, "timestamp": 1, kind: {"metadata": metadata, "planning": True}}


def events(*found, config=None, ended=True, result="succeeded"):
    """What ``pulumi preview --json`` writes with PULUMI_ENABLE_STREAMING_JSON_PREVIEW."""
    config = config if config is not None else {"aws:region": SEOUL}
    lines = [{"sequence": 0, "timestamp": 1, "preludeEvent": {"config": config}}, *found]
    if ended:
        lines.append({"sequence": 8, "timestamp": 1, "summaryEvent": {"resourceChanges": {}, "result": result}})
        lines.append({"sequence": 9, "timestamp": 1, "cancelEvent": {}})
    return "".join(json.dumps(line) + "\n" for line in lines)


def priced(text, usage=None, **more):
    """The estimate of a text."""
    return estimate(inventory_of(text), usage, BOOK, today=TODAY, **more)


def lines(found):
    """Lines of an estimate in short: the resource's name, the item, USD a month."""
    return [(line.urn.rpartition("::")[2], line.item, line.usd_per_month) for line in found.bill.lines]


def gaps(found):
    """Gaps of an estimate in short: the resource's name and the reason."""
    return [(gap.urn.rpartition("::")[2], gap.reason) for gap in found.bill.unpriced]


#: An instance that starts in a subnet without public addresses, and spends no more credits than it earns.
QUIET = {"subnetId": "subnet-0", "creditSpecification": {"cpuCredits": "standard"}}
