"""DocumentDB and Airflow's database, restored beside themselves to the latest moment that AWS can restore, and read.

A copy carries the drills' tag from its first moment on, and nothing without it is deleted, whatever it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from policy.gates.drills import Taken
from policy.gates.evidence import Side
from recovery.canary import BusyError, DrillError, Record, asking
from recovery.drill import Patience
from recovery.plan import COPY
from stacks.sections.drills import MARK

#: What AWS calls a store of which nothing is said any more.
_GONE: Final = frozenset({"DBInstanceNotFound", "DBInstanceNotFoundFault", "DBClusterNotFoundFault"})
_READY: Final = "available"
_TAG: Final = {"Key": MARK[0], "Value": MARK[1]}
#: States out of which a restore does not come by itself (source: RDS user guide, DB instance status).
_LOST: Final = frozenset(
    {
        "failed",
        "incompatible-restore",
        "incompatible-parameters",
        "incompatible-network",
        "inaccessible-encryption-credentials",
        "storage-full",
    }
)


class Reader(Protocol):
    """A client of the store's own protocol. Each method raises :class:`DrillError`."""

    @property
    def tools(self) -> Mapping[str, str]:
        """What reads, by name and version."""

    def write(self, host: str, port: int, records: Sequence[Record], canary: str) -> None:
        """Put the records in, and those of earlier canaries out."""

    def records(self, host: str, port: int, canary: str) -> Iterable[Record]:
        """The records of one canary."""

    def count(self, host: str, port: int) -> Mapping[str, int]:
        """How many of what there are: collections or tables by name."""


class Api(Protocol):
    """AWS's API for one kind of store. Each method raises :class:`DrillError`."""

    system: str

    def describe(self, name: str) -> dict[str, Any] | None:
        """What AWS says of it: Arn, Version, Host, Port, Latest; ``None`` where there is none."""

    def status(self, copy: str) -> str | None:
        """In which state a copy is, by that part of it which is ready last; ``None`` where there is none."""

    def parts(self, copy: str) -> Mapping[str, bool]:
        """By ARN each thing that :meth:`delete` would delete, and whether a drill made it (:func:`marked`)."""

    def restore(self, source: Mapping[str, Any], target: str, backup: Taken) -> None:
        """Begin to restore ``source`` as ``target``."""

    def finish(self, target: str) -> None:
        """What a restore leaves to be done once it is available, such as an instance of its cluster."""

    def delete(self, target: str) -> None:
        """Begin to delete ``target``; one that is not there is no error."""


class ManagedStore:
    """A store of AWS's by its name; its copy is that name with ``-drill`` behind."""

    def __init__(self, name: str, api: Api, reader: Reader, patience: Patience) -> None:
        self._name, self._copy = name, f"{name}{COPY}"
        self._api, self._reader, self._patience = api, reader, patience

    @property
    def tools(self) -> Mapping[str, str]:
        """The reader's."""
        return self._reader.tools

    def write(self, records: Sequence[Record], canary: str) -> None:
        """By the reader, at the live endpoint."""
        self._reader.write(*self._endpoint(self._name), records, canary)

    def left_over(self) -> Iterator[str]:
        """A copy of an earlier drill; :class:`BusyError` while another one is made, and for what no drill made."""
        if not self._is_there():
            return
        status = self._api.status(self._copy)
        if status in ("creating", "backing-up"):
            raise BusyError(f"{self._copy} is being made; a drill does not run beside another one")
        yield f"an earlier drill left {self._copy} behind ({status})"

    def live(self) -> Side:
        """As AWS describes it."""
        return self._side(self._there(self._name), self._name)

    def newest_backup(self) -> Taken:
        """The latest moment that can be restored."""
        latest = self._there(self._name)["Latest"]
        if latest is None:
            raise DrillError(f"{self._name} has no backup: AWS names no latest restorable time")
        return Taken(name=f"{self._name} at its latest restorable time", at=latest)

    def restore(self, backup: Taken) -> Side:
        """The copy, once it answers."""
        self._api.restore(self._there(self._name), self._copy, backup)
        self._ready()
        self._api.finish(self._copy)
        self._ready()
        return self._side(self._there(self._copy), self._copy)

    def records(self, canary: str) -> Iterable[Record]:
        """By the reader, in the copy."""
        return self._reader.records(*self._endpoint(self._copy), canary)

    def count(self, *, restored: bool) -> Mapping[str, int]:
        """By the reader."""
        return self._reader.count(*self._endpoint(self._copy if restored else self._name))

    def clean(self) -> Iterable[Callable[[], None]]:
        """Delete the copy, and wait until AWS says that it is gone: until then it is billed."""
        return (self._delete,)

    def _delete(self) -> None:
        def gone() -> bool:
            if not self._is_there():
                return True
            # Again each time: AWS refuses while it is being made, and a cluster while its instance is there.
            self._api.delete(self._copy)
            return False

        self._patience.gone(gone, f"{self._copy} did not go")

    def _is_there(self) -> bool:
        """Whether anything has the copy's name; :class:`BusyError` where no drill made it, or a part of it."""
        parts = self._api.parts(self._copy)
        if strangers := [arn for arn, ours in parts.items() if not ours]:
            raise BusyError(
                f"{', '.join(strangers)} has the name of a drill's copy, and not the tag {'='.join(MARK)}: "
                "no drill made it, and none deletes it"
            )
        return bool(parts)

    def _ready(self) -> None:
        def ready() -> bool:
            status = self._api.status(self._copy)
            if status is None:
                raise DrillError(f"AWS knows no {self._copy}")
            if status in _LOST:
                raise DrillError(f"{self._copy} is {status}")
            return bool(status == _READY)

        self._patience.until(ready, f"{self._copy} was not restored")

    def _there(self, name: str) -> dict[str, Any]:
        found = self._api.describe(name)
        if found is None:
            raise DrillError(f"AWS knows no {name}")
        return found

    def _endpoint(self, name: str) -> tuple[str, int]:
        found = self._there(name)
        if not found["Host"]:
            raise DrillError(f"{name} has no endpoint")
        return str(found["Host"]), int(found["Port"])

    def _side(self, found: Mapping[str, Any], name: str) -> Side:
        return Side(
            system=self._api.system,
            name=name,
            host=f"{found['Host']}:{found['Port']}",
            version=str(found["Version"]),
            identity=str(found["Arn"]),
        )


class Clusters:
    """DocumentDB's clusters. A restored one has no instance, and answers nobody until it is given one."""

    system = "documentdb"

    def __init__(self, client: Any, instance_class: str) -> None:
        self._docdb, self._class = client, instance_class

    def describe(self, name: str) -> dict[str, Any] | None:
        """The cluster; its instances are called otherwise, but for a copy's."""
        told = self._cluster(name)
        if told is None:
            return None
        return {
            "Arn": told["DBClusterArn"],
            "Version": told["EngineVersion"],
            "Host": told.get("Endpoint"),
            "Port": told.get("Port"),
            "Latest": told.get("LatestRestorableTime"),
            "SubnetGroup": told["DBSubnetGroup"],
            "SecurityGroups": [each["VpcSecurityGroupId"] for each in told.get("VpcSecurityGroups", ())],
            "Id": name,
        }

    def status(self, copy: str) -> str | None:
        """The cluster's until it is ready, and then that of its one instance, which has its name."""
        cluster, instance = self._cluster(copy), self._instance(copy)
        states = [*([cluster["Status"]] if cluster else []), *([instance["DBInstanceStatus"]] if instance else [])]
        return next((each for each in states if each != _READY), _READY if states else None)

    def parts(self, copy: str) -> Mapping[str, bool]:
        """The cluster and the instance: either name may be taken by somebody else's."""
        cluster, instance = self._cluster(copy), self._instance(copy)
        arns = [*([cluster["DBClusterArn"]] if cluster else []), *([instance["DBInstanceArn"]] if instance else [])]
        return _parts(self._docdb, arns)

    def _cluster(self, name: str) -> dict[str, Any] | None:
        return _described(self._docdb.describe_db_clusters, "DBClusters", DBClusterIdentifier=name)

    def _instance(self, name: str) -> dict[str, Any] | None:
        return _described(self._docdb.describe_db_instances, "DBInstances", DBInstanceIdentifier=name)

    def restore(self, source: Mapping[str, Any], target: str, backup: Taken) -> None:
        """Into the same subnets and behind the same firewall; the default would be the default VPC's."""
        with asking(f"restoring {source['Id']}"):
            self._docdb.restore_db_cluster_to_point_in_time(
                DBClusterIdentifier=target,
                SourceDBClusterIdentifier=source["Id"],
                RestoreToTime=backup.at,
                DBSubnetGroupName=source["SubnetGroup"],
                VpcSecurityGroupIds=source["SecurityGroups"],
                DeletionProtection=False,
                Tags=[_TAG],
            )

    def finish(self, target: str) -> None:
        """One instance, the smallest that answers."""
        with asking(f"an instance of {target}"):
            self._docdb.create_db_instance(
                DBInstanceIdentifier=target,
                DBInstanceClass=self._class,
                Engine="docdb",
                DBClusterIdentifier=target,
                Tags=[_TAG],
            )

    def delete(self, target: str) -> None:
        """The instance first: a cluster with one is not deleted."""
        _deleted(self._docdb.delete_db_instance, DBInstanceIdentifier=target)
        _deleted(self._docdb.delete_db_cluster, DBClusterIdentifier=target, SkipFinalSnapshot=True)


class Instances:
    """RDS instances."""

    system = "postgresql"

    def __init__(self, client: Any, instance_class: str) -> None:
        self._rds, self._class = client, instance_class

    def describe(self, name: str) -> dict[str, Any] | None:
        """The instance."""
        told = self._instance(name)
        if told is None:
            return None
        return {
            "Arn": told["DBInstanceArn"],
            "Version": told["EngineVersion"],
            "Host": told.get("Endpoint", {}).get("Address"),
            "Port": told.get("Endpoint", {}).get("Port"),
            "Latest": told.get("LatestRestorableTime"),
            "SubnetGroup": told.get("DBSubnetGroup", {}).get("DBSubnetGroupName"),
            "SecurityGroups": [each["VpcSecurityGroupId"] for each in told.get("VpcSecurityGroups", ())],
            "ParameterGroup": next((each["DBParameterGroupName"] for each in told.get("DBParameterGroups", ())), None),
            "Id": name,
        }

    def status(self, copy: str) -> str | None:
        """The instance's."""
        told = self._instance(copy)
        return str(told["DBInstanceStatus"]) if told else None

    def parts(self, copy: str) -> Mapping[str, bool]:
        """The instance."""
        told = self._instance(copy)
        return _parts(self._rds, [told["DBInstanceArn"]] if told else [])

    def _instance(self, name: str) -> dict[str, Any] | None:
        return _described(self._rds.describe_db_instances, "DBInstances", DBInstanceIdentifier=name)

    def restore(self, source: Mapping[str, Any], target: str, backup: Taken) -> None:
        """As above; with the source's parameters, or TLS would not be demanded of whoever reads it."""
        given = {"DBSubnetGroupName": source["SubnetGroup"], "DBParameterGroupName": source["ParameterGroup"]}
        with asking(f"restoring {source['Id']}"):
            self._rds.restore_db_instance_to_point_in_time(
                SourceDBInstanceIdentifier=source["Id"],
                TargetDBInstanceIdentifier=target,
                RestoreTime=backup.at,
                DBInstanceClass=self._class,
                VpcSecurityGroupIds=source["SecurityGroups"],
                MultiAZ=False,
                PubliclyAccessible=False,
                DeletionProtection=False,
                Tags=[_TAG],
                **{key: value for key, value in given.items() if value},
            )

    def finish(self, target: str) -> None:
        """Nothing is left to be done."""

    def delete(self, target: str) -> None:
        """Without a last snapshot, and with its backups: both would be billed, and hold what the source's hold."""
        _deleted(
            self._rds.delete_db_instance,
            DBInstanceIdentifier=target,
            SkipFinalSnapshot=True,
            DeleteAutomatedBackups=True,
        )


def marked(client: Any, arn: str) -> bool | None:
    """Whether a drill made ``arn``, by the tags that it has now; ``None`` where it is gone.

    Raises :class:`DrillError` where AWS does not tell its tags: what is not known to be a drill's is not deleted.
    """
    from botocore.exceptions import ClientError

    with asking(f"tags of {arn}"):
        try:
            return _TAG in client.list_tags_for_resource(ResourceName=arn)["TagList"]
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _GONE:
                return None
            raise


def _parts(client: Any, arns: Iterable[str]) -> dict[str, bool]:
    found = {arn: marked(client, arn) for arn in arns}
    return {arn: ours for arn, ours in found.items() if ours is not None}


def _described(ask: Callable[..., Any], key: str, **asked: str) -> dict[str, Any] | None:
    from botocore.exceptions import ClientError

    (name,) = asked.values()
    with asking(f"describing {name}"):
        try:
            found = ask(**asked)[key]
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _GONE:
                return None
            raise
    return dict(found[0]) if found else None


def _deleted(ask: Callable[..., Any], **asked: Any) -> None:
    from botocore.exceptions import ClientError

    with asking(f"deleting {next(iter(asked.values()))}"):
        try:
            ask(**asked)
        except ClientError as error:
            # Gone already, or on its way: whoever waits until it is gone finds out.
            if error.response.get("Error", {}).get("Code") not in {
                *_GONE,
                "InvalidDBInstanceState",
                "InvalidDBClusterStateFault",
            }:
                raise
