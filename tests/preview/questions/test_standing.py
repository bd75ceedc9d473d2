"""What stands on a revision: read by git alone, from where the change left it and where it goes, and from nothing else."""

import subprocess

import pytest
import yaml

from preview.questions.diff.revision import AgainstError, changed, resolve
from preview.questions.diff.standing import load_base
from preview.questions.diff.waivers import JUDGES, compare_owners, compare_waivers, lines
from stacks.owners import waiver_owners
from stacks.section import Waiver

OWNERS = "stacks/waiver-owners.yaml"
PROD = "stacks/Pulumi.prod.yaml"
WAIVER = {
    "policy": "logs-expire",
    "urn": "*LogGroup::forensics",
    "reason": "trial",
    "owner": "secops",
    "ticket": "SEC-12",
    "expires": "2026-12-31",
}


class Repository:
    """A repository that stands at its branch main, with ``secops`` as the owner of one waiver."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "stacks").mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        self.write(owners=["secops"], waivers=[WAIVER])
        self.commit()

    def git(self, *arguments):
        me = ("-c", "user.name=me", "-c", "user.email=me@example.com", "-c", "commit.gpgsign=false")
        command = ["git", "-C", str(self.folder), *me, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def write(self, *, owners=None, waivers=None):
        if owners is not None:
            (self.folder / OWNERS).write_text(yaml.safe_dump({"owners": owners}))
        if waivers is not None:
            (self.folder / PROD).write_text(yaml.safe_dump({"config": {"landing:exceptions": waivers}}))

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "Change")
        return self.git("rev-parse", "HEAD")

    def topic(self):
        self.git("checkout", "-q", "-b", "topic")

    def base(self, against="main"):
        return load_base(self.folder, against, "prod")[0]


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "repository")


def tickets(base):
    return [[waiver.ticket for waiver in each] for each in base.waivers]


def test_owners_and_waivers_are_those_of_the_base_whatever_the_change_writes(repository):
    repository.topic()
    repository.write(owners=["secops", "web"], waivers=[WAIVER, {**WAIVER, "ticket": "X-1", "owner": "web"}])
    repository.commit()
    repository.write(owners=["everybody"], waivers=[])

    base = repository.base()

    assert (base.owners, tickets(base), base.doubt) == ({"secops"}, [["SEC-12"]], "")


def test_of_a_base_that_went_on_only_what_stood_and_still_stands_counts(repository):
    repository.topic()
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write(owners=["web"], waivers=[{**WAIVER, "ticket": "SEC-13"}])
    repository.commit()
    repository.git("checkout", "-q", "topic")

    base = repository.base()

    assert (base.owners, tickets(base), base.doubt) == (set(), [["SEC-12"], ["SEC-13"]], "")


@pytest.mark.parametrize("against", ["HEAD", "topic", "later"])
def test_a_base_that_holds_the_change_vouches_for_nothing(repository, against):
    repository.topic()
    repository.write(waivers=[])
    repository.commit()
    repository.git("checkout", "-q", "-b", "later")
    repository.commit()
    repository.git("checkout", "-q", "topic")

    assert repository.base(against).doubt == f"{against} holds HEAD, so it is no older than the change"


def test_a_base_without_a_common_commit_vouches_for_nothing(repository):
    repository.git("checkout", "-q", "--orphan", "topic")
    repository.write(owners=["secops", "web"])
    repository.commit()

    assert repository.base().doubt == "main and HEAD share no commit"


def test_a_shallow_clone_vouches_for_nothing(repository, tmp_path):
    repository.topic()
    repository.commit()
    clone = tmp_path / "clone"
    source = f"file://{repository.folder}"
    command = ["git", "clone", "-q", "--depth=1", "--no-single-branch", "-b", "topic", source, str(clone)]
    subprocess.run(command, check=True)

    base, _ = load_base(clone, "origin/main", "prod")

    assert base.doubt == "this clone is shallow; fetch the whole history (GIT_DEPTH: 0, fetch-depth: 0)"
    with pytest.raises(AgainstError, match="is refused; allowed is a file of --format json, or a revision"):
        load_base(clone, "origin/main~1", "prod")


def test_a_file_vouches_for_nothing(repository):
    base, revision = load_base(repository.folder, "then.json", "prod")

    assert (base.owners, base.waivers, revision) == (waiver_owners(), (), None)
    assert base.doubt == "then.json is a file, and no revision"


def test_a_file_called_like_the_base_does_not_take_its_place(repository, monkeypatch):
    repository.topic()
    (repository.folder / "main").write_text("{}")
    repository.commit()
    monkeypatch.chdir(repository.folder)

    assert resolve(repository.folder, "main").tip == repository.git("rev-parse", "refs/heads/main")


@pytest.mark.parametrize("named", ["main", "main~0"])
def test_a_tag_called_like_the_base_is_told(repository, named):
    repository.topic()
    repository.commit()
    repository.git("tag", "main")

    with pytest.raises(AgainstError, match=r"is ambiguous; allowed is one of refs/tags/main, refs/heads/main"):
        repository.base(named)
    assert repository.base("refs/heads/main").doubt == ""


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE"])
def test_no_variable_leads_to_another_repository(repository, tmp_path, monkeypatch, variable):
    other = Repository(tmp_path / "other")
    other.write(owners=["web"])
    other.commit()
    repository.topic()
    repository.commit()
    where = {"GIT_DIR": ".git", "GIT_OBJECT_DIRECTORY": ".git/objects", "GIT_INDEX_FILE": ".git/index"}
    monkeypatch.setenv(variable, str(other.folder / where[variable]))

    assert repository.base().owners == {"secops"}


def test_no_replacement_of_an_object_is_the_base(repository):
    main = repository.git("rev-parse", "main")
    repository.topic()
    repository.write(owners=["web"])
    repository.git("replace", main, repository.commit())
    repository.commit()

    assert repository.base(main).owners == {"secops"}


def test_the_waivers_are_those_of_the_environment_s_own_file(repository):
    (repository.folder / "stacks" / "Pulumi.dev.yaml").write_text(
        yaml.safe_dump({"config": {"landing:exceptions": [{**WAIVER, "ticket": "DEV-1"}]}})
    )
    repository.commit()
    repository.topic()
    repository.commit()

    assert tickets(repository.base()) == [["SEC-12"]]
    assert tickets(load_base(repository.folder, "main", "dev")[0]) == [["DEV-1"]]
    assert tickets(load_base(repository.folder, "main", "nowhere")[0]) == [[]]


@pytest.mark.parametrize(
    ("entries", "left"),
    [
        ([WAIVER, {**WAIVER, "row": "logs"}, {**WAIVER, "until": "x"}, "all"], ["SEC-12"]),
        (yaml.safe_dump([WAIVER], default_flow_style=True, width=10_000).replace("'", '"'), []),
        ('[{"policy":"a","urn":"*b","reason":"r","owner":"o","ticket":"T","expires":"2026-12-31"}]', ["T"]),
        ("not json", []),
        (None, []),
        ({"policy": "a"}, []),
    ],
)
def test_what_is_no_waiver_on_the_base_waives_nothing(repository, entries, left):
    repository.write(waivers=entries if entries is not None else 0)
    repository.commit()
    repository.topic()
    repository.commit()

    assert tickets(repository.base()) == [left]


def test_a_base_from_before_the_file_of_owners_is_told(repository):
    repository.git("rm", "-q", OWNERS)
    repository.commit()
    repository.topic()
    repository.write(owners=["secops"])
    repository.commit()

    base = repository.base()

    assert base.doubt == f"main has no {OWNERS} yet"
    assert (base.owners, tickets(base)) == (waiver_owners(), [["SEC-12"]])


@pytest.mark.parametrize("path", [OWNERS, PROD])
def test_a_link_on_the_base_is_no_file(repository, path):
    target = repository.folder / "elsewhere.yaml"
    (repository.folder / path).rename(target)
    (repository.folder / path).symlink_to(target)
    repository.commit()
    repository.topic()
    repository.commit()

    with pytest.raises(AgainstError, match=f"{path} of main is no file, but a link or a folder"):
        repository.base()


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        (OWNERS, "owners: [Web]", r"--against: stacks/waiver-owners.yaml of main: owners\[0\]: 'Web' is refused"),
        (OWNERS, "owners: [", "--against: stacks/waiver-owners.yaml of main: is not YAML"),
        (PROD, "config: [", "--against: stacks/Pulumi.prod.yaml of main: is not YAML"),
    ],
)
def test_a_base_that_cannot_be_read_is_told_by_file_and_key(repository, path, text, line):
    (repository.folder / path).write_text(text)
    repository.commit()
    repository.topic()
    repository.commit()

    with pytest.raises(AgainstError, match=f"^{line}"):
        repository.base()


def test_what_a_change_rewrites_of_its_judges_is_named(repository):
    start = repository.git("rev-parse", "HEAD")
    for name in (
        "policy/a.py",
        "preview/b.py",
        "stacks/owners.py",
        ".gitlab-ci.yml",
        "Makefile",
        "docs/CODEOWNERS",
        "landing/c.py",
    ):
        (repository.folder / name).parent.mkdir(exist_ok=True)
        (repository.folder / name).touch()
    repository.write(owners=["web"], waivers=[])
    repository.commit()

    assert changed(repository.folder, start, JUDGES, about="main") == [
        ".gitlab-ci.yml",
        "Makefile",
        "docs/CODEOWNERS",
        "policy/a.py",
        "preview/b.py",
        "stacks/owners.py",
        OWNERS,
    ]


def waiver(**changes):
    told = {key: value for key, value in {**WAIVER, **changes}.items() if value is not None}
    return Waiver.model_validate(told)


@pytest.mark.parametrize(
    ("now", "change", "before"),
    [
        ({"expires": "2027-10-31"}, "widened", {"expires": "2026-12-31"}),
        ({"urn": "*LogGroup::*"}, "widened", {"urn": "*LogGroup::forensics"}),
        ({"urn": "*LogGroup::forensic?"}, "widened", {"urn": "*LogGroup::forensics"}),
        ({"urn": "*LogGroup::[f]orensics"}, "widened", {"urn": "*LogGroup::forensics"}),
        ({"policy": "no-waste"}, "widened", {"policy": "logs-expire"}),
        ({"policy": None, "row": "logs"}, "widened", {"policy": "logs-expire", "row": None}),
        ({"urn": "*$aws:x:LogGroup::forensics"}, "narrowed", {"urn": "*LogGroup::forensics"}),
        ({"expires": "2026-12-30"}, "narrowed", {"expires": "2026-12-31"}),
        ({"owner": "platform"}, "altered", {"owner": "secops"}),
        ({"reason": "whatever"}, "altered", {"reason": "trial"}),
        ({"expires": "2026-12-01", "ticket": "X-1"}, "altered", {"expires": "2026-12-31", "ticket": "SEC-12"}),
    ],
)
def test_what_became_of_a_waiver_is_told_with_what_it_was(now, change, before):
    (told,) = compare_waivers([waiver()], [waiver(**now)], owners={"secops", "platform"}, production=True)

    assert (told["change"], told["before"]) == (change, before)
    assert (told["not"] is not None) is (change == "widened")


def test_each_waiver_is_known_again_once():
    before = [waiver(), waiver(ticket="SEC-13", urn="*::a"), waiver(ticket="OLD", policy="no-waste", urn="*::c")]
    after = [waiver(ticket="SEC-13", urn="*::b"), waiver(), waiver(), waiver(policy="data-is-private", ticket="NEW")]

    told = compare_waivers(before, after, owners={"secops"}, production=False)

    assert [(each["change"], each["ticket"], each["not"]) for each in told] == [
        ("added", "SEC-12", None),
        ("added", "NEW", None),
        ("widened", "SEC-13", None),
        ("removed", "OLD", None),
    ]
    assert compare_waivers(before, before[::-1], owners={"secops"}, production=True) == []


def test_a_policy_s_former_name_is_no_change():
    former, name = waiver(policy="no-hidden-bills"), waiver(policy="no-waste")

    assert compare_waivers([former], [name], owners={"secops"}, production=True) == []


def test_the_head_says_what_changes_of_waivers_owners_and_judges():
    changes = compare_waivers(
        [waiver()],
        [waiver(expires="2027-10-31"), waiver(ticket="X-1", owner="web", policy="data-is-private")],
        owners={"secops"},
        production=True,
    )
    judges = [f"policy/{name}.py" for name in "abcdefg"]

    told = list(lines({"changes": changes, "owners": compare_owners({"secops"}, {"web"}), "judges": judges}))

    added, widened, *others = told
    assert added == (
        "Waiver added: data-is-private on *LogGroup::forensics until 2026-12-31 by web (X-1: trial); "
        "'web' is no owner of waivers in stacks/waiver-owners.yaml; allowed are secops"
    )
    assert widened == (
        "Waiver widened: logs-expire on *LogGroup::forensics until 2027-10-31 by secops (SEC-12: trial); "
        "expires was 2026-12-31; it counts once it stands on the base revision"
    )
    assert others == [
        "Owners of waivers added: web; their waivers count once the base revision lists them",
        "Owners of waivers removed: secops; their waivers no longer count",
        "This change rewrites what judges it: policy/a.py, policy/b.py, policy/c.py, policy/d.py, policy/e.py and 2 more",
    ]
