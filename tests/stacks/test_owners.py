"""The file of waiver owners: who stands there, and what is no such file."""

import pytest

from stacks.environments import FOLDER, stack_names
from stacks.load import stack_file
from stacks.messages import SettingsError
from stacks.owners import FILE, Base, read_owners, unlisted, waiver_owners


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / FILE
        path.write_text(text)
        return path

    return write


def test_whoever_answers_for_a_waiver_of_a_stack_stands_in_the_file():
    answering = {waiver.owner for stack in stack_names() for waiver in stack_file(stack).settings.exceptions}

    assert answering
    assert answering <= waiver_owners() == read_owners(FOLDER / FILE)


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("owners: [platform, secops]", {"platform", "secops"}),
        ('owners:\n  - "team-2"\n', {"team-2"}),
        ("owners: []", set()),
    ],
)
def test_owners_are_names(written, text, owners):
    assert read_owners(written(text)) == owners


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "owners: is missing; allowed is a list of names"),
        ("[platform]", "owners: is missing; allowed is a list of names"),
        ("owner: [platform]", "owners: is missing"),
        ("owners: [platform]\nowner: [web]", "owner: unknown key; did you mean owners?"),
        ("owners: platform", "owners: 'platform' is refused: input should be a list of names"),
        ("owners:", "owners: None is refused: input should be a list of names"),
        ("owners: [platform, 7]", "owners[1]: 7 is refused; allowed are 2 to 40 of a-z, 0-9 and hyphens"),
        ("owners: [Platform]", "owners[0]: 'Platform' is refused; allowed are"),
        ('owners: ["platform "]', "owners[0]: 'platform ' is refused; allowed are"),
        ('owners: ["*"]', "owners[0]: '*' is refused; allowed are"),
        # Cyrillic, which looks the same.
        ('owners: ["\u0440latform"]', "owners[0]: '\u0440latform' is refused; allowed are"),
        ("owners: [platform, web, platform]", "owners[2]: 'platform' stands there twice; allowed is each once"),
        ("owners: [", "is not YAML"),
        ("owners: [a]\nowners: [b]", "line 2: the key owners is written twice"),
    ],
)
def test_what_is_no_list_of_owners_is_refused_by_file_and_key(written, text, line):
    path = written(text)

    with pytest.raises(SettingsError) as told:
        read_owners(path)

    assert str(told.value).startswith(f"{path}: {line}")
    assert "\n" not in str(told.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        read_owners(tmp_path / FILE)


@pytest.mark.parametrize("linked", ["file", "folder"])
def test_a_link_to_what_others_own_is_refused(tmp_path, linked):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / FILE).write_text("owners: [platform]")
    here = tmp_path / "stacks"
    if linked == "folder":
        here.symlink_to(elsewhere)
    else:
        here.mkdir()
        (here / FILE).symlink_to(elsewhere / FILE)

    with pytest.raises(SettingsError, match="is reached by a symbolic link; allowed is a file"):
        read_owners(here / FILE)


def test_who_is_meant_by_an_owner_that_is_none_is_said():
    assert unlisted("Platform", {"platform", "secops"}) == (
        "'Platform' is no owner of waivers in stacks/waiver-owners.yaml; did you mean platform?"
    )
    assert unlisted("web", set()) == "'web' is no owner of waivers in stacks/waiver-owners.yaml"


def test_a_pack_is_told_what_stands_on_a_base():
    waivers = tuple(stack_file("prod").settings.exceptions)
    base = Base(owners=frozenset({"platform"}), waivers=(waivers, ()), doubt="it is told to nobody")

    assert Base.of(base.text()) == Base(owners=base.owners, waivers=base.waivers)
