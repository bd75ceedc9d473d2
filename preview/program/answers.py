"""What AWS and Kubernetes' plugin would answer in any region, where a constant or the arguments alone say it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import yaml

from model import type_tokens
from preview.program.policy_document import policy_document
from preview.simulate import lookups
from stacks.offered import REGION

#: A region has at least these; which more it has, and an account's own order, only AWS says.
LETTERS: Final = "abc"
#: Partitions by how their regions' names begin (source: botocore's partitions.json).
PARTITIONS: Final = (("cn-", "aws-cn", "amazonaws.com.cn"), ("us-gov-", "aws-us-gov", "amazonaws.com"))
#: Plugins that would make objects of a chart or a folder; here they make none, and it is told which.
RENDERED: Final = ("kubernetes:helm:template", "kubernetes:kustomize:directory")
#: The components that ask for them.
RENDERING: Final = (
    type_tokens.HELM_V2_CHART,
    type_tokens.HELM_V3_CHART,
    type_tokens.K8S_KUSTOMIZE_DIRECTORY_KIND,
)


def answer(token: str, args: Mapping[str, Any], region: str) -> Mapping[str, Any] | None:
    """The answer to ``token`` in ``region``, or nothing. Raises :class:`ValueError` for bad ``args``."""
    if token in RENDERED:
        return {"result": []}
    if token in COMPUTED:
        return COMPUTED[token](args)
    if token not in lookups.LOOK_UPS:
        return None
    if region == REGION:
        return lookups.LOOK_UPS[token](args)
    return IN_REGION[token](args, region)


def _partition_of(region: str) -> tuple[str, str]:
    for beginning, name, suffix in PARTITIONS:
        if region.startswith(beginning):
            return name, suffix
    return "aws", "amazonaws.com"


def _region(_: Mapping[str, Any], region: str) -> dict[str, Any]:
    suffix = _partition_of(region)[1]
    return {"id": region, "name": region, "region": region, "endpoint": f"ec2.{region}.{suffix}"}


def _zones(args: Mapping[str, Any], region: str) -> dict[str, Any]:
    excluded = set(args.get("excludeNames", ()))
    names = [name for letter in LETTERS if (name := f"{region}{letter}") not in excluded]
    return {**args, "names": names, "groupNames": [region], "id": region, "region": region}


def _caller_identity(args: Mapping[str, Any], region: str) -> dict[str, Any]:
    partition = _partition_of(region)[0]
    identity = lookups.LOOK_UPS["aws:index/getCallerIdentity:getCallerIdentity"](args)
    return {**identity, "arn": identity["arn"].replace("arn:aws:", f"arn:{partition}:")}


def _partition(_: Mapping[str, Any], region: str) -> dict[str, Any]:
    name, suffix = _partition_of(region)
    reverse = ".".join(suffix.split(".")[::-1])
    return {"id": name, "partition": name, "dnsSuffix": suffix, "reverseDnsPrefix": reverse}


def _decoded_yaml(args: Mapping[str, Any]) -> dict[str, Any]:
    """Raises :class:`ValueError` for what is not YAML."""
    try:
        found = [each for each in yaml.safe_load_all(args["text"]) if each]
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from None
    # A date is a text to whoever reads JSON.
    result: dict[str, Any] = json.loads(json.dumps({"result": found}, default=str))
    return result


COMPUTED: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "aws:iam/getPolicyDocument:getPolicyDocument": policy_document,
    "kubernetes:yaml:decode": _decoded_yaml,
}
IN_REGION: Final[Mapping[str, Callable[[Mapping[str, Any], str], dict[str, Any]]]] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
}
