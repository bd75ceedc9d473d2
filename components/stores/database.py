"""A small PostgreSQL for what runs in the cluster and needs one, such as Airflow's metadata."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pulumi
import pulumi_aws as aws

from ..arguments import StoreNetwork, common, given, matches, within
from ..names import named, store_group_name
from ..network.firewall import Firewall, FirewallArgs

PORT: Final = 5432
#: A major version; AWS picks and patches the minor (source: RDS user guide, PostgreSQL release calendar).
ENGINE_VERSION: Final = "16"
INSTANCE_CLASS: Final = re.compile(r"db\.[a-z0-9-]+\.[a-z0-9]+")
IDENTIFIERS: Final = "at most 63 lower-case letters, digits and single hyphens, a letter first"
IDENTIFIER: Final = re.compile(r"[a-z](?!.*--)([a-z0-9-]{0,61}[a-z0-9])?")
#: What RDS takes for the master user and for a database of PostgreSQL (source: RDS API reference, CreateDBInstance).
SQL_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
SQL_NAMES: Final = "at most 63 letters, digits and underscores, a letter first"
#: Names that RDS keeps for itself.
RESERVED_USERNAMES: Final = ("admin", "rdsadmin", "rds_superuser", "rdsrepladmin", "public", "user")
FREE: Final = "a name that RDS does not keep for itself"
USERNAME: Final = re.compile(rf"(?!(?i:{'|'.join(RESERVED_USERNAMES)})$){SQL_NAME.pattern}")


@dataclass(frozen=True, kw_only=True)
class DatabaseArgs:
    """What the database needs: a network and a key.

    ``instance_class`` is such as db.t4g.micro; every second of ``backup_days`` can be restored.
    ``multi_zone`` keeps a second instance in another zone, and doubles the price. ``storage_gb`` can grow and never
    shrink. ``protect`` refuses deletion, in Pulumi and in AWS, and takes a last snapshot when it is lifted.
    """

    network: StoreNetwork
    key_arn: pulumi.Input[str]
    instance_class: str = "db.t4g.micro"
    storage_gb: int = 20
    backup_days: int = 7
    multi_zone: bool = True
    #: By default the component's name.
    identifier: str | None = None
    #: The master user: by default the component's name without hyphens.
    username: str | None = None
    #: The database made with the instance: by default the component's name without hyphens.
    database: str | None = None
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self, named=True)
        matches(self, "instance_class", INSTANCE_CLASS, "a class such as db.t4g.micro")
        matches(self, "identifier", IDENTIFIER, IDENTIFIERS)
        matches(self, "username", USERNAME, f"{SQL_NAMES}, and {FREE}")
        matches(self, "database", SQL_NAME, SQL_NAMES)
        within(self, "backup_days", 1, 35)
        within(self, "storage_gb", 20, 65536)


class Database(pulumi.ComponentResource):
    """An encrypted instance in the data subnets; AWS keeps and rotates its password in Secrets Manager."""

    #: What AWS calls the instance: alarms and dashboards know it by this.
    identifier: str
    username: str
    database: str
    address: pulumi.Output[str]
    arn: pulumi.Output[str]
    secret_arn: pulumi.Output[str]
    instance: aws.rds.Instance
    #: By its name: where a copy of the instance is restored to.
    subnet_group: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, DatabaseArgs)
        super().__init__("alphacar:database:Database", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.identifier = named(args.identifier, name, IDENTIFIER, IDENTIFIERS)
        plain = name.replace("-", "")
        self.username = named(args.username, plain, USERNAME, f"{SQL_NAMES}, and {FREE}")
        self.database = named(args.database, plain, SQL_NAME, SQL_NAMES)
        store_group_name(name)
        firewall = Firewall(
            name,
            FirewallArgs(
                description="PostgreSQL reached from cluster nodes",
                port=PORT,
                network=args.network,
                tags=args.tags,
            ),
            child,
        )
        subnets = aws.rds.SubnetGroup(name, subnet_ids=list(args.network.subnet_ids), tags=args.tags, opts=child)
        parameters = aws.rds.ParameterGroup(
            name,
            family=f"postgres{ENGINE_VERSION}",
            parameters=[
                aws.rds.ParameterGroupParameterArgs(name="rds.force_ssl", value="1", apply_method="pending-reboot")
            ],
            tags=args.tags,
            opts=child,
        )
        self.instance = aws.rds.Instance(
            name,
            identifier=self.identifier,
            engine="postgres",
            engine_version=ENGINE_VERSION,
            instance_class=args.instance_class,
            allocated_storage=args.storage_gb,
            storage_type="gp3",
            storage_encrypted=True,
            kms_key_id=args.key_arn,
            db_name=self.database,
            username=self.username,
            manage_master_user_password=True,
            master_user_secret_kms_key_id=args.key_arn,
            port=PORT,
            multi_az=args.multi_zone,
            publicly_accessible=False,
            db_subnet_group_name=subnets.name,
            parameter_group_name=parameters.name,
            vpc_security_group_ids=[firewall.security_group_id],
            ca_cert_identifier="rds-ca-rsa2048-g1",
            backup_retention_period=args.backup_days,
            # 07:00 in Seoul: the weekly crawl begins at 02:00, and AWS Backup's weekly copy two hours before this.
            backup_window="22:00-23:00",
            maintenance_window="sun:19:30-sun:20:30",
            auto_minor_version_upgrade=True,
            # Past its end AWS would move the instance to paid extended support by itself.
            engine_lifecycle_support="open-source-rds-extended-support-disabled",
            copy_tags_to_snapshot=True,
            deletion_protection=args.protect,
            skip_final_snapshot=not args.protect,
            final_snapshot_identifier=f"{self.identifier}-final" if args.protect else None,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.address = self.instance.address
        self.arn = self.instance.arn
        self.subnet_group = subnets.name
        self.security_group_id = firewall.security_group_id
        self.secret_arn = self.instance.master_user_secrets[0].secret_arn
        self.register_outputs({"address": self.address})
