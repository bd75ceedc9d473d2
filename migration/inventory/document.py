"""The inventory as JSON: docs/migration/inventory.schema.json is the contract."""

from __future__ import annotations

import json
from typing import Any, Final

from migration.inventory.result import Inventory

SCHEMA_VERSION: Final = "1.0"


def build_document(inventory: Inventory) -> dict[str, Any]:
    """Everything that the text says, and the evidence of every use."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "files": [{"name": name, "objects": objects} for name, objects in inventory.files],
        "counts": [
            {
                "kind": count.kind,
                "read": count.read,
                "workloads": count.workloads,
                "parts": count.parts,
                "notWorkloads": count.not_workloads,
                "repeated": count.repeated,
            }
            for count in inventory.counts
        ],
        "capabilities": [
            {
                "capability": found.capability,
                "row": found.row,
                "verdict": found.verdict,
                "incumbent": found.incumbent,
                "target": found.target,
                "workloads": list(found.workloads),
                "objects": [{"kind": kind, "count": count} for kind, count in found.objects],
                "methods": [
                    {"workload": workload, "version": version, "method": how.name, "why": how.why, "source": how.source}
                    for workload, version, how in found.methods
                ],
                "clients": list(found.clients),
            }
            for found in inventory.capabilities
        ],
        "workloads": [
            {
                "id": item.id,
                "kind": item.kind,
                "namespace": item.namespace,
                "name": item.name,
                "role": item.role,
                "capability": item.capability,
                "system": item.system,
                "why": item.why,
                "version": item.version,
                "replicas": item.replicas,
                "release": item.release,
                "parts": item.parts,
                "images": [
                    {
                        "reference": image.reference,
                        "registry": image.registry,
                        "container": image.container,
                        "init": image.init,
                        "injected": image.injected,
                    }
                    for image in item.images
                ],
                "uses": [
                    {"capability": use.capability, "workload": use.target, "evidence": use.evidence}
                    for use in item.uses
                ],
                "runsOn": list(item.runs_on),
                "arm64": item.arm64,
                "nodeSelector": dict(item.node_selector),
                "hostPaths": list(item.host_paths),
                "hostNetwork": item.host_network,
                "secrets": list(item.secrets),
                "claims": list(item.claims),
            }
            for item in inventory.items
        ],
        "storage": [
            {
                "namespace": volume.namespace,
                "name": volume.name,
                "size": volume.size,
                "storageClass": volume.storage_class,
                "provisioner": volume.provisioner,
                "accessModes": list(volume.modes),
                "usedBy": list(volume.used_by),
                "copies": volume.copies,
                "onEbs": volume.on_ebs,
            }
            for volume in inventory.volumes
        ],
        "registries": [
            {"host": found.host, "images": found.images, "workloads": found.workloads, "what": found.what}
            for found in inventory.registries
        ],
        "secrets": [
            {
                "kind": found.kind,
                "namespace": found.namespace,
                "name": found.name,
                "type": found.type,
                "keys": list(found.keys),
                "usedBy": list(found.used_by),
            }
            for found in inventory.secrets
        ],
        "nodes": [{"architecture": architecture, "count": count} for architecture, count in inventory.nodes],
        "notes": list(inventory.notes),
    }


def render_json(inventory: Inventory) -> str:
    """The document; letters beyond ASCII are escaped, so that nothing in a name can steer what shows it."""
    return json.dumps(build_document(inventory), indent=2) + "\n"
