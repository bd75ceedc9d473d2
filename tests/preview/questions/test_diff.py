"""``--against``: what changed since an earlier preview, from a file or from a revision's own program."""

import copy
import re
import subprocess

import pytest

from preview.money import cents
from preview.questions import answer
from preview.questions.diff import source
from preview.questions.diff.compare import compare_previews, differences
from preview.questions.diff.revision import AgainstError, Revision
from preview.questions.diff.source import load_earlier
from preview.questions.diff.text import render_markdown, render_text
from preview.report.json import build_document, read_json, write_json
from stacks.load import stack_file
from stacks.owners import Base, waiver_owners
from tests.conftest import TODAY

#: A revision whose preview tells what it was asked.
PROGRAM = """
import json, sys
document = {"resources": [{"asked": sys.argv[1:]}], "findings": [], "decisions": [], "cost": {"lines": []}}
print(json.dumps({"schemaVersion": "1.0", "stack": sys.argv[1], **document}))
"""

BROKEN = """
import sys
sys.stderr.write("error: it is broken\\n")
sys.exit(2)
"""


@pytest.fixture
def told(prod):
    """Production against itself with one class, one protection and one resource otherwise."""
    before = copy.deepcopy(build_document(prod))
    made = {each["urn"].rpartition("::")[2]: each for each in before["resources"] if each["type"].startswith("aws:")}
    made["documents-1"]["inputs"]["instanceClass"] = "db.t3.medium"
    made["network-nat-a"]["protect"] = True
    before["resources"].remove(made["edge"])
    return compare_previews(before, build_document(prod), against="main")


def test_a_reviewer_is_told_which_resources_change_and_by_which_property(told):
    assert [
        (each["urn"].rpartition("::")[2], each["change"], each["properties"])
        for kind in told["resources"]
        for each in kind["which"]
    ] == [
        ("edge", "added", []),
        ("documents-1", "changed", ["instanceClass"]),
        ("network-nat-a", "changed", ["protect"]),
    ]


def test_both_writers_say_the_same(prod, told):
    for shown in (render_text(told), render_markdown(told)):
        assert "prod on 2026-11-23, against main" in shown
        assert f"{cents(prod.bill.usd_per_month):,}" in shown
        assert "prod would be ALLOWED: no mandatory findings" in shown
    assert "documents-1 changed: instanceClass db.t3.medium to db.t4g.medium\n" in render_text(told)
    assert (
        "- updates `documents-1` (`aws:docdb/clusterInstance:ClusterInstance`): "
        "`instanceClass` `db.t3.medium` to `db.t4g.medium`\n"
    ) in render_markdown(told)
    assert "- creates `edge` (" in render_markdown(told)


@pytest.fixture
def moved(prod):
    """Production against itself with a node group of other classes, and a protected store and a gateway taken away."""
    before, after = build_document(prod), copy.deepcopy(build_document(prod))
    made = {f"{each['type'].rpartition(':')[2]}::{each['name']}": each for each in after["resources"]}
    made["NodeGroup::nodes-steady"]["inputs"]["instanceTypes"] = ["m7g.xlarge"]
    made["NodeGroup::nodes-steady"]["inputs"]["scalingConfig"]["maxSize"] = 9
    for gone in ("Cluster::documents", "NatGateway::network-nat-a"):
        after["resources"].remove(made[gone])
    after["capacity"] = {**after["capacity"], "fits": False}
    return compare_previews(before, after, against="main")


def test_what_is_made_anew_or_deleted_is_told_with_both_values(moved):
    group = 'nodes-steady changed: instanceTypes ["m6g.large"] to ["m7g.xlarge"] (replaces); scalingConfig.maxSize'
    plain, marked = render_text(moved), render_markdown(moved)

    assert re.search(rf"{re.escape(group)} \d to 9 \(REPLACES it\)", plain)
    assert "documents removed (DELETES it); it is protected, and the deployment stops there" in plain
    grave = marked.partition("**Replaced and deleted**")[2].partition("**Bill**")[0].splitlines()
    assert [line.split(" (")[0] for line in grave if line] == [
        "- **REPLACES** `nodes-steady`",
        "- **DELETES** `documents`",
        "- **DELETES** `network-nat-a`",
    ]
    assert "PODS DO NOT FIT with the largest node lost (before: all pods fit)" in marked


def test_a_component_is_neither_made_anew_nor_deleted(prod):
    before, after = build_document(prod), copy.deepcopy(build_document(prod))
    component = next(each for each in after["resources"] if not each["custom"] and "documents" in each["urn"])
    after["resources"].remove(component)
    (kind,) = compare_previews(before, after, against="main")["resources"]

    assert [(each["change"], each["effect"], each["protected"]) for each in kind["which"]] == [("removed", None, False)]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [("a.b", 1, 2)]),
        ({"a": [1, 2]}, {"a": [2, 1]}, [("a", [1, 2], [2, 1])]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1}, {"b": 2}]}, [("a[1]", None, {"b": 2})]),
        ({"a": {"b": 1}}, {}, [("a", {"b": 1}, None)]),
        ({"a": {"b": 1}}, {"a": "[unknown]"}, [("a", {"b": 1}, "[unknown]")]),
        ({"a": {"b": [{"c": 1}]}}, {"a": {"b": [{"c": 1}]}}, []),
    ],
)
def test_a_difference_is_told_at_the_deepest_place_that_both_have(old, new, told):
    assert [(each["path"], each["before"], each["after"]) for each in differences(old, new)] == told


def test_a_revision_that_has_gone_on_since_is_told_and_one_that_has_not_is_not():
    stood = Revision(name="main", tip="1" * 40, start="1" * 40)
    gone = Revision(name="main", tip="2" * 40, start="1" * 40)

    assert list(answer._gone_on(stood)) == list(answer._gone_on(None)) == []
    (note,) = answer._gone_on(gone)
    assert note.startswith("main has gone on since this change left it (11111111, now 22222222): ")


def test_a_file_is_compared_as_it_is(prod, tmp_path):
    file = tmp_path / "then.json"
    file.write_text(write_json(build_document(prod)))

    assert load_earlier(str(file), "prod", TODAY) == read_json(file.read_text())


def git(folder, *arguments):
    subprocess.run(["git", "-C", str(folder), *arguments], check=True)  # noqa: S607 - whatever git is on PATH


def commit(folder, message):
    git(folder, "add", ".")
    me = ("-c", "user.name=me", "-c", "user.email=me@example.com", "-c", "commit.gpgsign=false")
    git(folder, *me, "commit", "-qm", message)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    folder = tmp_path / "repository"
    (folder / "preview").mkdir(parents=True)
    (folder / "preview" / "__init__.py").touch()
    (folder / "preview" / "__main__.py").write_text(PROGRAM)
    git(folder, "init", "-q")
    commit(folder, "Tell what was asked")
    git(folder, "tag", "then")
    (folder / "preview" / "__main__.py").write_text(BROKEN)
    monkeypatch.setattr(source, "ROOT", folder)
    return folder


def test_a_revision_is_previewed_by_its_own_program(repository):
    found = load_earlier("then", "prod", TODAY)

    assert found["resources"] == [{"asked": ["prod", "--format", "json", "--today", "2026-11-23"]}]


def test_a_revision_whose_preview_breaks_is_not_taken_for_one_that_is_blocked(repository):
    (repository / "preview" / "__main__.py").write_text("import loki_gb")
    commit(repository, "Import what is not there")

    with pytest.raises(AgainstError, match="--against: HEAD cannot be previewed: ModuleNotFoundError"):
        load_earlier("HEAD", "prod", TODAY)


def test_a_revision_that_cannot_be_previewed_says_why(repository):
    commit(repository, "Break it")

    with pytest.raises(AgainstError, match="--against: HEAD cannot be previewed: it is broken"):
        load_earlier("HEAD", "prod", TODAY)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("{}", "is no preview; allowed is what --format json writes, or a revision"),
        ("not json", "is no preview"),
        ('{"schemaVersion": "1.1", "stack": "dev"}', "is no preview"),
        ('{"schemaVersion":"1","stack":"prod","resources":[],"findings":[],"decisions":[],"cost":{}}', "is no preview"),
        (
            '{"schemaVersion":"1","stack":"prod","resources":[1],"findings":[],"decisions":[],"cost":{"lines":[]}}',
            "is no",
        ),
        ("[" * 100_000, "is no preview"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_preview_is_refused(tmp_path, content, line):
    file = tmp_path / "then.json"
    if content is not None:
        file.write_text(content)

    with pytest.raises(AgainstError, match=f"--against: .*then.json {line}"):
        load_earlier(str(file), "prod", TODAY)


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("stack", "dev", "is a preview of 'dev'; allowed is prod"),
        ("schemaVersion", "3.0", "has schemaVersion '3.0'; allowed are 1 and 2"),
    ],
)
def test_another_stack_or_version_is_refused(prod, tmp_path, key, value, line):
    file = tmp_path / "then.json"
    file.write_text(write_json({**build_document(prod), key: value}))

    with pytest.raises(AgainstError, match=line):
        load_earlier(str(file), "prod", TODAY)


@pytest.mark.parametrize("revision", ["no-such-revision", "--output=x", ""])
def test_a_revision_nobody_knows_is_refused(repository, revision):
    with pytest.raises(AgainstError, match="allowed is a file of --format json, or a revision"):
        load_earlier(revision, "prod", TODAY)


@pytest.mark.parametrize(("kind", "level"), [("waived", "waived"), ("advisory", "advisory")])
def test_markdown_shows_findings_that_appear_and_disappear(prod, kind, level):
    finding = {"pack": "p", "policy": "q", "level": "advisory", "kind": kind, "urn": "", "message": "m"}
    one, none = (build_document(prod) | {"findings": found} for found in ([finding], []))
    for before, after in ((none, one), (one, none)):
        assert f"| {level} | `p/q` | `prod` | m |" in render_markdown(compare_previews(before, after, against="main"))


WAIVED = {
    "pack": "guardrails",
    "policy": "deletion-protection",
    "level": "advisory",
    "kind": "waived",
    "urn": "urn:pulumi:prod::landing-zone::aws:rds/instance:Instance::airflow",
    "message": "is unprotected [waived until 2026-12-31 by platform (OPS-1: moves)]",
}


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        ([], [WAIVED], True),
        ([WAIVED | {"kind": "violation", "level": "mandatory", "message": "is unprotected"}], [WAIVED], True),
        ([WAIVED | {"message": WAIVED["message"].replace("2026-12-31", "2026-11-30")}], [WAIVED], True),
        ([WAIVED | {"message": WAIVED["message"].replace("platform", "web")}], [WAIVED], True),
        ([WAIVED], [WAIVED, WAIVED | {"urn": f"{WAIVED['urn']}-2"}], True),
        ([WAIVED], [WAIVED], False),
        ([WAIVED], [], False),
        ([], [WAIVED | {"kind": "advisory"}], False),
    ],
    ids=["new", "was mandatory", "longer", "other owner", "wider", "the same", "removed", "no waiver"],
)
def test_the_head_of_a_difference_names_what_is_newly_or_otherwise_waived(prod, then, now, told):
    after = build_document(prod)
    difference = compare_previews(after | {"findings": then}, after | {"findings": now}, against="main")
    for shown in (render_text(difference), render_markdown(difference)):
        head = shown.partition("Decisions")[0]
        assert ("Newly or otherwise waived: 1 finding: deletion-protection on airflow" in head) is told


@pytest.fixture
def answered(prod, monkeypatch):
    """Whether production is blocked, and what is told of it, against a main that is the same but for ``waivers``."""

    def ask(waivers):
        base = Base(owners=waiver_owners(), waivers=(tuple(waivers),))
        revision = Revision(name="main", tip="1", start="1")
        monkeypatch.setattr(answer, "load_base", lambda *_: (base, revision))
        monkeypatch.setattr(answer, "load_earlier", lambda *_: read_json(write_json(build_document(prod))))
        monkeypatch.setattr(answer, "changed", lambda *_, **__: ["policy/engine/rule.py"])
        question = answer.Question(form="text", against="main")
        return answer.answer_question(question, "prod", stack_file("prod"), TODAY)[:2]

    return ask


def test_a_waiver_that_its_author_brings_along_blocks_prod_until_main_has_it(answered, prod):
    waivers = prod.settings.exceptions
    (waiver,) = [each for each in waivers if each.policy == "cluster-api-is-private"]

    blocked, text = answered([each for each in waivers if each is not waiver])

    assert blocked
    head = text.partition("Decisions")[0]
    assert f"Waiver added: cluster-api-is-private on {waiver.urn} until 2027-06-30 by platform (PLAT-101: " in head
    assert head.endswith(
        "; it counts once it stands on the base revision\n"
        "This change rewrites what judges it: policy/engine/rule.py\n\n"
    )
    assert text.endswith("prod would be BLOCKED\n")

    blocked, text = answered(list(waivers))

    assert not blocked
    assert "Waiver added" not in text
    assert text.endswith("prod would be ALLOWED: no mandatory findings\n")
