"""Where a program is, what it is called, and what configures it."""

import sys
from pathlib import Path

import pytest

from preview.program.project import find_project
from preview.simulate.wire import UNKNOWN_TEXT
from stacks.messages import SettingsError


def test_a_folder_without_a_project_file_is_called_by_its_name(written):
    project = find_project(written("pass"), "dev")

    assert (project.name, project.file.name, project.folder) == (project.root.name, "__main__.py", project.root)
    assert (project.config, project.python) == ({}, Path(sys.executable))


def test_a_file_is_a_program_of_the_project_beside_it(written):
    folder = written("pass", **{"other.py": "pass", "Pulumi.yaml": "{name: shop, runtime: {name: python}}"})

    project = find_project(folder / "other.py", "dev")

    assert (project.name, project.file) == ("shop", folder / "other.py")


def test_main_and_the_virtual_environment_are_the_project_file_s(written):
    folder = written(
        "pass",
        **{
            "infra/app.py": "pass",
            "venv/bin/python": "",
            "Pulumi.yaml": "{name: shop, main: infra/app.py, runtime: {name: python, options: {virtualenv: venv}}}",
        },
    )

    project = find_project(folder, "dev")

    assert (project.file, project.folder) == (folder / "infra/app.py", folder / "infra")
    assert project.python == folder / "venv/bin/python"


def test_keys_get_the_project_s_namespace_and_secrets_anywhere_are_unknown(written):
    stack = (
        "{environment: [base], config: {on: true, 'net:cidrs': [a], list: [{k: {secure: AA}}], 'x:y': {secure: BB}}}"
    )
    folder = written(
        "pass",
        **{
            "Pulumi.yaml": "{name: shop, runtime: python, config: {size: {default: 3}, kind: {type: string}, 'a:b': c}}",
            "conf/Pulumi.prod.yaml": stack,
            "Pulumi.prod.yaml": stack,
        },
    )

    project = find_project(folder, "prod")

    assert project.config == {
        "a:b": "c",
        "net:cidrs": '["a"]',
        "shop:list": f'[{{"k":"{UNKNOWN_TEXT}"}}]',
        "shop:on": "true",
        "shop:size": "3",
        "x:y": UNKNOWN_TEXT,
    }
    assert project.secret_keys == {"shop:list", "x:y"}
    assert project.notes == (
        "Pulumi.prod.yaml: environment is kept by Pulumi ESC, which is not asked; its values are missing",
    )


@pytest.mark.parametrize(
    ("files", "path", "message"),
    [
        ({}, "nowhere", "--program: {0}/nowhere does not exist; allowed are a folder with a program, or a .py file"),
        ({"a.txt": ""}, "a.txt", "--program: {0}/a.txt is refused; allowed are a folder with a program, or a .py file"),
        ({"a/b.txt": ""}, "a", "--program: {0}/a/__main__.py does not exist; allowed are "),
        (
            {"Pulumi.yaml": "{name: n, runtime: nodejs}"},
            ".",
            "{0}/Pulumi.yaml: runtime: 'nodejs' is refused; allowed is python",
        ),
        ({"Pulumi.yaml": "[]"}, ".", "{0}/Pulumi.yaml: must be a mapping"),
        ({"Pulumi.dev.yaml": "config: 3"}, ".", "{0}/Pulumi.dev.yaml: config: is no mapping of settings"),
    ],
)
def test_what_is_no_program_in_python_is_refused(written, files, path, message):
    folder = written("pass", **files)

    with pytest.raises(SettingsError) as told:
        find_project(folder / path, "dev")

    assert str(told.value).startswith(message.format(folder))
