"""``--against``: what changed since an earlier preview, from a file or from a revision's own program."""

import copy
import subprocess

import pytest

from preview.money import cents
from preview.questions.diff import source
from preview.questions.diff.compare import compare_previews
from preview.questions.diff.source import AgainstError, load_earlier
from preview.questions.diff.text import render_markdown, render_text
from preview.report.json import build_document, read_json, write_json
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
        assert "documents-1 changed: instanceClass" in shown
        assert f"{cents(prod.bill.usd_per_month):,}" in shown
        assert "prod would be ALLOWED: no mandatory findings" in shown


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
