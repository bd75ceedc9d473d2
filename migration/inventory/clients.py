"""What a workload uses: hosts that its settings name, Secrets it reads, registries it pulls from, volumes it mounts."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from migration.inventory.classify import Identity, tool_of, waits_for
from migration.inventory.known import PORTS, SCHEMES, WORDS, is_sidecar
from migration.inventory.network import Network
from migration.inventory.record import Claim, Key, Mention, Read
from migration.inventory.result import Use
from migration.inventory.workload import Workload
from model.image import Image
from policy.ledger.systems import LONGHORN
from stacks.section import Capability

_SEALED: Final = ("bitnami.com", "SealedSecret")


@dataclass(slots=True)
class Clients:
    """Everything that was read, and what each workload is."""

    read: Read
    network: Network
    identities: Mapping[Key, Identity]

    def uses(self, workload: Workload, claims: list[Claim]) -> list[Use]:
        """Every use once, by capability, target and the first evidence in order."""
        found: dict[tuple[Capability, str], str] = {}
        for use in sorted(self._uses(workload, claims), key=lambda use: (use.capability, use.target, use.evidence)):
            found.setdefault((use.capability, use.target), use.evidence)
        known = {capability for capability, target in found if target}
        # A capability that is reached through a workload is not also named without one.
        return [
            Use(capability, target, evidence)
            for (capability, target), evidence in found.items()
            if target or capability not in known
        ]

    def _uses(self, workload: Workload, claims: list[Claim]) -> Iterator[Use]:
        own = self.identities.get(workload.key)
        for use in (*self._by_hosts(workload), *self._by_secrets(workload), *self._by_images(workload)):
            if own is None or use.target or use.capability != own.capability:
                yield use
        for claim in claims:
            record = self.read.records.get(Key("storage.k8s.io", "StorageClass", "", claim.storage_class))
            by_class = claim.storage_class in LONGHORN.forms.storage_classes
            if by_class or (record and record.provisioner in LONGHORN.forms.provisioners):
                yield Use("volumes", "", f"claim {claim.name} of class {claim.storage_class}")

    def _by_hosts(self, workload: Workload) -> Iterator[Use]:
        for mention, where in self._mentions(workload):
            name = self.network.service(mention, workload.key.namespace)
            reached = [key for key in self.network.behind.get(name, ()) if key != workload.key] if name else []
            told = f"{where} names {'/'.join(filter(None, name))}" if name else ""
            identified = [(key, self.identities[key]) for key in reached if key in self.identities]
            for key, identity in identified:
                yield Use(identity.capability, str(key), told)
            if not identified and not (name and workload.key in self.network.behind.get(name, ())):
                yield from _by_convention(mention, where, known=name)

    def _mentions(self, workload: Workload) -> Iterator[tuple[Mention, str]]:
        """Every host that the workload's settings name, its ConfigMaps' included, and where it does."""
        for pod in (workload.pod, *workload.pods):
            for mention in pod.mentions:
                yield mention, mention.key
            for config in pod.configs:
                record = self.read.records.get(Key("core", "ConfigMap", workload.key.namespace, config.name))
                for key, mention in record.settings if record else ():
                    if config.key in ("", key):
                        yield mention, f"ConfigMap {config.name}, {key}"

    def _by_secrets(self, workload: Workload) -> Iterator[Use]:
        for pod in (workload.pod, *workload.pods):
            for secret in pod.secrets:
                sealed = self.read.records.get(Key(*_SEALED, workload.key.namespace, secret.name))
                made = self.read.records.get(Key("core", "Secret", workload.key.namespace, secret.name))
                if sealed or (made and made.owner and made.owner[:2] == _SEALED):
                    yield Use("secrets", "", f"reads SealedSecret {secret.name}")
                words = re.split(r"[^a-z0-9]+", secret.variable.lower())
                for capability in {WORDS[word] for word in words if word in WORDS}:
                    yield Use(capability, "", f"{secret.variable} is read from Secret {secret.name}")

    def _by_images(self, workload: Workload) -> Iterator[Use]:
        if (tool := tool_of(workload)) is not None:
            yield Use(tool.capability, "", f"runs {tool.why}")
        for capability, why in waits_for(workload):
            yield Use(capability, "", why)
        for container in workload.images:
            if not container.image:
                continue
            if is_sidecar(container):
                yield Use("mesh", "", f"container {container.name} is its proxy")
            host = Image.parse(container.image).registry
            name = self.harbor(host)
            for key in self.network.behind.get(name, ()) if name else ():
                if (known := self.identities.get(key)) and known.capability == "registry" and key != workload.key:
                    yield Use("registry", str(key), f"pulls from {host}")
            if name is None and is_private(host):
                yield Use("registry", "", f"pulls from {host}")

    def harbor(self, host: str) -> tuple[str, str] | None:
        """The service that a registry's host leads to, where it is one of the cluster's own."""
        address, _, port = host.rpartition(":") if ":" in host else (host, "", "")
        number = int(port) if port.isdecimal() and len(port) < 6 else 0
        return self.network.at_node_port(address, number) or self.network.service(
            Mention(address, number, "https", "image", "uri"), ""
        )


def is_private(host: str) -> bool:
    """Whether a registry's host can only be reached from within: a private address, or a name that none sells."""
    address = host.rpartition(":")[0] if ":" in host else host
    try:
        return ipaddress.ip_address(address.strip("[]")).is_private
    except ValueError:
        return "." not in address or address.endswith((".local", ".internal", ".lan", ".svc", ".home.arpa"))


def _by_convention(mention: Mention, where: str, known: tuple[str, str] | None) -> Iterator[Use]:
    """By scheme, port or name, where no service says more."""
    shown = mention.host if mention.sure and mention.host else "a host that is not shown"
    if known:
        shown = "/".join(filter(None, known))
    suffix = "" if known else ", which no service in the input is"
    if mention.scheme in SCHEMES:
        yield Use(SCHEMES[mention.scheme], "", f"{where} names {mention.scheme}://{shown}{suffix}")
    elif mention.port in PORTS and mention.written in ("uri", "port"):
        yield Use(PORTS[mention.port], "", f"{where} names {shown}:{mention.port}{suffix}")
    elif mention.host and (mention.written in ("uri", "key") or known):
        words = re.split(r"[-.]", mention.host)
        for capability in {WORDS[word] for word in words if word in WORDS}:
            yield Use(capability, "", f"{where} names {shown}{suffix}")
