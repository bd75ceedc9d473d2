"""What a rotation meets, played in memory: Secrets Manager's stages, a store of users, consumers, and a clock."""

# ruff: noqa: ARG002, N803 - AWS's and our own names of arguments.
from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from components.stores.rotator.consumers import Cluster
from components.stores.rotator.kinds import Users
from components.stores.rotator.versions import Masked, Versions

NOW = datetime(2026, 11, 29, 20, tzinfo=UTC)
USER = {"username": "name", "password": "token"}


class KilledError(Exception):
    """The pod ended here."""


class Fuse:
    """Ends a run before one of its acts, the ``at``-th; without a number, never."""

    def __init__(self):
        self.at, self.acts = None, 0

    def burn(self):
        self.acts += 1
        if self.acts == self.at:
            raise KilledError


class SecretsManager:
    """Versions and stages of one secret as AWS keeps them: a stage is on one version, AWSPREVIOUS follows AWSCURRENT."""

    def __init__(self, value, fuse, age_days=0):
        self.fuse, self.kept, self.stages = fuse, {"first": (json.dumps(value), NOW - timedelta(days=age_days))}, {}
        self.stages["AWSCURRENT"] = "first"

    class exceptions:  # noqa: N801 - as boto3 has them
        class ResourceNotFoundException(Exception):  # noqa: N818
            pass

    def get_secret_value(self, *, SecretId, VersionId=None, VersionStage="AWSCURRENT"):
        self.fuse.burn()
        version = VersionId or self.stages.get(VersionStage)
        if version is None:
            raise self.exceptions.ResourceNotFoundException
        text, made = self.kept[version]
        return {"SecretString": text, "VersionId": version, "CreatedDate": made}

    def put_secret_value(self, *, SecretId, ClientRequestToken, SecretString, VersionStages):
        self.fuse.burn()
        self.kept[ClientRequestToken] = (SecretString, NOW)
        self.stages |= dict.fromkeys(VersionStages, ClientRequestToken)

    def update_secret_version_stage(self, *, SecretId, VersionStage, MoveToVersionId=None, RemoveFromVersionId=None):
        self.fuse.burn()
        assert self.stages.get(VersionStage) == RemoveFromVersionId, "the stage is on another version"
        if VersionStage == "AWSCURRENT":
            self.stages["AWSPREVIOUS"] = self.stages["AWSCURRENT"]
        if MoveToVersionId:
            self.stages[VersionStage] = MoveToVersionId
        else:
            del self.stages[VersionStage]

    def current(self):
        return json.loads(self.kept[self.stages["AWSCURRENT"]][0])


class World:
    """One secret, its store of users, its mirror and the Deployment that signs in with it."""

    def __init__(self, value=None, age_days=0):
        value = value or {"username": "app", "password": "first-password"}
        self.fuse, self.masked = Fuse(), Masked()
        self.aws = SecretsManager(value, self.fuse, age_days)
        self.versions = Versions(self.aws, "alphacar/dev/app", self.masked)
        self.passwords = {value["username"]: value["password"]} if "password" in value else {}
        self.mirror, self.pods, self.restarts = dict(value), dict(value), 0
        self.cluster = Consumers(self)

    def works(self):
        """Whether the pods that run sign in, and those that a node's loss would start now."""
        return all(self.passwords.get(each["username"]) == each["password"] for each in (self.pods, self.mirror))


class StoreUsers(Users):
    """Users in a mapping."""

    def __init__(self, world):
        super().__init__(USER, lambda: {"username": "master", "password": "master-password"})
        self.world = world

    def signs_in(self, user, password):
        self.world.fuse.burn()
        return self.world.passwords.get(user) == password

    def settle(self, master, user, password):
        self.world.fuse.burn()
        assert master["username"] == "master"
        self.world.passwords[user] = password


class Consumers(Cluster):
    """A mirror that copies what is current, and a Deployment whose pods read the mirror when they start."""

    def __init__(self, world):
        self.world, self.marked = world, None

    def refresh(self, namespace, name):
        self.world.fuse.burn()
        self.world.mirror = self.world.aws.current()

    def restart(self, namespace, name, secret, version):
        self.world.fuse.burn()
        if name == "absent":
            return False
        if self.marked != version:
            self.marked, self.world.restarts = version, self.world.restarts + 1
            self.world.pods = dict(self.world.mirror)
        return True
