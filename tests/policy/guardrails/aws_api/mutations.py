"""Valid resources, and each of them with one leaf changed so that it breaks one constraint of AWS's own API model.

Everything is read afresh from botocore's models through ``calls.yaml``, which names the call behind each type by hand;
nothing is shared with the rule that this judges.
"""

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape

from model.resource import UNKNOWN, Resource
from tests.golden.target import STACKS, recorded
from tests.policy.guardrails.aws_api.plainly import resource
from tests.policy.guardrails.aws_api.reading import Property, kind_of, nested

HERE = Path(__file__).parent
SEED = 20261128
SENT_AS_GIVEN = object()
NUMBERS = ("integer", "long", "float", "double")

#: Declared types that no model constrains, or that are sent by a call whose members are other than the inputs.
UNJUDGED = {
    "aws:ebs/encryptionByDefault:EncryptionByDefault": "a switch: two calls without members",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "adopted, not created",
    "aws:ec2/eip:Eip": "the model leaves AllocateAddress.Domain to the provider, which always sends vpc",
    "aws:ec2/internetGateway:InternetGateway": "tags only",
    "aws:ec2/natGateway:NatGateway": "ids and tags only",
    "aws:ec2/route:Route": "ids and addresses, without a constraint in the model",
    "aws:ec2/routeTable:RouteTable": "ids and tags only",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "ids only",
    "aws:ec2/securityGroup:SecurityGroup": "the model has no constraint; outside_cases.yaml has AWS's documented ones",
    "aws:ec2/subnet:Subnet": "addresses, without a constraint in the model",
    "aws:s3/bucket:Bucket": "the model has no constraint; outside_cases.yaml has AWS's documented ones",
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": "switches only",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "switches only",
    "aws:sns/topicPolicy:TopicPolicy": "an attribute's text, which the model does not constrain",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "the model has no constraint",
}

#: Members that AWS never sees as they were written: a mutation there would be refused by nobody, or by the SDK.
SKIPPED = {
    ("aws:lambda/function:Function", "reservedConcurrentExecutions"): "-1 takes the limit away, and is not sent",
}


@dataclass(frozen=True)
class Leaf:
    """One value that AWS is sent: where it stands below the inputs, and what the model says of it."""

    #: The path without places in lists and keys that the writer chose.
    member: str
    path: tuple[str | int, ...]
    shape: Shape
    required: bool = False
    #: The value is the last step of the path itself.
    is_key: bool = False


@dataclass(frozen=True)
class Mutation:
    """A resource that AWS would refuse, for one reason."""

    member: str
    kind: str
    shown: str
    constraint: str
    resource: Resource

    @property
    def named(self) -> str:
        """The property that a finding must name."""
        return self.member.removesuffix(" (key)").removesuffix(".*").rpartition(".")[2]

    def __str__(self) -> str:
        return f"{self.resource.type} {self.member} {self.kind}: {self.shown} against {self.constraint}"


@cache
def calls() -> dict[str, dict[str, Any]]:
    """How each type is sent."""
    return yaml.safe_load((HERE / "calls.yaml").read_text())


@cache
def bases() -> tuple[Resource, ...]:
    """Every valid resource: written by hand, and what every variation of the program declares."""
    by_hand = yaml.safe_load((HERE / "bases.yaml").read_text())
    made = [resource(token, props) for token, several in by_hand.items() for props in several]
    return (*made, *declared())


@cache
def declared() -> tuple[Resource, ...]:
    """Every AWS resource of every stack in all phases and of every branch, once for each set of inputs."""
    seen: dict[str, Resource] = {}
    # The other branches all at once: a recording takes most of a second.
    for variation in (*(f"{stack}/all" for stack in STACKS), "prod/all/incumbents"):
        for told in recorded(variation).resources:
            if told.type.startswith("aws:"):
                seen.setdefault(f"{told.type} {json.dumps(told.props, default=str)}", told)
    return tuple(seen.values())


@cache
def _service(name: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


def _request(call: str) -> StructureShape:
    operation, _, within = call.partition("/")
    service, _, name = operation.partition(".")
    shape = _service(service).operation_model(name).input_shape
    for step in filter(None, within.split(".")):
        shape = shape.members[step]
        shape = shape.member if isinstance(shape, ListShape) else shape
    return shape


class Sent:
    """What one type's inputs become in its calls."""

    def __init__(self, token: str) -> None:
        entry = calls()[token]
        self._names: dict[str, str | None] = entry.get("names", {})
        self._requests = [_request(call) for call in entry["calls"]]

    def leaves(self, props: dict[str, Any]) -> Iterator[Leaf]:
        """Every input that a model constrains, or could."""
        for name, value in props.items():
            for request in self._requests:
                if found := self._member(request, name, name):
                    yield from self._below(found, value, (name,), name)
                    break

    def _member(self, parent: StructureShape, name: str, member: str) -> tuple[Shape, bool] | None:
        called = self._names.get(member, SENT_AS_GIVEN)
        if called is None:
            return None
        if isinstance(called, str):
            return _at(parent, called) if called.split(".")[0] in parent.members else None
        named = {each.replace("_", "").lower(): each for each in parent.members}
        plain = name.lower()
        forms = [plain, plain.removesuffix("s"), f"{plain}s", re.sub("ies$", "y", plain)]
        if name == "tags":
            forms += ["taglist", "tagslist", "resourcetags"]
        for form in forms:
            if form in named:
                return _at(parent, named[form])
        return None

    def _below(self, found: tuple[Shape, bool], value: Any, path: tuple[str | int, ...], member: str) -> Iterator[Leaf]:
        shape, required = found
        if isinstance(value, dict):
            yield Leaf(member, path, shape, required)
            yield from self._object(shape, value, path, member)
        elif isinstance(value, list):
            yield Leaf(member, path, shape, required)
            inside = shape.member if isinstance(shape, ListShape) else shape
            for place, item in enumerate(value):
                yield from self._below((inside, False), item, (*path, place), member)
        else:
            # One of something that the model has many of.
            inside = shape.member if isinstance(shape, ListShape) else shape
            yield Leaf(member, path, inside, required)

    def _object(self, shape: Shape, value: dict[str, Any], path: tuple[str | int, ...], member: str) -> Iterator[Leaf]:
        shape = shape.member if isinstance(shape, ListShape) else shape
        if isinstance(shape, MapShape):
            pair = (shape.key, shape.value)
        elif isinstance(shape, StructureShape):
            pair = _pair(shape, value)
        else:
            return
        for name, item in value.items():
            if pair:
                yield Leaf(f"{member}.* (key)", (*path, name), pair[0], is_key=True)
                if isinstance(item, dict | list):
                    continue
                yield Leaf(f"{member}.*", (*path, name), pair[1])
            elif found := self._member(shape, name, f"{member}.{name}"):
                yield from self._below(found, item, (*path, name), f"{member}.{name}")


@cache
def _sent(token: str) -> Sent:
    return Sent(token)


def _at(parent: StructureShape, name: str) -> tuple[Shape, bool]:
    required = True
    shape: Shape = parent
    for step in name.split("."):
        required = required and step in shape.required_members
        shape = shape.members[step]
    return shape, required


def _pair(shape: StructureShape, value: dict[str, Any]) -> tuple[Shape, Shape] | None:
    """The shapes of a key and its value, where the model writes a mapping as a list of pairs."""
    names = {name.lower().removeprefix("tag"): each for name, each in shape.members.items()}
    if "value" not in names or not set(names) <= {"key", "name", "value", "propagateatlaunch"}:
        return None
    if {name.lower() for name in value} <= set(names):
        return None
    return names.get("key", names.get("name")), names["value"]


def broken(shape: Shape, value: Any) -> set[str]:
    """Which constraints of ``shape`` a value breaks."""
    if isinstance(shape, StringShape):
        text = str(value)
        pattern = _pattern(shape)
        found = _outside(shape, len(text), "too short", "too long")
        found |= {"not in the enum"} if shape.enum and text not in shape.enum else set()
        return found | ({"pattern"} if pattern and not pattern.fullmatch(text) else set())
    if shape.type_name in NUMBERS:
        return _outside(shape, float(value), "too small", "too large")
    if isinstance(shape, ListShape | MapShape):
        return _outside(shape, len(value), "too few", "too many")
    return set()


def _outside(shape: Shape, size: float, less: str, more: str) -> set[str]:
    low, high = shape.metadata.get("min", size), shape.metadata.get("max", size)
    return ({less} if size < low else set()) | ({more} if size > high else set())


def _pattern(shape: StringShape) -> re.Pattern[str] | None:
    text = shape._shape_model.get("pattern")
    return _compiled(text) if text else None


#: Java's classes as wider ones of Python: what breaks the wider breaks the narrower.
CLASSES = {"L": r"\w", "N": r"\w", "M": r"\w", "Z": r"\s", "S": r"\W", "P": r"\W", "Print": r" -~"}


@cache
def _compiled(text: str) -> re.Pattern[str] | None:
    flag = "(?i)" if "(?i)" in text else ""
    inside, made = False, flag
    for part in re.findall(r"\\p\{\w+\}|\\.|.", text.replace("(?i)", ""), re.DOTALL):
        inside = (inside or part == "[") and part != "]"
        if part.startswith(r"\p{"):
            wider = CLASSES.get(part[3:-1], r"\s\S")
            made += wider if inside else f"[{wider}]"
        else:
            made += part
    try:
        return re.compile(made)
    except re.error:
        return None


def mutations() -> list[Mutation]:
    """One mutation for each member and kind of each type."""
    found: dict[tuple[str, str, str], Mutation] = {}
    done: set[tuple[str, str]] = set()
    for base in bases():
        if base.type in UNJUDGED:
            continue
        for leaf in _sent(base.type).leaves(base.props):
            if (base.type, leaf.member) in done or (base.type, leaf.member) in SKIPPED:
                continue
            if _value(base.props, leaf.path) is not UNKNOWN:
                done.add((base.type, leaf.member))
            for kind, changed, shown in _mutated(base, leaf):
                mutant = resource(base.type, changed, f"{base.name}-{leaf.member}-{kind}")
                mutation = Mutation(leaf.member, kind, shown, _constraint(leaf.shape, kind), mutant)
                found.setdefault((base.type, leaf.member, kind), mutation)
    return list(found.values())


def drawn(count: int) -> list[Mutation]:
    """``count`` of them, spread evenly: of each type in turn the member, then the kind, that was drawn the least."""
    draw = random.Random(SEED)  # noqa: S311 - the same draw every time is the point
    left: dict[str, list[Mutation]] = defaultdict(list)
    every = mutations()
    for each in draw.sample(every, len(every)):
        left[each.resource.type].append(each)
    members, kinds = Counter[tuple[str, str]](), Counter[str]()
    found: list[Mutation] = []
    while len(found) < count and any(left.values()):
        for token, several in left.items():
            if several and len(found) < count:
                rarest = min(several, key=lambda each: (members[token, each.member], kinds[each.kind]))
                several.remove(rarest)
                members[token, rarest.member] += 1
                kinds[rarest.kind] += 1
                found.append(rarest)
    return found


def _mutated(base: Resource, leaf: Leaf) -> Iterator[tuple[str, dict[str, Any], str]]:
    value = leaf.path[-1] if leaf.is_key else _value(base.props, leaf.path)
    if leaf.required and _asked_for(base, leaf.path):
        yield "missing", _without(base.props, leaf.path), "nothing"
    if value is UNKNOWN or isinstance(value, bool) or value is None:
        return
    seen: set[str] = set()
    for kind, other in _others(leaf.shape, value):
        if kind not in seen and broken(leaf.shape, other) == {kind}:
            seen.add(kind)
            changed = _renamed(base.props, leaf.path, other) if leaf.is_key else _replaced(base.props, leaf.path, other)
            yield kind, changed, repr(other) if len(repr(other)) < 60 else f"{repr(other)[:57]}..."


def _others(shape: Shape, value: Any) -> Iterator[tuple[str, Any]]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if isinstance(shape, StringShape) and not isinstance(value, dict | list):
        yield from _other_texts(shape, str(value), low, high)
    elif shape.type_name in NUMBERS and not isinstance(value, dict | list):
        if not _is_number(value):
            return
        kind = type(value)
        # Zero is what the provider takes for nothing; so is a text that is empty.
        if low is not None and low != 1:
            yield "too small", kind(low - 1)
        if high is not None:
            yield "too large", kind(high + 1)
    elif isinstance(shape, ListShape) and isinstance(value, list) and high is not None and high <= 200:
        yield from _more(shape, value, high)


def _more(shape: ListShape, value: list[Any], high: int) -> Iterator[tuple[str, list[str]]]:
    # Sets lose what is twice in them, so every text is another.
    if value and isinstance(value[0], str) and isinstance(shape.member, StringShape):
        made = [*value, *(f"{value[0]}{number}" for number in range(high))][: high + 1]
        if not any(broken(shape.member, each) for each in made):
            yield "too many", made


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _other_texts(shape: StringShape, text: str, low: int | None, high: int | None) -> Iterator[tuple[str, str]]:
    if shape.enum:
        yield "not in the enum", f"{text[:-1]}{'Q' if text[-1:].isupper() else 'q'}q" if text else "nonsense"
        return
    if low is not None and low >= 2 and not _is_document(text):
        # Half a document is refused by whoever parses it, for another reason.
        for short in (text[: low - 1], text[-(low - 1) :]):
            yield "too short", short
    if high is not None and high <= 200_000:
        yield from (("too long", long) for long in _longer(text, high + 1))
    if _pattern(shape):
        yield from (("pattern", other) for other in _disturbed(text))


def _is_document(text: str) -> bool:
    return text.startswith(("{", "["))


def _longer(text: str, length: int) -> Iterator[str]:
    """Ways to say the same at length: what stands is repeated, at its end or within."""
    if _is_document(text):
        # Documents are parsed on their way: only one that stays a document arrives.
        document = json.loads(text)
        if isinstance(document, dict):
            yield json.dumps({**document, "Id": "a" * length}, separators=(",", ":"))
        return
    missing = length - len(text)
    if missing <= 0:
        return
    for place in range(len(text), 0, -1):
        if text[place - 1].isalnum():
            yield text[:place] + text[place - 1] * missing + text[place:]


def _disturbed(text: str) -> Iterator[str]:
    """Texts that the pattern does not match as a whole, as AWS's services match: a slip within, then cruder ones."""
    slips = ["'", "!", " ", "/", "_", ":", "%", "^", "é", "\t"]
    random.Random(f"{SEED} {text}").shuffle(slips)  # noqa: S311 - as above
    middle = len(text) // 2
    yield from (f"{text[:middle]}{slip}{text[middle:]}" for slip in slips)
    yield from (f"{text}{slip}" for slip in slips)
    yield from (text.upper(), text.lower(), "x" * len(text), "9" * len(text))


def _constraint(shape: Shape, kind: str) -> str:
    if kind == "not in the enum":
        return f"one of {', '.join(shape.enum[:4])}{', ...' if len(shape.enum) > 4 else ''}"
    if kind == "pattern":
        return shape._shape_model["pattern"]
    said = {"too short": "min", "too long": "max", "too small": "min", "too large": "max", "too many": "max"}
    return f"{said[kind]} {shape.metadata[said[kind]]}" if kind in said else f"{shape.name} is required"


def _asked_for(base: Resource, path: tuple[str | int, ...]) -> bool:
    """Whether Pulumi wants the property as well: what it does not, the provider names or fills in by itself."""
    known = known_to_sdk(base.type, path)
    return known is not None and known.required


def known_to_sdk(token: str, path: tuple[str | int, ...]) -> Property | None:
    """What the SDK says of the property at ``path``, or ``None`` where it has no such property."""
    owner, found = kind_of(token), None
    names = owner.names
    for step in path:
        if isinstance(step, str):
            found = next((each for each in names.values() if each.wire == step), None)
            names = nested(owner.module, found.below) if found and found.below else {}
    return found


def _value(props: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        props = props[step]
    return props


def _replaced(props: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    copy = deepcopy(dict(props))
    _value(copy, path[:-1])[path[-1]] = value
    return copy


def _renamed(props: dict[str, Any], path: tuple[str | int, ...], key: str) -> dict[str, Any]:
    copy = deepcopy(dict(props))
    parent = _value(copy, path[:-1])
    parent[key] = parent.pop(path[-1])
    return copy


def _without(props: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    copy = deepcopy(dict(props))
    del _value(copy, path[:-1])[path[-1]]
    return copy
