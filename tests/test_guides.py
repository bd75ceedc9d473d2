"""What the hand-written pages name is there: files, commands, settings, policies, constants, modules and links."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from model.resource import Resource
from policy.engine.rule import Context
from policy.isolation.flows import load_table
from policy.packs import EXCEPTIONS, PACKS
from stacks.environments import stack_names
from tests.conftest import TODAY
from tests.golden.target import recorded

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
#: Written by programs and held elsewhere (test_docs).
GENERATED = {"break-even.md", "commands.md", "cost.md", "guide-check.md", "settings.md"}
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for path in (
        ROOT / "README.md",
        ROOT / "README.ko.md",
        ROOT / "CONTRIBUTING.md",
        *DOCS.glob("*.md"),
        *DOCS.glob("decisions/adr-*.md"),
    )
    if path.name not in GENERATED
}
SUFFIXES = (".py", ".md", ".yaml", ".yml", ".json", ".toml", ".lock", ".j2", ".sha256", ".mod", ".sum")
#: Files that a command writes, GitLab's environments, files in a pod, and those of another project.
ELSEWHERE = {
    *(f"preview/{name}" for name in stack_names()),
    "preview-STACK.md",
    ".pulumi/stacks/alphacar-landing-zone/STACK.json",
    "BUCKET/.pulumi/stacks/alphacar-landing-zone/STACK.json",
    "before.json",
    "found.json",
    "master.json",
    "user.json",
    "user.py",
    ".engine/airflow",
    ".engine/bin",
    ".engine/charts",
    ".engine/helm",
    ".engine/aws",
    ".engine/kube",
    ".engine/kyverno",
    ".engine/yaml",
    "schema-embed.json",
    "terraform-mapping-embed.json",
}
IDENTIFIER = re.compile(r"[A-Z][A-Z0-9_]{2,}")


def spoken(text):
    """What a page sets in code: spans between backticks, and the lines of blocks."""
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    blocks = re.findall(r"^    (\S.*)$", prose, re.MULTILINE)
    return [
        *(re.sub(r"<\w+>", "NAME", " ".join(span.split())) for span in re.findall(r"`([^`]+)`", prose)),
        *blocks,
        *fenced,
    ]


def paths(text):
    """Everything in code that looks like a file or folder of this repository."""
    top = {path.name for path in ROOT.iterdir()}
    for span in spoken(text):
        for word in re.findall(r"(?<![\w:/.$<{-])[\w.*-][\w./*-]*", span):
            if word in ELSEWHERE or "://" in span:
                continue
            if (word.partition("/")[0] in top and "/" in word) or word.endswith(SUFFIXES):
                yield word.rstrip("/")


def exists(path):
    """A placeholder such as NAME stands for any text; a bare file name may lie anywhere."""
    pattern = re.sub(r"(?<![A-Za-z])(NAME|STACK|PACK|CHART)(?![A-Za-z])", "*", path)
    if any(ROOT.glob(pattern)):
        return True
    folders = (
        "components",
        "docs",
        "landing",
        "migration",
        "observability",
        "policy",
        "preview",
        "recovery",
        "stacks",
        "tests",
        "tools",
    )
    return "/" not in path and any(next((ROOT / folder).rglob(pattern), None) for folder in folders)


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there(page):
    # A namespace may be called like a folder of ours, and its workloads are no files.
    workloads = load_table().workloads
    assert sorted({path for path in paths(PAGES[page]) if not exists(path) and path not in workloads}) == []


def test_a_file_that_is_not_there_is_noticed():
    text = "Look at `policy/nothing.py`, `nowhere.yaml`, `stacks/Pulumi.<stack>.yaml` and `rows.py`."

    assert [path for path in paths(text) if not exists(path)] == ["policy/nothing.py", "nowhere.yaml"]
    assert sum(1 for page in PAGES.values() for _ in paths(page)) > 200


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_names_can_be_given(page):
    targets = set(re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1].split())
    text = "\n".join(spoken(PAGES[page]))
    made = set(re.findall(r"^make ([a-z][a-z-]*)", text, re.MULTILINE))
    started = set(re.findall(r"python -m ([\w.]+)", text)) - {"pytest"}

    assert made <= targets
    for module in started:
        place = ROOT / module.replace(".", "/")
        assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file(), module


@pytest.mark.parametrize("page", PAGES)
def test_every_constant_that_a_page_finds_in_a_file_is_in_it(page):
    text = " ".join(PAGES[page].split())
    for names, path in re.findall(r"((?:`[A-Z][A-Z0-9_]+`(?:, | and | or )?)+) in `([\w./-]+)`", text):
        inside = "".join(file.read_text() for file in [ROOT / path, *(ROOT / path).glob("*.py")] if file.is_file())
        for name in IDENTIFIER.findall(names):
            assert re.search(rf"\b{name}\b", inside), f"{name} in {path}"


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_that_a_page_names_is_one(page):
    schema = json.loads((ROOT / "stacks" / "schema.json").read_text())

    def properties(node):
        node = schema["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
        for other in node.get("anyOf", ()):
            if found := properties(other):
                return found
        values = node.get("additionalProperties")
        return node.get("properties") or (properties(values) if isinstance(values, dict) else {})

    for key in set(re.findall(r"landing:([a-zA-Z.]*[a-zA-Z])", "\n".join(spoken(PAGES[page])))):
        below = {
            name.removeprefix("landing:"): node for name, node in properties(schema["properties"]["config"]).items()
        }
        for step in key.split("."):
            assert step in below, f"landing:{key}"
            below = properties(below[step])


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page):
    folder = (ROOT / page).parent
    for link, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", PAGES[page]):
        target = (folder / link).resolve() if link else ROOT / page
        assert target.exists(), link
        if anchor:
            titles = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}, anchor


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_the_python_that_has_the_libraries(page):
    said = re.findall(r"(\S*)python -m (?:preview|policy|stacks|migration|tools|tests)", PAGES[page])

    assert {before.lstrip("`(") for before in said} <= {".venv/bin/"}


@pytest.mark.parametrize("module", ["preview", "pricing.book", "migration.seed", "stacks.schema", "tools.aws_api"])
def test_a_python_without_the_libraries_is_told_which_has_them(module, tmp_path):
    # -I and -S leave out what is installed beside the standard library.
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import runpy; runpy.run_module({module!r}, run_name='__main__')"
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path
    )

    assert run.returncode == 2
    assert run.stdout == ""
    assert re.fullmatch(r"error: \S+ has none of the project's libraries \(no typer\); .*\n", run.stderr)
    assert ".venv/bin/python" in run.stderr


@pytest.mark.parametrize("room", ["components", "model", "policy", "preview", "pricing"])
def test_the_map_names_every_module_once(room):
    text = PAGES["docs/architecture.md"]
    table = text[text.index(f"| `{room}/` | holds |") :].partition("\n\n")[0]
    cells = "".join(line.split("|")[1] for line in table.splitlines()[2:])
    named = re.findall(r"`([\w/]+)`", cells)
    modules = [path.stem for path in (ROOT / room).glob("*.py") if not path.stem.startswith("_")]
    folders = [f"{path.parent.name}/" for path in (ROOT / room).glob("*/__init__.py")]

    assert sorted(named) == sorted([*modules, *folders])


FINDINGS = PAGES["docs/findings.md"]


def test_the_findings_page_names_every_policy_and_no_other():
    rows = [line.split("|")[2] for line in FINDINGS.splitlines() if line.startswith("| ") and line.count("|") == 6]
    named = {name for row in rows for name in re.findall(r"`([a-z0-9-]+)`", row)}

    assert named == {rule.name for pack in PACKS for rule in (*pack.rules, *pack.stack_rules)}


def test_the_exception_that_the_findings_page_shows_is_one_that_is_accepted(settings):
    (example,) = yaml.safe_load(re.search(r"```yaml\n(.*?)```", FINDINGS, re.DOTALL)[1])["landing:exceptions"]
    token = "aws:cloudwatch/logGroup:LogGroup"
    urn = f"urn:pulumi:prod::alphacar-landing-zone::alphacar:audit:Audit${token}::forensics"
    context = Context(settings=settings("prod", {"exceptions": [example]}), today=TODAY)

    assert list(EXCEPTIONS.check([Resource(urn=urn, type=token, name="forensics", props={})], context)) == []


def test_what_is_to_be_imported_is_what_the_program_declares():
    listed = json.loads(re.search(r"```json\n(.*?)```", PAGES["docs/deploying.md"], re.DOTALL)[1])["resources"]
    types = {each["name"]: each["type"] for each in listed}
    declared = {urn.partition("::alphacar-landing-zone::")[2] for urn in recorded("dev/all").by_urn}

    assert len(listed) == 2
    for each in listed:
        parent = f"{types[each['parent']]}$" if "parent" in each else ""
        assert f"{parent}{each['type']}::{each.get('logicalName', each['name'])}" in declared
