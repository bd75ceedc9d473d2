"""What is brought back for a try, by schedule: each planned store that this environment has, and what its drill may."""

from __future__ import annotations

from typing import Any, Final

from components.charts import VELERO
from components.stores.documents import AUTHORITY_FILE
from components.stores.drills import SECRETS, DrilledStore, Drills, DrillsArgs
from landing import names
from landing.environment import Environment
from landing.platform import Platform
from landing.stores import Stores
from stacks.sections.drills import MARK, Drilled

#: Only what is made with the drills' mark, and only what carries it (source: Service Authorization Reference of RDS and
#: of Secrets Manager, 2026-06: both keys are named for each action that has one of these here).
_MAKES: Final = {"StringEquals": {f"aws:RequestTag/{MARK[0]}": MARK[1]}}
_MADE: Final = {"StringEquals": {f"aws:ResourceTag/{MARK[0]}": MARK[1]}}


def build(zone: Environment, platform: Platform, stores: Stores) -> None:
    """CronJobs, once there is an image for them, and Velero's bucket for their ledger."""
    settings, namespaces = zone.settings, platform.namespaces.by_name
    if settings.drill_image is None or not zone.builds("backup"):
        return
    planned = {store: _planned(zone, platform, stores, store) for store in settings.drills}
    drilled: dict[str, Any] = {store: found for store, found in planned.items() if found is not None}
    if not drilled:
        return
    Drills(
        "drills",
        DrillsArgs(
            cluster=platform.cluster.access,
            canary_secret=drilled["secrets"].plan["name"] if "secrets" in drilled else None,
            namespace=namespaces["recovery"],
            canaries=namespaces.get("canaries"),
            velero=namespaces["velero"],
            environment=settings.environment,
            image=settings.drill_image,
            signing_key=settings.drill_signing_key,
            stores=drilled,
            ledger_bucket=names.bucket(zone.place, "velero"),
            key_arn=platform.keys.arn,
            hour=int(settings.backup.schedule.split()[1]),
            after=[platform.nodes],
            protect=zone.protect,
            tags=zone.tags("backup"),
        ),
    )


def _planned(zone: Environment, platform: Platform, stores: Stores, store: Drilled) -> DrilledStore | None:
    """``store`` as its drill is told of it; ``None`` where this environment has none."""
    every, place = zone.settings.drills[store].every_days, zone.place
    at = f"{place.region}:{place.account_id}"
    # The rotation makes the users (docs/recovery.md), two in turn: which one it is stands beside its password.
    signs_in = {
        key: f"{SECRETS}/{store}/{file}" for key, file in (("userFile", "username"), ("passwordFile", "password"))
    }
    key = platform.keys.arn
    if store == "documents" and stores.documents:
        cluster = stores.documents.cluster_identifier
        plan: dict[str, Any] = {
            "cluster": cluster,
            "caFile": AUTHORITY_FILE,
            "instanceClass": zone.settings.documents.instance_class,
            **signs_in,
        }
        return DrilledStore(
            every_days=every,
            plan=plan,
            secret=f"drill-{store}",
            statements=key.apply(lambda arn: _documents(at, cluster, arn)),
        )
    if store == "workflow" and stores.database:
        instance = stores.database.identifier
        plan = {
            "instance": instance,
            "database": stores.database.database,
            "caFile": AUTHORITY_FILE,
            "instanceClass": zone.settings.workflow.database_class,
            **signs_in,
        }
        return DrilledStore(
            every_days=every,
            plan=plan,
            secret=f"drill-{store}",
            statements=key.apply(lambda arn: _database(at, instance, arn)),
        )
    if store == "backup":
        return DrilledStore(every_days=every, plan={"schedule": f"{VELERO.name}-daily", "canaries": "canaries"})
    if store == "objects" and stores.database:
        # A versioned bucket without a lock, of something that can spare the requests.
        bucket = names.bucket(place, "airflow-logs")
        return DrilledStore(
            every_days=every, plan={"bucket": bucket}, statements=key.apply(lambda arn: _objects(bucket, arn))
        )
    if store == "secrets" and stores.secrets:
        name = f"alphacar/{zone.settings.environment}/{names.DRILL_SECRET}"
        return DrilledStore(
            every_days=every, plan={"name": name}, statements=key.apply(lambda arn: _secret(at, name, arn))
        )
    return None


def _documents(at: str, cluster: str, key_arn: str) -> list[dict[str, Any]]:
    """A cluster restored as a copy, which is given an instance of its own name."""
    copies = [f"arn:aws:rds:{at}:cluster:{cluster}-drill", f"arn:aws:rds:{at}:db:{cluster}-drill"]
    return [
        *_managed(at, f"arn:aws:rds:{at}:cluster:{cluster}", copies, key_arn),
        _restores("rds:RestoreDBClusterToPointInTime", at, [f"arn:aws:rds:{at}:cluster:{cluster}", copies[0]]),
        _restores("rds:CreateDBInstance", at, copies),
        {"Action": ["rds:DeleteDBCluster", "rds:DeleteDBInstance"], "Resource": copies, "Condition": _MADE},
    ]


def _database(at: str, instance: str, key_arn: str) -> list[dict[str, Any]]:
    """An instance restored as a copy."""
    source, copy = f"arn:aws:rds:{at}:db:{instance}", f"arn:aws:rds:{at}:db:{instance}-drill"
    return [
        *_managed(at, source, [copy], key_arn),
        _restores("rds:RestoreDBInstanceToPointInTime", at, [source, copy]),
        {"Action": "rds:DeleteDBInstance", "Resource": copy, "Condition": _MADE},
    ]


def _managed(at: str, source: str, copies: list[str], key_arn: str) -> list[dict[str, Any]]:
    """Of a source and its copies read all, and mark the copies: never the source.

    AWS asks for ``AddTagsToResource`` whenever something is made with tags, and names no key that tells this from
    marking what is there: who holds the role could. The program never does.
    """
    return [
        {"Action": ["rds:DescribeDBClusters", "rds:DescribeDBInstances"], "Resource": [source, *copies]},
        {"Action": "rds:ListTagsForResource", "Resource": copies},
        {"Action": "rds:AddTagsToResource", "Resource": copies, "Condition": _MAKES},
        {
            "Action": ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
            "Resource": key_arn,
            "Condition": {"StringEquals": {"kms:ViaService": f"rds.{at.partition(':')[0]}.amazonaws.com"}},
        },
    ]


def _restores(action: str, at: str, stores: list[str]) -> dict[str, Any]:
    """What makes something of ``stores`` with the mark; AWS asks for the groups that it is put into as well."""
    groups = [f"arn:aws:rds:{at}:{kind}:*" for kind in ("subgrp", "pg", "cluster-pg", "og")]
    return {"Action": action, "Resource": [*stores, *groups], "Condition": _MAKES}


def _objects(bucket: str, key_arn: str) -> list[dict[str, Any]]:
    """The drill's own prefixes, versions included."""
    below = ["drill-canary/*", "drill-canary-restored/*"]
    return [
        {
            "Action": [
                "s3:GetObject",
                "s3:GetObjectVersion",
                "s3:PutObject",
                "s3:DeleteObject",
                "s3:DeleteObjectVersion",
            ],
            "Resource": [f"arn:aws:s3:::{bucket}/{each}" for each in below],
        },
        {
            "Action": ["s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketVersioning"],
            "Resource": f"arn:aws:s3:::{bucket}",
        },
        _by(key_arn, "s3.*.amazonaws.com"),
    ]


def _secret(at: str, name: str, key_arn: str) -> list[dict[str, Any]]:
    """One secret, of which AWS puts six characters behind the name."""
    secret = f"arn:aws:secretsmanager:{at}:secret:{name}-??????"
    return [
        {
            "Action": [
                "secretsmanager:DescribeSecret",
                "secretsmanager:GetSecretValue",
                "secretsmanager:ListSecretVersionIds",
            ],
            "Resource": secret,
        },
        {
            "Action": ["secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret", "secretsmanager:RestoreSecret"],
            "Resource": secret,
            "Condition": _MADE,
        },
        _by(key_arn, "secretsmanager.*.amazonaws.com"),
    ]


def _by(key_arn: str, service: str) -> dict[str, Any]:
    return {
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": key_arn,
        "Condition": {"StringLike": {"kms:ViaService": service}},
    }
