"""What the program gives to Pulumi, as the configuration that the bridge would hand to the provider.

Names follow the provider's own schema: ``kmsKeyId`` is ``kms_key_id``, a list is named in the plural, and a block of
which there is one at most is given without its list. The tables hold what the bridge decides otherwise, and nothing
else (source: pulumi-aws provider/resource_overrides.go and autonaming.go at 015d3438 and 0c5f6583, provider v7).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from preview.simulate.registration import Registration
from preview.simulate.wire import UNKNOWN_TEXT, encode_for_pack, is_unknown, open_secrets
from tests.aws.provider import Asked, Provider

#: Types that are not named after their token.
TYPES: Final = {
    "aws:apigateway/domainName:DomainName": "aws_api_gateway_domain_name",
    "aws:apigateway/method:Method": "aws_api_gateway_method",
    "aws:apigateway/methodSettings:MethodSettings": "aws_api_gateway_method_settings",
    "aws:apigateway/restApiPolicy:RestApiPolicy": "aws_api_gateway_rest_api_policy",
    "aws:apigateway/stage:Stage": "aws_api_gateway_stage",
    "aws:appsync/graphQLApi:GraphQLApi": "aws_appsync_graphql_api",
    "aws:cfg/configurationAggregator:ConfigurationAggregator": "aws_config_configuration_aggregator",
    "aws:cfg/recorder:Recorder": "aws_config_configuration_recorder",
    "aws:cfg/recorderStatus:RecorderStatus": "aws_config_configuration_recorder_status",
    "aws:cloudtrail/trail:Trail": "aws_cloudtrail",
    "aws:costexplorer/anomalyMonitor:AnomalyMonitor": "aws_ce_anomaly_monitor",
    "aws:costexplorer/anomalySubscription:AnomalySubscription": "aws_ce_anomaly_subscription",
    "aws:ec2clientvpn/endpoint:Endpoint": "aws_ec2_client_vpn_endpoint",
    "aws:ec2transitgateway/transitGateway:TransitGateway": "aws_ec2_transit_gateway",
    "aws:elasticbeanstalk/environment:Environment": "aws_elastic_beanstalk_environment",
    "aws:elb/loadBalancer:LoadBalancer": "aws_elb",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "aws_iam_openid_connect_provider",
    "aws:lb/loadBalancer:LoadBalancer": "aws_lb",
    "aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy": "aws_opensearchserverless_security_policy",
    "aws:rds/instance:Instance": "aws_db_instance",
    "aws:rds/parameterGroup:ParameterGroup": "aws_db_parameter_group",
    "aws:rds/proxy:Proxy": "aws_db_proxy",
    "aws:rds/snapshot:Snapshot": "aws_db_snapshot",
    "aws:rds/subnetGroup:SubnetGroup": "aws_db_subnet_group",
    "aws:s3/bucketObjectv2:BucketObjectv2": "aws_s3_object",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "aws_s3_bucket_replication_configuration",
}
#: Properties that are not named after the provider's: by type, then by Pulumi's name.
PROPERTIES: Final[Mapping[str, Mapping[str, str]]] = {
    "aws_cloudwatch_metric_alarm": {"name": "alarm_name"},
    "aws_sns_topic_subscription": {"topic": "topic_arn"},
}
#: The longest name that the bridge makes for what the program leaves unnamed; 255 where a type is not listed, and no
#: name at all for a type without an input ``name``.
NAMED: Final = {
    "aws_cloudwatch_metric_alarm": ("alarm_name", 255),
    "aws_eks_node_group": ("node_group_name", 255),
    "aws_iam_role": ("name", 64),
}
#: The end of a name that the bridge makes: seven hexadecimal digits.
DIGITS: Final = "-0a1b2c3"

Schema = Mapping[str, Any]


class ConversionError(Exception):
    """A resource that has no counterpart in the provider."""


def candidates(token: str) -> list[str]:
    """The types that a token could be in Terraform, such as ``aws_ec2_eip`` and ``aws_eip``."""
    if token in TYPES:
        return [TYPES[token]]
    module, name = token.removeprefix("aws:").partition(":")[0].split("/")
    return [f"aws_{module}_{snake(name)}", f"aws_{snake(name)}"]


def configured(provider: Provider, made: Iterable[Registration]) -> list[Asked]:
    """Each resource as the provider would be asked for it."""
    made = list(made)
    schemas = provider.schemas(name for each in made for name in candidates(each.type))
    return [_asked(each, schemas) for each in made]


def _asked(made: Registration, schemas: Mapping[str, Schema]) -> Asked:
    found = [name for name in candidates(made.type) if name in schemas]
    if len(found) != 1:
        wanted = " or ".join(candidates(made.type))
        raise ConversionError(f"{made.type}: the provider knows {len(found)} of {wanted}: see tools/aws/services")
    config = _block(encode_for_pack(open_secrets(made.inputs)), schemas[found[0]], PROPERTIES.get(found[0], {}))
    return Asked(made.name, found[0], {**_named(made.name, found[0], config, schemas[found[0]]), **config})


def _named(name: str, type_: str, config: Mapping[str, Any], schema: Schema) -> dict[str, str]:
    attribute, longest = NAMED.get(type_, ("name", 255))
    known = schema["attributes"].get(attribute)
    if attribute in config or not known or not (known["required"] or known["optional"]):
        return {}
    made = name + DIGITS
    if len(made) > longest:
        raise ConversionError(f"{type_} {name}: the name that is made for it is longer than {longest}")
    return {attribute: made}


def _block(given: Mapping[str, Any], schema: Schema, renamed: Mapping[str, str]) -> dict[str, Any]:
    """A block's content; what has no place in the schema keeps its name in snake case, and the provider refuses it."""
    homes = {**places(schema), **renamed}
    converted = {}
    for key, value in given.items():
        name = homes.get(key, snake(key))
        if name in schema["blocks"]:
            converted[name] = _nested(value, schema["blocks"][name])
        else:
            converted[name] = _value(value, schema["attributes"].get(name, {}).get("type", "dynamic"))
    return converted


def places(schema: Schema) -> dict[str, str]:
    """The provider's names by Pulumi's: in camel case, and in the plural too where there may be many."""
    many = {name for name, each in schema["attributes"].items() if each["type"][0] in ("list", "set")} | {
        *schema["blocks"]
    }
    singular = {camel(name): name for name in (*schema["attributes"], *schema["blocks"])}
    return {**{plural(camel(name)): name for name in many}, **singular}


def _nested(value: Any, schema: Schema) -> Any:
    if is_unknown(value):
        return UNKNOWN_TEXT
    blocks = value if isinstance(value, list) else [value]
    converted = [UNKNOWN_TEXT if is_unknown(each) else _block(each, schema, {}) for each in blocks]
    return converted[0] if schema["nesting"] == "single" else converted


def _value(value: Any, type_: Any) -> Any:
    """A value of an attribute; ``type_`` is as Terraform writes it: ``string``, ``["set", "string"]``."""
    if is_unknown(value):
        return UNKNOWN_TEXT
    if value is None:
        return None
    kind, inner = (type_, {}) if isinstance(type_, str) else type_
    if kind in ("list", "set"):
        return [_value(each, inner) for each in (value if isinstance(value, list) else [value])]
    if kind == "map" and isinstance(value, Mapping):
        return {key: _value(each, inner) for key, each in value.items()}
    if kind == "object" and isinstance(value, Mapping):
        known = {"attributes": {name: {"type": each} for name, each in inner.items()}, "blocks": {}}
        return _block(value, known, {})
    # A document may be given as an object, and travels as text.
    return json.dumps(value) if kind == "string" and isinstance(value, Mapping) else value


def snake(name: str) -> str:
    """``kmsKeyId`` as ``kms_key_id``."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def camel(name: str) -> str:
    """``kms_key_id`` as ``kmsKeyId``."""
    return re.sub(r"_(.)", lambda found: found[1].upper(), name)


def plural(name: str) -> str:
    """``policy`` as ``policies``."""
    if re.search(r"[^aeiou]y$", name):
        return f"{name[:-1]}ies"
    return f"{name}es" if re.search(r"(s|x|z|ch|sh)$", name) else f"{name}s"
