"""What a stack file may say, and what is told to whoever gets it wrong."""

from contextlib import nullcontext
from decimal import Decimal

import pytest

from stacks.environments import stack_names
from stacks.load import from_config, from_mapping, stack_file
from stacks.messages import SettingsError
from tests.conftest import changed

TOOLS = f"registry.example.com/tools@sha256:{'a' * 64}"
ELSEWHERE = {
    "description": "x",
    "keys": ["password"],
    "namespace": "airflow",
    "kubernetesSecret": "drill-workflow",
    "unrotated": {"reason": "a test", "until": "2027-06-30"},
}
BAD = [
    ({"phasse": [1]}, "landing:phasse: unknown key; did you mean phases?"),
    ({"promotion": "automatic"}, "landing:promotion: 'automatic' is refused in prod; allowed is manual"),
    ({"promotion": "never"}, "landing:promotion: 'never' is refused: input should be 'manual' or 'automatic'"),
    ({"natGateways": 1}, "landing:natGateways: unknown key; allowed are "),
    ({"network.natCount": 1}, "landing:network.natCount: unknown key; allowed are cidr, flowLogClass, flowLogRetentionDays, flowLogTraffic, migrationOpen, natGateways"),
    ({"nodeGroups.steady.disk": 1}, "landing:nodeGroups.steady.disk: unknown key; did you mean diskGb?"),
    ({"network.nat_gateways": 1}, "landing:network.nat_gateways: unknown key"),
    ({"network.natGateways": "two"}, "landing:network.natGateways: 'two' is refused: input should be a valid integer"),
    ({"network.natGateways": True}, "landing:network.natGateways: True is refused: input should be a valid integer"),
    ({"network.natGateways": 7}, "landing:network.natGateways: 7 is refused: input should be less than or equal to 4"),
    ({"network.natGateways": 4}, "landing:network.natGateways: 4 is more than one a zone; allowed are 1 to 3"),
    ({"network.natGateways": 0}, "landing:network.natGateways: 0 is refused: input should be greater than or equal to 1"),
    ({"network.flowLogRetentionDays": True}, "landing:network.flowLogRetentionDays: True is refused: input should be a whole number"),
    ({"network.cidr": "8.8.0.0/16"}, "landing:network.cidr: '8.8.0.0/16' is not private; allowed are parts of 10.0.0.0/8"),
    ({"network.vpn": {"gatewayAddress": "999.1.1.1"}}, "landing:network.vpn.gatewayAddress: '999.1.1.1' is refused"),
    ({"network.vpn": {"gatewayAddress": "203.0.113.1"}, "network.onPremisesCidrs": []}, "landing:network.vpn: leads nowhere"),
    ({"network.onPremisesCidrs": ["172.16.0.0/24"] * 2}, "landing:network.onPremisesCidrs: '172.16.0.0/24' is named twice"),
    ({"network.cidr": "10.0.0.0/8"}, "landing:network.cidr: '10.0.0.0/8' is a /8; allowed are /16 to /20"),
    ({"network.cidr": "10.0.0.1/16"}, "landing:network.cidr: '10.0.0.1/16' is refused: must be an IPv4 network"),
    ({"network.zones": ["ap-northeast-2a"]}, "landing:network.zones: ['ap-northeast-2a'] is refused"),
    ({"network.zones": ["ap-northeast-2a"] * 2, "network.natGateways": 2, "search.domains.blue.instances": 4}, "names a zone twice"),
    ({"network.zones": ["us-east-1a", "ap-northeast-2b"]}, "landing:network.zones[0]: 'us-east-1a' is refused"),
    ({"network.onPremisesCidrs": ["10.30.4.0/24"]}, "landing:network.onPremisesCidrs: '10.30.4.0/24' overlaps network.cidr"),
    ({"cluster.accessEntries.platform.policy": "AmazonEKSViewPolicy"},
     "landing:cluster.accessEntries: gives nobody AmazonEKSClusterAdminPolicy without namespaces"),
    ({"cluster.accessEntries.platform.namespaces": ["alphacar"]},
     "landing:cluster.accessEntries: gives nobody AmazonEKSClusterAdminPolicy without namespaces"),
    ({"cluster.accessEntries.developers.principalArn": "arn:aws:iam::111122223333:role/alphacar-platform"},
     "landing:cluster.accessEntries.developers.principalArn: is platform's already; allowed is one entry a principal"),
    ({"cluster.version": 1.35}, "landing:cluster.version: 1.35 is refused: input should be a valid string"),
    ({"cluster.apiAllowedCidrs": []}, "landing:cluster.apiAllowedCidrs: [] is refused"),
    ({"documents.instanceClass": "db.t3.small"}, "landing:documents.instanceClass: 'db.t3.small' is refused: 'db.t3.small' is not sold in ap-northeast-2"),
    ({"cache.nodeType": "cache.zz.small"}, "'cache.zz.small' is not sold in ap-northeast-2"),
    ({"search.domains.blue.instanceType": "t3.nano.search"}, "'t3.nano.search' is not sold in ap-northeast-2; sold are for example t3.medium.search"),
    ({"nodeGroups.steady.instanceTypes": ["m6i.large"]}, "'m6i.large' is not a Graviton class"),
    ({"nodeGroups.steady.instanceTypes": ["m99.large"]}, "'m99.large' is not sold in ap-northeast-2"),
    ({"nodeGroups.steady.desired": 9}, "landing:nodeGroups.steady.desired: 9 is outside 3 (min) to 6 (max)"),
    ({"nodeGroups.Bad Key": 1}, "landing:nodeGroups.Bad Key: 'Bad Key' is no name here: string should match pattern"),
    ({"nodeGroups": {}}, "landing:nodeGroups: {} is refused"),
    ({"documents.engineVersion": "5.0"}, "landing:documents.engineVersion: '5.0' is refused"),
    ({"documents.backupRetentionDays": 36}, "landing:documents.backupRetentionDays: 36 is refused"),
    ({"documents.instances": 0}, "landing:documents.instances: 0 is refused"),
    *(({"search.domains.blue.instances": count}, f"landing:search.domains.blue.instances: {count} do not survive the loss of one; allowed in prod are 3 and more")
      for count in (1, 2)),
    ({"network.zones": ["ap-northeast-2a", "ap-northeast-2b"], "network.natGateways": 2, "search.domains.blue.instances": 2},
     "landing:search.domains.blue.instances: 2 do not survive the loss of one"),
    ({"search.domains.blue.instances": 4}, "landing:search.domains.blue.instances: 4 cannot be spread evenly over 3 zones; allowed are 1 to 3 and"),
    ({"secrets.recoveryDays": 3}, "landing:secrets.recoveryDays: 3 is refused: 3 is refused by AWS; allowed are 0"),
    ({"secrets.inventory.airflow-fernet-key": ...}, "landing:secrets.inventory.airflow-fernet-key: is missing; phase 3 reads it"),
    ({"secrets.inventory.airflow-git.namespace": "alphacar"}, "landing:secrets.inventory.airflow-git.namespace: 'alphacar' is refused; it is read in airflow"),
    ({"secrets.inventory.grafana-admin.kubernetesSecret": "g1"}, "landing:secrets.inventory.grafana-admin.kubernetesSecret: 'g1' is refused; it is read as grafana-admin"),
    ({"secrets.inventory.alert-webhook.keys": ["address"]}, "landing:secrets.inventory.alert-webhook.keys: ['address'] lacks url"),
    ({"secrets.inventory.danawa-crawler.kubernetesSecret": "airflow-git"}, "landing:secrets.inventory.airflow-git.kubernetesSecret: 'airflow-git' is danawa-crawler's in airflow already"),
    ({"secrets.inventory.mongodb-password.draw": {"no": "name"}}, "landing:secrets.inventory.mongodb-password.draw: 'no' is no key of it; allowed are username, password"),
    ({"secrets.inventory.mongodb-password.draw": {"username": "name"}}, "landing:secrets.inventory.mongodb-password.draw: leaves out password"),
    ({"phases": [True, 2]}, "landing:phases[0]: True is refused: input should be a whole number"),
    ({"tags": {"decision": "logs"}}, "landing:tags.decision: is not free; allowed are keys besides Name, decision"),
    ({"tags": {"aws:x": "y"}}, "landing:tags.aws:x: is not free"),
    ({"applications.alphacar.memory": "0Gi"}, "landing:applications.alphacar.memory: '0Gi' is refused"),
    ({"applications.alphacar.serviceAccounts": ["a1", "a1"], "applications.alphacar.grants": {}}, "landing:applications.alphacar.serviceAccounts: 'a1' is named twice"),
    ({"backup.schedule": "99 99 * * *"}, "landing:backup.schedule: '99 99 * * *' is refused"),
    ({"edge.domain": "-.-"}, "landing:edge.domain: '-.-' is refused"),
    ({"workflow.dagsRepository": "https://me:secret@host/x.git"}, "landing:workflow.dagsRepository: "),
    ({"budget.growth": {"warnUsd": 250, "blockUsd": 100, "warnPercent": 5, "blockPercent": 15}},
     "landing:budget.growth.warnUsd: 250 is more than blockUsd 100"),
    ({"moves": {"docs": {"planned": "2026-11-01"}}}, "landing:moves.docs: 'docs' is no name here: input should be 'documents', 'cache'"),
    ({"moves": {"cache": {"planned": "2026-11-01", "copyng": "2026-11-02"}}}, "landing:moves.cache.copyng: unknown key; did you mean copying?"),
    ({"moves": {"cache": {"copying": "2026-11-01"}}}, "landing:moves.cache.planned: is missing and has no default"),
    ({"moves": {"cache": {"planned": "2026-11-01", "live": "2026-11-02"}}}, "live is entered without copying; states are planned, copying"),
    ({"moves": {"cache": {"planned": "2026-11-02", "copying": "2026-11-01"}}}, "copying is entered on 2026-11-01, before planned on 2026-11-02"),
    ({"drills": {"documnets": {"everyDays": 7}}}, "landing:drills.documnets: 'documnets' is no name here: input should be 'documents', 'workflow'"),
    ({"drills": {"documents": {}}}, "landing:drills.documents.everyDays: is missing and has no default"),
    ({"drills": {"documents": {"everyDays": 32}}}, "landing:drills.documents.everyDays: 32"),
    ({"drills": {"documents": {"everyDays": 7, "since": "soon"}}}, "landing:drills.documents.since: 'soon'"),
    ({"observability.grafanaImage": "registry.example.com/grafana:1"}, "landing:observability.grafanaImage: 'registry.example.com/grafana:1'"),
    ({"drillImage": "registry.example.com/tools:1"}, "landing:drillImage: 'registry.example.com/tools:1'"),
    ({"drillSigningKey": "alias/evidence"}, "landing:drillSigningKey: 'alias/evidence'"),
    ({"drillSigningKey": "arn:aws:kms:us-east-1:111122223333:key/a"}, "landing:drillSigningKey: 'arn:aws:kms:us-east-1"),
    ({"drillImage": TOOLS, "drills": {"workflow": {"everyDays": 7}}}, "landing:drills.workflow: runs by drillImage without secrets.inventory.drill-workflow"),
    ({"drillImage": TOOLS, "drills": {"workflow": {"everyDays": 7}}, "secrets.inventory.drill-workflow": ELSEWHERE}, "landing:secrets.inventory.drill-workflow: is mirrored as airflow/drill-workflow; allowed is recovery/drill-workflow, with keys username and password"),
    ({"restoreTesting": {"everyDays": 0}}, "landing:restoreTesting.everyDays: 0"),
    ({"restoreTesting": {"keepHours": 169}}, "landing:restoreTesting.keepHours: 169"),
    ({"phases": [1, 1]}, "landing:phases: [1, 1] names a phase twice"),
    ({"backup.objectLockDays": 30}, "landing:backup.objectLockDays: 30 is not shorter than retentionDays; allowed are 0 to 29"),
    ({"phases": [2, 3]}, "landing:phases: [2, 3] has 3 without 1"),
    ({"search.live": "green"}, "landing:search.live: 'green' is not a domain; allowed are blue"),
    ({"registry.repositories": ["main-backend", "main-frontend"]}, "landing:registry.pushers.projects.danawa-crawler: is not a"),
    ({"applications.alphacar.serviceAccounts": ["a" * 35], "applications.alphacar.grants": {}},
     f"landing:applications.alphacar.serviceAccounts[0]: '{'a' * 35}' and 'alphacar' are 43 characters; allowed are 42"),
    ({"budget.anomalyMonitorArn": "alphacar"}, "landing:budget.anomalyMonitorArn: 'alphacar' is refused: string should match"),
    ({"secrets.rotation.hourUtc": 24}, "landing:secrets.rotation.hourUtc: 24 is refused"),
    ({"secrets.rotation.image": "alphacar/rotator:latest"}, "names no version; allowed is any tag but latest"),
    ({"secrets.inventory.airflow-git.unrotated": ...},
     "landing:secrets.inventory.airflow-git: neither rotates nor says why not; allowed is one of rotates (days, by)"),
    ({"secrets.inventory.airflow-git.rotates": {"days": 30}}, "landing:secrets.inventory.airflow-git: rotates and says why not"),
    ({"secrets.inventory.airflow-git.unrotated.until": "soon"}, "landing:secrets.inventory.airflow-git.unrotated.until: [hidden] is refused: input should be a day of this century"),
    ({"secrets.inventory.airflow-jwt-key.rotates.days": 91}, "landing:secrets.inventory.airflow-jwt-key.rotates.days: 91 is refused"),
    ({"secrets.inventory.airflow-jwt-key.draw": {}}, "airflow-jwt-key.rotates: has nothing to draw"),
    ({"secrets.inventory.airflow-jwt-key.rotates.by": "fernet"}, "airflow-jwt-key.draw: {'jwt-secret': 'token'} is not what fernet rotates"),
    ({"secrets.inventory.airflow-admin.rotates.by": "documents"}, "airflow-admin.rotates.by: 'documents' is mongodb-password's already"),
    ({"secrets.inventory.airflow-database.rotates.by": "drawn"}, "airflow-database.rotates.by: must be 'database'"),
    ({"secrets.inventory.airflow-database": ...}, "landing:secrets.inventory.airflow-database: is missing; phase 3 reads it"),
    ({"offHours": {"wake": "08:00", "sleep": "18:00", "days": "MON-FRI"}, "search.snapshots": ...},
     "landing:secrets.rotation: TUE 20:00 UTC is WED 05:00 in Seoul, and two hours from there nodes must be awake"),
    ({"workflow.image": "apache/airflow"}, "landing:workflow.image: 'apache/airflow' is refused: string should match pattern"),
    ({"workflow.image": "alphacar/airflow:latest"}, "'alphacar/airflow:latest' names no version; allowed is any tag but latest"),
    ({"workflow.crawl.site": "http://danawa.example"}, "landing:workflow.crawl.site: 'http://danawa.example' is refused"),
    ({"workflow.crawl.pages": ["/{{ .password }}"]}, "landing:workflow.crawl.pages[0]: '/{{ .password }}' is refused"),
    ({"secrets.inventory.danawa-crawler": ...}, "landing:workflow.crawl: is set without secrets.inventory.danawa-crawler"),
    ({"phases": [6]}, "landing:phases[0]: 6 is refused"),
    ({"environment": "test"}, "landing:environment: 'test' is refused: input should be 'dev', "),
    ({"budget.usdPerMonth": -1}, "landing:budget.usdPerMonth: -1 is refused"),
    ({"budget.perCapability": {"mongodb": 1}}, "landing:budget.perCapability.mongodb"),
    ({"usage.natGb": "200"}, "landing:usage.natGb: '200' is refused"),
    ({"usage.natGb": {"low": 3, "base": 2, "high": 4}}, "landing:usage.natGb: {'low': 3, 'base': 2, 'high': 4} is refused: low, base and high must not decrease"),
    ({"usage.natGb": {"low": 1, "base": 2}}, "landing:usage.natGb.high: is missing and has no default"),
    ({"usage.natGb": {"low": 1, "base": 2, "high": 3, "top": 4}}, "landing:usage.natGb.top: unknown key; allowed are base, high, low"),
    ({"usage.natGb": {"low": -1, "base": 2, "high": 3}}, "landing:usage.natGb.low: -1 is refused"),
    ({"budget": ...}, "landing:budget: is missing and has no default"),
    ({"volumes.logGbPerMonth": [{"window": "2026-10", "value": -1, "source": "s", "measuredOn": "2026-11-01"}]},
     "landing:volumes.logGbPerMonth[0].value: -1 is refused"),
    ({"volumes.logGbPerMonth": [{"window": "2026-13", "value": 1, "source": "s", "measuredOn": "2026-11-01"}]},
     "landing:volumes.logGbPerMonth[0].window: '2026-13' is refused"),
    ({"volumes.logGbPerMonth": [{"window": "0000-10", "value": 1, "source": "s", "measuredOn": "2026-11-01"}]},
     "landing:volumes.logGbPerMonth[0].window: '0000-10' is refused"),
    ({"volumes.logGbPerMonth": [{"window": "2026-10", "value": 1, "source": "s", "measuredOn": "2026-10-30"}]},
     "landing:volumes.logGbPerMonth[0].measuredOn: 2026-10-30 is before window 2026-10 is over; allowed are 2026-10-31 "),
    ({"volumes.tracesPerMonth": [{"window": "2024-02", "value": 1, "source": "s", "measuredOn": "2024-02-28"}]},
     "landing:volumes.tracesPerMonth[0].measuredOn: 2024-02-28 is before window 2024-02 is over; allowed are 2024-02-29"),
    ({"volumes.logGbPerMonth": [{"window": month, "value": 1, "source": "s", "measuredOn": "2026-11-01"}
                                for month in ("2026-10", "2026-09")]},
     "landing:volumes.logGbPerMonth: windows ['2026-10', '2026-09'] must be in order, oldest first, each month once"),
    ({"volumes.logGbPerMonth": [{"window": "2026-10", "value": 1, "source": "s", "measuredOn": "2026-11-01"}] * 2},
     "landing:volumes.logGbPerMonth: windows ['2026-10', '2026-10'] must be in order, oldest first, each month once"),
    ({"volumes.logGbPerMonth": [{"window": "2026-10", "value": 1, "source": "s", "measuredOn": "soon"}]},
     "landing:volumes.logGbPerMonth[0].measuredOn: 'soon' is refused"),
    ({"volumes.logGbPerMonth": [{"window": "2026-10", "value": 1, "source": "s", "measuredOn": "1793577600"}]},
     "landing:volumes.logGbPerMonth[0].measuredOn: '1793577600' is refused: input should be a day of this century"),
    ({"exceptions": [{"row": "logs", "urn": "*", "reason": "r", "owner": "o", "ticket": "T", "expires": "9999-12-31"}]},
     "landing:exceptions[0].expires: '9999-12-31' is refused"),
    ({"exceptions": [{"urn": "*", "reason": "r", "owner": "o", "ticket": "T-1", "expires": "2027-01-01"}]},
     "landing:exceptions[0]: names policy None and row None; allowed is one"),
]  # fmt: skip


@pytest.mark.parametrize("stack", stack_names())
def test_a_stack_file_is_named_after_its_environment(stack):
    assert stack_file(stack).settings.environment == stack


@pytest.mark.parametrize(("changes", "told"), BAD)
def test_bad_input_is_told_in_one_line_that_names_key_and_value(landing, changes, told):
    with pytest.raises(SettingsError) as caught:
        from_mapping(changed(landing("prod"), changes))

    (line,) = str(caught.value).splitlines()
    assert told in line


@pytest.mark.parametrize(
    ("day", "hour", "awake"),
    [
        ("MON", 0, True),
        ("SUN", 22, False),
        ("FRI", 1, True),
        ("FRI", 15, False),
        ("MON", 8, False),
        ("MON", 7, True),
    ],
)
def test_the_password_changes_while_nodes_are_awake(landing, day, hour, awake):
    night = {"wake": "09:00", "sleep": "18:00", "days": "MON-FRI"}
    changes = {
        "offHours": night,
        "secrets.rotation.day": day,
        "secrets.rotation.hourUtc": hour,
        "search.snapshots": ...,
    }

    with nullcontext() if awake else pytest.raises(SettingsError, match="nodes must be awake"):
        from_mapping(changed(landing("prod"), changes))


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("owner", "platform,data", "',' stands in no tag of AWS"),
        ("owner", "Team #2 (data)", "'#' stands in no tag of AWS"),
        ("owner", "a\nb", r"'\n' stands in no tag of AWS"),
        ("owner", "<b>", "'<' stands in no tag of AWS"),
        ("owner", "x" * 257, "at most 256 characters"),
        ("owner", "AWS:platform", "no tag of one's own begins with aws:"),
        ("tags", {"cost*center": "1"}, "'*' stands in no tag of AWS"),
        ("tags", {"k" * 129: "1"}, "at most 128 characters"),
        ("tags", {"team": "a\u2028b"}, "stands in no tag of AWS"),
        ("tags", {"Owner": "me"}, "tags.Owner: is not free"),
        ("tags", {"AWS:x": "me"}, "tags.AWS:x: is not free"),
        ("tags", {"Team": "a", "team": "b"}, "tags.team: differs from Team in case alone"),
        ("tags", {f"k{n}": "" for n in range(45)}, "at most 44 items"),
    ],
)
def test_what_no_tag_can_hold_is_refused(landing, key, value, told):
    with pytest.raises(SettingsError) as caught:
        from_mapping(changed(landing("prod"), {key: value}))

    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"landing:{key}")
    assert told in line


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("owner", "플랫폼 팀_1.2:a/b=c+d-e@f"),
        ("owner", "x" * 256),
        ("owner", "team-aws:platform"),
        ("owner", "データ\u3000基盤"),
        ("tags", {"k" * 128: "", "비용": "½"}),
        ("tags", {f"k{n}": "" for n in range(44)}),
    ],
)
def test_letters_digits_and_spaces_of_any_script_make_a_tag(landing, key, value):
    assert from_mapping(changed(landing("prod"), {key: value}))


@pytest.mark.parametrize(
    ("vpc", "other"),
    [
        ("10.30.0.0/16", "172.20.0.0/16"),
        ("10.30.0.0/16", "172.20.5.0/24"),
        ("10.30.0.0/16", "172.16.0.0/12"),
        ("172.16.0.0/16", "10.100.3.0/24"),
        ("192.168.0.0/16", "10.0.0.0/8"),
    ],
)
def test_a_network_from_which_services_get_their_addresses_is_refused(landing, vpc, other):
    with pytest.raises(SettingsError, match="from which EKS addresses the Services of a cluster in this VPC"):
        from_mapping(changed(landing("prod"), {"network.cidr": vpc, "network.onPremisesCidrs": [other]}))


@pytest.mark.parametrize(
    ("vpc", "other"),
    [
        ("10.30.0.0/16", "172.21.0.0/16"),
        ("10.30.0.0/16", "10.100.0.0/16"),
        ("172.16.0.0/16", "172.20.0.0/16"),
    ],
)
def test_the_network_that_services_of_another_vpc_would_get_is_free(landing, vpc, other):
    assert from_mapping(changed(landing("prod"), {"network.cidr": vpc, "network.onPremisesCidrs": [other]}))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"workflow.dagsRepository": "https://me:hunter2@git.example/x.git"}, "https://[hidden]@git.example/x.git"),
        ({"workflow.dagsRepository": "https://me:hun/ter2@git.example/x.git"}, "https://[hidden]@git.example/x.git"),
        ({"workflow.crawl.site": "http://danawa.example/?key=hunter2"}, "http://danawa.example/?[hidden]"),
        ({"documents": {"password": "hunter2"}}, "landing:documents.password: unknown key"),
        ({"secrets.inventory.danawa-crawler": "hunter2"}, "landing:secrets.inventory.danawa-crawler: [hidden] is"),
        ({"backup": [{"apiToken": "hunter2"}]}, "landing:backup: [{'apiToken': '[hidden]'}] is refused"),
    ],
)
def test_a_message_repeats_no_secret(landing, changes, told):
    with pytest.raises(SettingsError) as caught:
        from_mapping(changed(landing("prod"), changes))

    assert told in str(caught.value)
    assert "ter2" not in str(caught.value)


def waived(**more):
    waiver = {"row": "documents", "urn": "*", "reason": "why", "owner": "me", "ticket": "T-1", "expires": "2027-01-01"}
    return [waiver | more]


@pytest.mark.parametrize("sign", ["\x1b[2J", "\x07", "\x9b2J", "\u202e", "\u2028", "\u2066", "\x00"])
@pytest.mark.parametrize("field", ["reason", "owner", "ticket", "urn"])
def test_no_text_holds_what_a_terminal_obeys(landing, field, sign):
    with pytest.raises(SettingsError) as caught:
        from_mapping(changed(landing("prod"), {"exceptions": waived(**{field: f"a{sign}b"})}))

    assert f"landing:exceptions[0].{field}: " in str(caught.value)
    assert "is a control character" in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("one\n  two\r\n\nthree\t4\n", "one two three 4"),
        ("가족 \U0001f468\u200d\U0001f469 क\u094d\u200dष", "가족 \U0001f468\u200d\U0001f469 क\u094d\u200dष"),
        ("<b> [x](http://e.x) @team `a`  |", "<b> [x](http://e.x) @team `a`  |"),
    ],
)
def test_a_text_is_one_line_of_any_script(landing, typed, read):
    assert from_mapping(changed(landing("prod"), {"exceptions": waived(reason=typed)})).exceptions[0].reason == read


def test_what_is_wrong_with_yaml_is_told_without_the_line_that_is_wrong(tmp_path):
    with pytest.raises(SettingsError) as caught:
        _with("dev", '  other:token: "hunter2\n', tmp_path)

    assert "hunter2" not in str(caught.value)


def test_thousands_of_problems_are_told_by_the_first_of_them(landing):
    tags = {f"a,{n}": "" for n in range(5000)}

    with pytest.raises(SettingsError) as caught:
        from_mapping(changed(landing("prod"), {"nodeGroups": {f"B {n}": {} for n in range(1000)}, "tags": tags}))

    lines = str(caught.value).splitlines()
    assert (len(lines), lines[-1]) == (51, "and more of them")


def test_two_problems_are_two_lines(landing):
    with pytest.raises(SettingsError) as caught:
        from_mapping(changed(landing("prod"), {"network.natGateways": 7, "cache.replicas": 9}))

    assert [line.split(": ")[0] for line in str(caught.value).splitlines()] == [
        "landing:network.natGateways",
        "landing:cache.replicas",
    ]


def test_flat_configuration_gives_the_same_settings_as_the_file():
    file = stack_file("prod")

    assert from_config(file.config) == file.settings


def test_a_tie_to_the_price_book_refuses_other_regions(tmp_path):
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text("config:\n  aws:region: us-east-1\n")

    with pytest.raises(SettingsError, match=r"^aws:region: 'us-east-1' is refused; allowed is ap-northeast-2"):
        stack_file("dev", path)


def _with(stack, line, tmp_path):
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(stack_file(stack).path.read_text() + line)
    return stack_file("dev", path)


def test_the_engine_s_own_keys_and_secure_values_are_accepted(tmp_path):
    file = _with(
        "dev", "  other:token:\n    secure: v1:abc\nencryptionsalt: v1:xyz\nsecretsprovider: passphrase\n", tmp_path
    )

    assert file.secret_keys == {"other:token"}
    assert file.config["other:token"] == "[secret]"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("  landing:owner: twice\n", "the key landing:owner is written twice"),
        ("  landing:token:\n    secure: v1:abc\n", "landing:token: holds a secure value"),
        ("  lonely: 1\n", "'lonely' has no namespace"),
        ("settings: 1\n", "'settings' is an unknown key; allowed are config, encryptedkey"),
        ("  - nonsense\n", "is not YAML"),
        ("  2026: c\n", "the key 2026 is no text"),
        ("  ? [a, b]\n  : c\n", "the key a list or mapping is no text"),
        ("  other:picture: !!binary aGVsbG8=\n", "the tag !!binary is none that a setting may have"),
        ("  other:deep: " + "[" * 2000 + "]" * 2000 + "\n", "is nested too deeply"),
        ("  other:long: " + "x" * 100_000 + "\n", "has more characters than are allowed: 100000"),
        ("  aws:secretKey: hunter2\n", "aws:secretKey: is written in clear"),
    ],
)
def test_a_broken_file_is_told_in_one_line(tmp_path, line, told):
    with pytest.raises(SettingsError) as caught:
        _with("dev", line, tmp_path)

    (text,) = str(caught.value).splitlines()
    assert told in text


def test_a_missing_file_names_the_stacks_there_are(tmp_path):
    with pytest.raises(SettingsError, match=r"cannot be read .*stacks are dev, "):
        stack_file("dev", tmp_path / "nowhere.yaml")


def test_words_that_yaml_reads_as_other_things_stay_words(tmp_path):
    assert _with("dev", "  other:answer: no\n", tmp_path).config["other:answer"] == "no"


@pytest.mark.parametrize("typed", ["2026-11-01", "2026-11-1", "2026-11-01T10:00:00Z"])
def test_an_unquoted_date_is_refused_because_the_engine_makes_a_timestamp_of_it(tmp_path, typed):
    with pytest.raises(SettingsError, match=r"Pulumi.dev.yaml: line \d+: 2026-11-0?1.* is an unquoted date"):
        _with("dev", f"  other:day: {typed}\n", tmp_path)


def test_a_scalar_that_the_engine_rewrote_as_text_keeps_its_meaning(tmp_path):
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(
        stack_file("dev").path.read_text().replace("deletionProtection: false", 'deletionProtection: "false"')
    )

    assert stack_file("dev", path).settings == stack_file("dev").settings


def test_amounts_are_exact_decimals(settings):
    assert settings("prod", {"usage.natGb": 100.01}).usage.nat_gb.base == Decimal("100.01")


def test_an_exact_amount_survives_the_file(stack_copy):
    window = {"window": "2026-10", "value": 100.01, "source": "s", "measuredOn": "2026-11-01"}

    file = stack_file("prod", stack_copy("prod", {"volumes.logGbPerMonth": [window]}))

    assert file.settings.volumes.log_gb_per_month[0].value == Decimal("100.01")


def test_a_stack_has_the_settings_of_its_own_environment(tmp_path):
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(stack_file("dev").path.read_text())

    with pytest.raises(SettingsError, match=r"^landing:environment: 'dev' is refused in stack prod; allowed is prod$"):
        stack_file("prod", path)
    assert stack_file("somebody-s-own", path).settings.environment == "dev"


@pytest.mark.parametrize("owner", ["null", "[1]", "{x: 1}", "5", "0.5"])
def test_a_text_is_no_other_value(tmp_path, owner):
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(stack_file("dev").path.read_text().replace("landing:owner: platform", f"landing:owner: {owner}"))

    with pytest.raises(SettingsError, match=r"^landing:owner: .* is refused: input should be a text$"):
        stack_file("dev", path)
