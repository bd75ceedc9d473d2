"""What is left for pods on a node of each Graviton class, by the formulas of the EKS-optimised AL2023 image.

Sources: vCPU and memory by AWS's list of instance types; memory that Linux never sees by Karpenter's measurements
(aws/karpenter-provider-aws, zz_generated.memory_overhead.go at 15e87699); interfaces and addresses, kubelet's
reserve and its eviction threshold by awslabs/amazon-eks-ami at 81fec2e8 (nodeadm/internal/kubelet/).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from policy.capacity.amount import Amount

#: What a managed node group without an image of its own lets a node with fewer than 30 vCPUs run when the VPC CNI
#: delegates prefixes (source: EKS user guide, "How maxPods is determined").
PREFIXED_PODS: Final = 110
#: kubelet evicts below this much free memory, in MiB.
EVICTION_MIB: Final = 100
#: kubelet's reserve, in MiB: for each pod a node may run, and at any rate.
RESERVED_MIB_A_POD: Final = 11
RESERVED_MIB: Final = 255


@dataclass(frozen=True, slots=True)
class Machine:
    """One class. ``unseen_mib`` is taken by firmware and kernel before Linux counts its memory."""

    vcpus: int
    memory_gib: int
    unseen_mib: int
    interfaces: int
    addresses: int


MACHINES: Final = {
    "t4g.medium": Machine(2, 4, 256, 3, 6),
    "t4g.large": Machine(2, 8, 374, 3, 12),
    "t4g.xlarge": Machine(4, 16, 608, 4, 15),
    "t4g.2xlarge": Machine(8, 32, 1078, 4, 15),
    "m6g.medium": Machine(1, 4, 296, 2, 4),
    "m6g.large": Machine(2, 8, 452, 3, 10),
    "m6g.xlarge": Machine(4, 16, 766, 4, 15),
    "m6g.2xlarge": Machine(8, 32, 1392, 4, 15),
    "m7g.medium": Machine(1, 4, 280, 2, 4),
    "m7g.large": Machine(2, 8, 420, 3, 10),
    "m7g.xlarge": Machine(4, 16, 702, 4, 15),
    "m7g.2xlarge": Machine(8, 32, 1266, 4, 15),
    "c6g.medium": Machine(1, 2, 209, 2, 4),
    "c6g.large": Machine(2, 4, 280, 3, 10),
    "c6g.xlarge": Machine(4, 8, 420, 4, 15),
    "c6g.2xlarge": Machine(8, 16, 702, 4, 15),
    "c7g.medium": Machine(1, 2, 209, 2, 4),
    "c7g.large": Machine(2, 4, 280, 3, 10),
    "c7g.xlarge": Machine(4, 8, 420, 4, 15),
    "c7g.2xlarge": Machine(8, 16, 702, 4, 15),
    "r6g.medium": Machine(1, 8, 374, 2, 4),
    "r6g.large": Machine(2, 16, 608, 3, 10),
    "r6g.xlarge": Machine(4, 32, 1078, 4, 15),
    "r6g.2xlarge": Machine(8, 64, 2016, 4, 15),
    "r7g.medium": Machine(1, 8, 420, 2, 4),
    "r7g.large": Machine(2, 16, 702, 3, 10),
    "r7g.xlarge": Machine(4, 32, 1266, 4, 15),
    "r7g.2xlarge": Machine(8, 64, 2393, 4, 15),
}


def allocatable(machine: Machine, *, prefixes: bool) -> Amount:
    """What pods may request on one node; ``prefixes`` says whether the VPC CNI delegates prefixes of addresses."""
    pods = max_pods(machine, prefixes=prefixes)
    # nodeadm by itself counts an interface's addresses here, 29 pods on a large node, and would leave 891 MiB more.
    # What EKS adds to a managed group's user data is not public, and has changed (amazon-eks-ami#2580): the reserve
    # for every pod that may run is the worse of the two, and what AWS advises.
    reserved = RESERVED_MIB_A_POD * pods + RESERVED_MIB + EVICTION_MIB
    memory = machine.memory_gib * 1024 - machine.unseen_mib - reserved
    return Amount(machine.vcpus * 1000 - reserved_millis(machine.vcpus), max(memory, 0), pods)


def max_pods(machine: Machine, *, prefixes: bool) -> int:
    """How many pods kubelet admits: an address each, unless addresses come in prefixes; two need none."""
    return PREFIXED_PODS if prefixes else machine.interfaces * (machine.addresses - 1) + 2


def reserved_millis(vcpus: int) -> int:
    """The share of kubelet: 6 % of the first vCPU, 1 % of the second, 0.5 % of the next two, 0.25 % of the others."""
    tenths = 600 + 100 * (vcpus > 1) + 50 * min(max(vcpus - 2, 0), 2) + 25 * max(vcpus - 4, 0)
    return tenths // 10
