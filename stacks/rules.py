"""Rules across sections: what each section allows alone, and AWS or the migration refuses together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Final

from stacks.environments import PRODUCTION
from stacks.inventory import inventory_problems
from stacks.offered import REGION
from stacks.sections.operations import Application, Budget
from stacks.sections.platform import Cluster, Network, NodeGroup
from stacks.sections.recovery import region_of
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
#: Data nodes of which a majority is left when one is lost (source: FSBP control Opensearch.6).
QUORUM: Final = 3
RESERVED_TAGS: Final = frozenset({"project", "environment", "owner", "managed-by", "decision", "rotation", "Name"})


def find_problems(settings: Settings) -> Iterator[str]:
    """One line a problem, beginning with the key as typed below ``landing:``."""
    if settings.environment == PRODUCTION and settings.promotion != "manual":
        yield f"promotion: {settings.promotion!r} is refused in {PRODUCTION}; allowed is manual"
    yield from _network(settings.network)
    yield from _access(settings.cluster)
    yield from _groups(settings.node_groups)
    if (off := settings.off_hours) and off.wake >= off.sleep:
        yield f"offHours.wake: {off.wake!r} must be earlier than offHours.sleep {off.sleep!r}"
    yield from _rotation(settings)
    if settings.workflow.crawl and "danawa-crawler" not in settings.secrets.inventory:
        yield "workflow.crawl: is set without secrets.inventory.danawa-crawler, which keeps what it signs in with"
    yield from _snapshots(settings)
    yield from _search(settings.search, len(settings.network.zones), production=settings.environment == PRODUCTION)
    yield from _registry(settings.registry)
    yield from inventory_problems(settings)
    yield from _phases(settings.phases)
    yield from _exceptions(settings)
    backup = settings.backup
    if backup.object_lock_days and backup.object_lock_days >= backup.retention_days:
        allowed = f"allowed are 0 to {backup.retention_days - 1}, or Velero cannot delete what has expired"
        yield f"backup.objectLockDays: {backup.object_lock_days} is not shorter than retentionDays; {allowed}"
    yield from _copies(settings)
    yield from _recovery(settings)

    yield from _drills(settings)
    yield from _windows(settings)
    yield from _applications(settings.applications)
    yield from _growth(settings.budget)
    yield from _tags(settings.tags)


def _tags(tags: Mapping[str, str]) -> Iterator[str]:
    """IAM takes keys that differ in case alone for one, and refuses the second; ``aws:`` is AWS's own in any case."""
    taken = {key.lower() for key in RESERVED_TAGS}
    seen: dict[str, str] = {}
    for key in tags:
        if key.lower() in taken or key.lower().startswith("aws:"):
            allowed = f"allowed are keys besides {', '.join(sorted(RESERVED_TAGS))} and aws:*, in any case"
            yield f"tags.{key}: is not free; {allowed}"
        elif (other := seen.setdefault(key.lower(), key)) != key:
            yield f"tags.{key}: differs from {other} in case alone; IAM takes them for one key"


def services_network(vpc: IPv4Network) -> IPv4Network:
    """What EKS gives to the Services of a cluster in ``vpc`` that asks for nothing else.

    Source: awslabs/amazon-eks-ami, ``bootstrap.sh``, which works out the DNS server's address.
    """
    return IPv4Network("172.20.0.0/16" if vpc.subnet_of(PRIVATE[0]) else "10.100.0.0/16")


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
        elif (services := services_network(vpc)).overlaps(IPv4Network(other)):
            yield (
                f"network.onPremisesCidrs: {other!r} overlaps {services}, from which EKS addresses the Services of a "
                "cluster in this VPC; allowed are networks apart from it, or no pod could reach them"
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
    """Nobody restarts on nodes that sleep; what begins late is waited for."""
    chosen = settings.secrets.rotation
    if not chosen or not (off := settings.off_hours):
        return
    later, hour = divmod(chosen.hour_utc + SEOUL_HOURS, 24)
    day = WEEK[(WEEK.index(chosen.day) + later) % 7]
    awake = WEEK[: {"MON-FRI": 5, "MON-SAT": 6, "*": 7}[off.days]]
    if day not in awake or not off.wake <= f"{hour:02}:00" <= f"{hour + 2:02}:00" <= off.sleep:
        yield (
            f"secrets.rotation: {chosen.day} {chosen.hour_utc}:00 UTC is {day} {hour:02}:00 in Seoul, and "
            f"two hours from there nodes must be awake; they are from {off.wake} to {off.sleep} on {', '.join(awake)}"
        )


def _snapshots(settings: Settings) -> Iterator[str]:
    """Something must have the program's image, and nodes must be awake on the days of the schedule: on each."""
    if not settings.search.snapshots:
        return
    if not settings.snapshot_image:
        yield "search.snapshots: is set without an image, and secrets.rotation, whose image it takes, is not set"
    if settings.off_hours and settings.off_hours.days != "*":
        yield (
            "search.snapshots: is taken each day, and nodes sleep on some by offHours.days "
            f"{settings.off_hours.days!r}; allowed is *, or no snapshots"
        )
    elif (off := settings.off_hours) and not (
        off.wake <= (begins := f"{(settings.search.snapshots.hour_utc + SEOUL_HOURS) % 24:02}:00") < off.sleep
    ):
        yield (
            f"search.snapshots.hourUtc: {settings.search.snapshots.hour_utc} is {begins} in Seoul, and nodes are "
            f"awake from {off.wake} to {off.sleep} there"
        )


def _search(search: Search, zones: int, *, production: bool) -> Iterator[str]:
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
        elif production and domain.instances < QUORUM:
            yield (
                f"search.domains.{name}.instances: {domain.instances} do not survive the loss of one; "
                f"allowed in {PRODUCTION} are {QUORUM} and more"
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
        if strange := sorted(set(application.grants) - set(application.service_accounts)):
            yield (
                f"applications.{name}.grants: {strange[0]!r} is no service account of it; allowed are "
                f"{', '.join(application.service_accounts)}"
            )
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


def _copies(settings: Settings) -> Iterator[str]:
    """What AWS Backup refuses, and what would copy nothing."""
    vault, elsewhere = settings.backup.vault, settings.backup.elsewhere
    if vault.lock == "compliance" and not settings.deletion_protection:
        yield (
            "backup.vault.lock: compliance without deletionProtection; allowed are none and governance: a vault that "
            "nobody can delete would outlive a stack that may be thrown away"
        )
    if elsewhere is None:
        return
    if not vault.daily_days and (lost := [day for day in elsewhere.days if day != "SAT"]):
        yield (
            f"backup.elsewhere.days: nothing is made on {', '.join(lost)} while backup.vault.dailyDays is 0; "
            "allowed is SAT"
        )
    if (arn := elsewhere.account_vault_arn) and region_of(arn) != REGION:
        yield (
            f"backup.elsewhere.accountVaultArn: is in {region_of(arn)}; allowed is {REGION}: AWS copies a database to "
            "another region or to another account, and not to both at once"
        )


def _recovery(settings: Settings) -> Iterator[str]:
    """Every store that holds data has a promise, and a copy in a second region or a reason why not."""
    recovery, elsewhere = settings.recovery, settings.backup.elsewhere
    for store in settings.holding:
        if (promise := recovery.promise(store)) is None:
            yield f"recovery.{store}: is missing; it holds data here, so allowed is a rpoHours and a rtoHours"
            continue
        excepted = recovery.excepted(store) is not None
        if excepted == (promise.elsewhere_rpo_hours is not None):
            said = "is set beside an entry of notElsewhere" if excepted else "is missing, and no notElsewhere names it"
            yield f"recovery.{store}.elsewhereRpoHours: {said}; allowed is one of the two"
        elif not excepted and elsewhere is None:
            yield f"recovery.{store}.elsewhereRpoHours: is set without backup.elsewhere, which makes the copies"
    named = [store for each in recovery.not_elsewhere for store in each.stores]
    yield from _twice("recovery.notElsewhere", named)
    for store in named:
        if store not in settings.holding:
            yield f"recovery.notElsewhere: {store} holds no data here; allowed are {', '.join(settings.holding)}"


def _drills(settings: Settings) -> Iterator[str]:
    """A drill of a database signs in as a user of its own, whose password External Secrets brings."""
    for store in ("documents", "workflow"):
        wanted = f"drill-{store}"
        if settings.drill_image is None or store not in settings.drills:
            continue
        entry = settings.secrets.inventory.get(wanted)
        if entry is None:
            yield f"drills.{store}: runs by drillImage without secrets.inventory.{wanted}, by which it signs in"
        elif (entry.namespace, entry.kubernetes_secret) != ("recovery", wanted) or not {
            "username",
            "password",
        } <= {*entry.keys}:
            yield (
                f"secrets.inventory.{wanted}: is mirrored as {entry.namespace}/{entry.kubernetes_secret}; "
                f"allowed is recovery/{wanted}, with keys username and password"
            )


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
