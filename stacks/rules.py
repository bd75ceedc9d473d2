"""Rules across sections: what each section allows alone, and AWS or the migration refuses together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Final

from stacks.inventory import inventory_problems
from stacks.sections.operations import Application, Budget
from stacks.sections.platform import Cluster, Network, NodeGroup
from stacks.sections.stores import Registry, Search

if TYPE_CHECKING:
    from stacks.settings import Settings

ADMINISTRATOR: Final = "AmazonEKSClusterAdminPolicy"
WEEK: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
#: Seoul is this far ahead of UTC, all year.
SEOUL_HOURS: Final = 9
#: IAM takes 64 characters, of which ``applications-``, a hyphen and what makes a name unique take 22.
LONGEST_ROLE: Final = 42
#: Addresses that are nobody's on the internet (RFC 1918 and RFC 6598).
PRIVATE: Final = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
RESERVED_TAGS: Final = frozenset({"project", "environment", "owner", "managed-by", "decision", "Name"})


def find_problems(settings: Settings) -> Iterator[str]:
    """One line a problem, beginning with the key as typed below ``landing:``."""
    yield from _network(settings.network)
    yield from _access(settings.cluster)
    yield from _groups(settings.node_groups)
    if (off := settings.off_hours) and off.wake >= off.sleep:
        yield f"offHours.wake: {off.wake!r} must be earlier than offHours.sleep {off.sleep!r}"
    yield from _rotation(settings)
    if settings.workflow.crawl and "danawa-crawler" not in settings.secrets.inventory:
        yield "workflow.crawl: is set without secrets.inventory.danawa-crawler, which keeps what it signs in with"
    yield from _search(settings.search, len(settings.network.zones))
    yield from _registry(settings.registry)
    yield from inventory_problems(settings)
    yield from _phases(settings.phases)
    yield from _exceptions(settings)
    backup = settings.backup
    if backup.object_lock_days and backup.object_lock_days >= backup.retention_days:
        allowed = f"allowed are 0 to {backup.retention_days - 1}, or Velero cannot delete what has expired"
        yield f"backup.objectLockDays: {backup.object_lock_days} is not shorter than retentionDays; {allowed}"
    yield from _windows(settings)
    yield from _applications(settings.applications)
    yield from _growth(settings.budget)
    for key in settings.tags:
        if key in RESERVED_TAGS or key.startswith("aws:"):
            yield f"tags.{key}: is not free; allowed are keys besides {', '.join(sorted(RESERVED_TAGS))} and aws:*"


def _network(network: Network) -> Iterator[str]:
    vpc = IPv4Network(network.cidr)
    if not 16 <= vpc.prefixlen <= 20:
        yield f"network.cidr: {network.cidr!r} is a /{vpc.prefixlen}; allowed are /16 to /20, room for every subnet"
    if not any(vpc.subnet_of(private) for private in PRIVATE):
        yield f"network.cidr: {network.cidr!r} is not private; allowed are parts of {', '.join(map(str, PRIVATE))}"
    if network.vpn and not network.on_premises_cidrs:
        yield "network.vpn: leads nowhere without network.onPremisesCidrs"
    yield from _twice("network.onPremisesCidrs", network.on_premises_cidrs)
    if len(set(network.zones)) != len(network.zones):
        yield f"network.zones: {list(network.zones)} names a zone twice; allowed is each once"
    if network.nat_gateways > len(network.zones):
        allowed = f"allowed are 1 to {len(network.zones)}"
        yield f"network.natGateways: {network.nat_gateways} is more than one a zone; {allowed}"
    for other in network.on_premises_cidrs:
        if vpc.overlaps(IPv4Network(other)):
            yield (
                f"network.onPremisesCidrs: {other!r} overlaps network.cidr {network.cidr!r}; "
                "allowed are networks apart from it, or no route could tell them from each other"
            )
    if network.migration_open and not network.vpn:
        yield "network.migrationOpen: true without network.vpn; on-premises reaches the stores through the VPN only"


def _access(cluster: Cluster) -> Iterator[str]:
    """EKS refuses a second entry for a principal, and its creator gets none that is not written here."""
    seen: dict[str, str] = {}
    for name, entry in cluster.access_entries.items():
        if (other := seen.setdefault(entry.principal_arn, name)) != name:
            yield f"cluster.accessEntries.{name}.principalArn: is {other}'s already; allowed is one entry a principal"
    whole = [entry for entry in cluster.access_entries.values() if not entry.namespaces]
    if all(entry.policy != ADMINISTRATOR for entry in whole):
        yield (
            f"cluster.accessEntries: gives nobody {ADMINISTRATOR} without namespaces; whoever deploys needs it: the "
            "cluster's creator has no entry but the one written here"
        )


def _groups(groups: Mapping[str, NodeGroup]) -> Iterator[str]:
    for name, group in groups.items():
        if not group.min <= group.desired <= group.max:
            yield f"nodeGroups.{name}.desired: {group.desired} is outside {group.min} (min) to {group.max} (max)"


def _rotation(settings: Settings) -> Iterator[str]:
    """Whoever sleeps while the password changes wakes with the old one."""
    if not (off := settings.off_hours):
        return
    chosen = settings.workflow.password_rotation
    later, hour = divmod(chosen.hour_utc + SEOUL_HOURS, 24)
    day = WEEK[(WEEK.index(chosen.day) + later) % 7]
    awake = WEEK[: {"MON-FRI": 5, "MON-SAT": 6, "*": 7}[off.days]]
    if day not in awake or not off.wake <= f"{hour:02}:00" <= f"{hour + 2:02}:00" <= off.sleep:
        yield (
            f"workflow.passwordRotation: {chosen.day} {chosen.hour_utc}:00 UTC is {day} {hour:02}:00 in Seoul, and "
            f"two hours from there nodes must be awake; they are from {off.wake} to {off.sleep} on {', '.join(awake)}"
        )


def _search(search: Search, zones: int) -> Iterator[str]:
    if search.live not in search.domains:
        yield f"search.live: {search.live!r} is not a domain; allowed are {', '.join(search.domains)}"
    for name, domain in search.domains.items():
        # OpenSearch Service spreads a domain over three zones at most.
        over = min(zones, 3)
        if domain.instances % min(domain.instances, over):
            yield (
                f"search.domains.{name}.instances: {domain.instances} cannot be spread evenly over {over} zones; "
                f"allowed are 1 to {over} and multiples of {over}"
            )


def _registry(registry: Registry) -> Iterator[str]:
    yield from _twice("registry.repositories", registry.repositories)
    for image in registry.pushers.projects if registry.pushers else ():
        if image not in registry.repositories:
            allowed = ", ".join(registry.repositories)
            yield f"registry.pushers.projects.{image}: is not a repository; allowed are {allowed}"


def _growth(budget: Budget) -> Iterator[str]:
    if growth := budget.growth:
        for unit, warn, block in (
            ("Usd", growth.warn_usd, growth.block_usd),
            ("Percent", growth.warn_percent, growth.block_percent),
        ):
            if warn > block:
                yield f"budget.growth.warn{unit}: {warn} is more than block{unit} {block}; nothing would be told before"


def _twice(key: str, values: Sequence[str]) -> Iterator[str]:
    for value in dict.fromkeys(value for value in values if values.count(value) > 1):
        yield f"{key}: {value!r} is named twice; allowed is once"


def _phases(phases: tuple[int, ...]) -> Iterator[str]:
    if len(set(phases)) != len(phases):
        yield f"phases: {list(phases)} names a phase twice; allowed is a set of 1 to 5"
    if 3 in phases and 1 not in phases:
        yield f"phases: {list(phases)} has 3 without 1; Airflow reads its secrets from Secrets Manager"


def _applications(applications: Mapping[str, Application]) -> Iterator[str]:
    for name, application in applications.items():
        yield from _twice(f"applications.{name}.serviceAccounts", application.service_accounts)
        for place, account in enumerate(application.service_accounts):
            if len(name) + len(account) > LONGEST_ROLE:
                yield (
                    f"applications.{name}.serviceAccounts[{place}]: {account!r} and {name!r} are "
                    f"{len(name) + len(account)} characters; allowed are {LONGEST_ROLE} together, for a role's name"
                )


def _exceptions(settings: Settings) -> Iterator[str]:
    for place, waiver in enumerate(settings.exceptions):
        if (waiver.policy is None) == (waiver.row is None):
            names = f"names policy {waiver.policy!r} and row {waiver.row!r}"
            yield f"exceptions[{place}]: {names}; allowed is one"


def _windows(settings: Settings) -> Iterator[str]:
    for name, windows in (
        ("logGbPerMonth", settings.volumes.log_gb_per_month),
        ("tracesPerMonth", settings.volumes.traces_per_month),
    ):
        months = [window.window for window in windows]
        if months != sorted(set(months)):
            yield f"volumes.{name}: windows {months} must be in order, oldest first, each month once"
        for place, window in enumerate(windows):
            if window.measured_on < window.last_day:
                early = f"{window.measured_on} is before window {window.window} is over"
                yield f"volumes.{name}[{place}].measuredOn: {early}; allowed are {window.last_day} and later"
