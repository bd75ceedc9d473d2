"""Objects in a versioned bucket, and a secret that was deleted: what AWS brings back in its own place.

Both have a canary of the drill's own, which is lost on purpose; what has not the drills' mark is neither changed nor
deleted, whatever a plan calls it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any, Final

from policy.gates.drills import SKEW, Taken
from policy.gates.evidence import Side
from recovery.canary import BusyError, DrillError, Record, asking
from recovery.drill import Patience
from recovery.plan import Objects as ObjectsPlan
from recovery.plan import Secrets as SecretsPlan
from stacks.sections.drills import MARK

_BACK: Final = "restored"
#: Of an object its own metadata, because a right to tags is one more; of a secret its tag.
_METADATA: Final = dict([MARK])
_TAG: Final = {"Key": MARK[0], "Value": MARK[1]}
#: The shortest that Secrets Manager takes; a drill brings it back at once.
_RECOVERY_DAYS: Final = 7


class Objects:
    """Keys that were deleted, brought back from the version behind the delete marker, beside where they were."""

    def __init__(self, client: Any, plan: ObjectsPlan, region: str) -> None:
        self._s3, self._bucket, self._prefix, self._region = client, plan.bucket, f"{plan.prefix}/", region
        self._back = f"{plan.prefix}-{_BACK}/"

    @property
    def tools(self) -> Mapping[str, str]:
        """The library that asks S3."""
        return _boto3()

    def write(self, records: Sequence[Record], canary: str) -> None:
        """An object a record, written and then deleted: from then on it is only in the bucket's versions."""
        with asking("objects"):
            if self._s3.get_bucket_versioning(Bucket=self._bucket).get("Status") != "Enabled":
                raise DrillError(f"{self._bucket} keeps no versions: what is deleted there is gone")
            self._only_ours([each for each in self._versions(self._prefix) if each["IsLatest"]])
            for record in records:
                key = f"{self._prefix}{str(record['_id']).rpartition('-')[2]}"
                body = json.dumps(dict(record)).encode()
                self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, Metadata=_METADATA)
                self._s3.delete_object(Bucket=self._bucket, Key=key)

    def left_over(self) -> Iterator[str]:
        """Objects that an earlier drill brought back; :class:`BusyError` where one of them is somebody else's."""
        found = self._versions(self._back)
        self._only_ours(found)
        if found:
            yield f"an earlier drill left {len(found)} versions below {self._back} behind"

    def live(self) -> Side:
        """Bucket and prefix."""
        return self._side(self._prefix)

    def newest_backup(self) -> Taken:
        """The newest versions that are behind a delete marker: as old as the last of them."""
        newest = self._newest()
        if not newest:
            raise DrillError(f"{self._bucket} keeps no version below {self._prefix}")
        at = max(each["LastModified"] for each in newest.values())
        # The canary is what is brought back: its writer's clock and S3's may differ by as much.
        return Taken(name=f"versions below {self._prefix}", at=at.astimezone(UTC) + SKEW)

    def restore(self, backup: Taken) -> Side:
        """Copy each version to its key below another prefix."""
        with asking("objects"):
            for key, version in self._newest().items():
                self._s3.copy_object(
                    Bucket=self._bucket,
                    Key=f"{self._back}{key.removeprefix(self._prefix)}",
                    CopySource={"Bucket": self._bucket, "Key": key, "VersionId": version["VersionId"]},
                    MetadataDirective="REPLACE",
                    Metadata=_METADATA,
                )
        return self._side(self._back)

    def records(self, canary: str) -> Iterator[Record]:
        """What each object that was brought back holds, of this canary."""
        with asking("objects"):
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._back)
            for key in [each["Key"] for page in pages for each in page.get("Contents", ())]:
                record = _record(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read(), key)
                if record.get("canary") == canary:
                    yield record

    def count(self, *, restored: bool) -> Mapping[str, int]:
        """Objects that were brought back, or keys that have a version to bring back."""
        return {"objects": len(self._versions(self._back)) if restored else len(self._newest())}

    def clean(self) -> Iterable[Callable[[], None]]:
        """Every version of what was brought back."""
        return (self._without_copies,)

    def _without_copies(self) -> None:
        found = self._versions(self._back, markers=True)
        # A delete marker has neither a size nor metadata; below somebody else's object it stays as well.
        self._only_ours([each for each in found if "Size" in each])
        with asking("objects"):
            for each in found:
                self._s3.delete_object(Bucket=self._bucket, Key=each["Key"], VersionId=each["VersionId"])

    def _only_ours(self, versions: Iterable[Mapping[str, Any]]) -> None:
        """Raises :class:`BusyError` where one of ``versions`` was not put there by a drill."""
        with asking("objects"):
            for each in versions:
                place = {"Bucket": self._bucket, "Key": each["Key"], "VersionId": each["VersionId"]}
                if self._s3.head_object(**place)["Metadata"].get(MARK[0]) != MARK[1]:
                    raise BusyError(
                        f"{each['Key']} in {self._bucket} has not the metadata {'='.join(MARK)}: "
                        "no drill put it there, and none changes or deletes it"
                    )

    def _newest(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for each in self._versions(self._prefix):
            if each["Key"] not in found or each["LastModified"] > found[each["Key"]]["LastModified"]:
                found[each["Key"]] = each
        return found

    def _versions(self, prefix: str, *, markers: bool = False) -> list[dict[str, Any]]:
        """Newest first, a key at a time, as S3 lists them."""
        with asking("objects"):
            pages = list(self._s3.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=prefix))
        kinds = ("Versions", "DeleteMarkers") if markers else ("Versions",)
        return [each for page in pages for kind in kinds for each in page.get(kind, ())]

    def _side(self, prefix: str) -> Side:
        return Side(
            system="s3",
            name=f"{self._bucket}/{prefix}",
            host=f"s3.{self._region}.amazonaws.com",
            version="2006-03-01",
            identity=f"arn:aws:s3:::{self._bucket}/{prefix}",
        )


class Secrets:
    """A secret that is deleted and brought back within its recovery window.

    Each method raises :class:`BusyError` where the secret has not the drills' tag: a plan may name any.
    """

    def __init__(self, client: Any, plan: SecretsPlan, patience: Patience, region: str) -> None:
        self._manager, self._name, self._patience, self._region = client, plan.name, patience, region

    @property
    def tools(self) -> Mapping[str, str]:
        """The library that asks Secrets Manager."""
        return _boto3()

    def write(self, records: Sequence[Record], canary: str) -> None:
        """All records as one value, which is random and signs in nowhere."""
        self._described()
        with asking("secrets"):
            self._manager.put_secret_value(
                SecretId=self._name, SecretString=json.dumps([dict(each) for each in records])
            )

    def left_over(self) -> Iterator[str]:
        """A canary that an earlier drill deleted and did not bring back."""
        if self._described().get("DeletedDate"):
            yield f"an earlier drill left {self._name} deleted"

    def live(self) -> Side:
        """The secret, as it is before it is deleted."""
        return self._side(self._described()["ARN"])

    def newest_backup(self) -> Taken:
        """The current version: what a deletion now would have to bring back."""
        with asking("secrets"):
            told = self._manager.list_secret_version_ids(SecretId=self._name)["Versions"]
        current = next((each for each in told if "AWSCURRENT" in each.get("VersionStages", ())), None)
        if current is None:
            raise DrillError(f"{self._name} has no current version")
        # As for objects.
        return Taken(name=f"version {current['VersionId']}", at=current["CreatedDate"].astimezone(UTC) + SKEW)

    def restore(self, backup: Taken) -> Side:
        """Delete it, see that it is deleted, and bring it back."""
        self._described()
        with asking("secrets"):
            self._manager.delete_secret(SecretId=self._name, RecoveryWindowInDays=_RECOVERY_DAYS)
        self._patience.gone(lambda: "DeletedDate" in self._described(), f"{self._name} was not deleted")
        deleted = self._described()["DeletedDate"].astimezone(UTC)
        self._bring_back()
        found = self._described()
        if found.get("DeletedDate"):
            raise DrillError(f"{self._name} is still deleted after it was brought back")
        # The same secret, known by the deletion that it came back from.
        return self._side(f"{found['ARN']} deleted {deleted:%Y-%m-%dT%H:%M:%SZ}")

    def records(self, canary: str) -> list[Record]:
        """What it holds now, of this canary."""
        return [each for each in self._held() if each.get("canary") == canary]

    def count(self, *, restored: bool) -> Mapping[str, int]:
        """Records in its value."""
        return {"records": len(self._held())}

    def clean(self) -> Iterable[Callable[[], None]]:
        """Whatever became of the drill, the canary is there for the next one."""
        return (self._bring_back,)

    def _bring_back(self) -> None:
        if self._described().get("DeletedDate"):
            with asking("secrets"):
                self._manager.restore_secret(SecretId=self._name)

    def _held(self) -> list[Record]:
        with asking("secrets"):
            text = self._manager.get_secret_value(SecretId=self._name).get("SecretString") or ""
        try:
            held = json.loads(text)
        except ValueError:
            held = None
        if not isinstance(held, list) or not all(isinstance(each, dict) for each in held):
            raise DrillError(f"{self._name} holds no canary that can be read")
        return held

    def _described(self) -> dict[str, Any]:
        with asking("secrets"):
            found = dict(self._manager.describe_secret(SecretId=self._name))
        if _TAG not in found.get("Tags", ()):
            raise BusyError(
                f"{self._name} has not the tag {'='.join(MARK)}: it is no canary, and no drill changes or deletes it"
            )
        return found

    def _side(self, identity: str) -> Side:
        return Side(
            system="secretsmanager",
            name=self._name,
            host=f"secretsmanager.{self._region}.amazonaws.com",
            version="2017-10-17",
            identity=identity,
        )


def _record(content: bytes, key: str) -> dict[str, Any]:
    try:
        record = json.loads(content)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise DrillError(f"{key} is no record")
    return record


def _boto3() -> dict[str, str]:
    import boto3

    return {"boto3": boto3.__version__}
