"""What tests of the meter share: resources as the engine names them, usage with every figure, shapes of properties."""

import json
from decimal import Decimal

from model.resource import Resource
from pricing import meter
from pricing.book import Book
from stacks.sections.measures import Usage
from tests.conftest import TODAY

BOOK = Book.load()
D = Decimal
HOURS = 730
GROUP = "aws:eks/nodeGroup:NodeGroup"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
CLUSTER = "aws:docdb/cluster:Cluster"
INSTANCE = "aws:docdb/clusterInstance:ClusterInstance"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
DOMAIN = "aws:opensearch/domain:Domain"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
RELEASE = "kubernetes:helm.sh/v3:Release"
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
SERVICE = "kubernetes:core/v1:Service"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
BUCKET = "aws:s3/bucket:Bucket"
ADDON = "aws:eks/addon:Addon"
READS = "kubernetes:external-secrets.io/v1:ExternalSecret"
#: One Usage with every figure set, so that no case below is short of one.
USAGE = Usage.model_validate_json(
    json.dumps({field.alias: 100 for field in Usage.model_fields.values()} | {"kmsRequests": 500_000})
)
#: The same, with reads of secrets left to each ExternalSecret's refresh interval.
WITHOUT_READS = USAGE.model_copy(update={"secret_api_calls": None})


def resource(token, props=None, name="x", chain="", **more):
    """A resource below the type chain ``chain``, as the engine names it."""
    urn = f"urn:pulumi:prod::landing::{chain}{'$' if chain else ''}{token}::{name}"
    return Resource(urn=urn, type=token, name=name, props=props or {}, **more)


def billed(*resources, usage=USAGE, today=TODAY, **more):
    return meter.compute_bill(resources, usage, BOOK, today=today, **more)


def claimed(size, **spec):
    return {"spec": {"resources": {"requests": {"storage": size}}, **spec}}


def group(capacity="ON_DEMAND", types=("m6g.large",), desired=3, **more):
    scaling = {"minSize": 0, "desiredSize": desired, "maxSize": 6}
    return {"capacityType": capacity, "instanceTypes": list(types), "scalingConfig": scaling, **more}


def template(size=40, **ebs):
    return {
        "blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"volumeSize": size, "volumeType": "gp3", **ebs}}]
    }


def mapped(values):
    return {"chart": "kube-prometheus-stack", "values": values}
