"""The update bot sees every version that is written by hand: its patterns are held to the files that they read.

Renovate 44.121.2 itself validates renovate.json and found the same pins by them (``renovate --platform=local
--dry-run=extract``, 2026-11-29); its node modules are not fetched here.
"""

import json
import os
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml

from components import charts
from components.observability.dashboards import XRAY_PLUGIN
from components.release import VALUES
from tests.golden.target import STACKS

ROOT = Path(__file__).parents[1]
CONFIG = json.loads((ROOT / "renovate.json").read_text())
MANAGERS = CONFIG["customManagers"]
#: Whose tag stands in a chart's values without a name.
NAMELESS = {"airflow": "apache/airflow", "kyverno": "ghcr.io/kyverno/readiness-checker"}


@cache
def tree():
    """Every file of the project by its path below the top."""
    names = {}
    for folder, below, held in os.walk(ROOT):
        # What is installed and built here is nobody's pin.
        below[:] = [each for each in below if each == ".ci" or not each.startswith((".", "__"))]
        names.update({(Path(folder) / each).relative_to(ROOT).as_posix(): Path(folder) / each for each in held})
    return names


def files(manager):
    """Files that one of the manager's patterns matches; a pattern between slashes is an expression."""
    return [
        path
        for name, path in tree().items()
        for pattern in manager["managerFilePatterns"]
        if re.search(pattern.strip("/"), name)
    ]


def seen(manager):
    """What the manager reads: name, version, digest or repository."""
    patterns = [each.replace("(?<", "(?P<") for each in manager["matchStrings"]]
    return [
        {"depName": manager.get("depNameTemplate"), **match.groupdict()}
        for path in files(manager)
        for pattern in patterns
        for match in re.finditer(pattern, path.read_text())
    ]


def images(chart, values):
    """Every image and tag that a chart's values name, as the bot knows it: name, version, digest."""
    for key, value in values.items():
        if key == "image" and isinstance(value, str):
            name, _, rest = value.partition(":")
            version, _, digest = rest.partition("@")
            yield name, version, digest or None
        elif isinstance(value, str) and re.search(r"(?i)tag$|^airflowVersion$", key):
            yield values.get("repository") or NAMELESS[chart], value, values.get("digest")
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield from images(chart, each)


@pytest.mark.parametrize(
    "manager", MANAGERS, ids=lambda each: f"{each['managerFilePatterns'][0]} {each['datasourceTemplate']}"
)
def test_every_pattern_reads_something(manager):
    assert seen(manager)


def test_every_chart_add_on_image_and_plugin_is_seen_once():
    found = Counter(
        (each["depName"], each["currentValue"], each.get("registryUrl") or each.get("currentDigest"))
        for manager in MANAGERS
        for each in seen(manager)
        if re.search(r"components", manager["managerFilePatterns"][0])
    )
    declared = {each for each in vars(charts).values() if isinstance(each, charts.Chart)}
    one_version = {charts.ISTIO_BASE, charts.ISTIO_CNI, charts.ZTUNNEL}
    plugin, _, version = XRAY_PLUGIN.partition("@")

    assert ("docker.io/velero/velero-plugin-for-aws", "v1.14.2") in {each[:2] for each in found}
    assert found == Counter(
        [
            *((each.name, each.version, each.repository) for each in declared - one_version),
            *((addon, version, None) for addon, version in charts.ADDON_VERSIONS.items()),
            (plugin, version, None),
            *(each for path in VALUES.glob("*.yaml") for each in images(path.stem, yaml.safe_load(path.read_text()))),
        ]
    )
    assert {each.version for each in one_version} == {charts.ISTIOD.version}


def test_a_tag_that_no_pattern_reads_is_missed():
    held = {"image": {"repository": "a/b", "tag": "1"}, "jobs": [{"image": "c/d:2@sha256:0"}], "defaultAirflowTag": "3"}

    assert list(images("airflow", held)) == [
        ("a/b", "1", None),
        ("c/d", "2", "sha256:0"),
        ("apache/airflow", "3", None),
    ]


def test_the_moves_tools_that_a_repository_publishes_are_seen():
    tools = json.loads((ROOT / "migration" / "moves" / "tools.json").read_text()).values()
    of_github = {
        (each["source"].removeprefix("https://github.com/"), each["version"])
        for each in tools
        if each["source"].startswith("https://github.com/")
    }
    found = {
        (each["depName"], each.get("currentValue") or each["currentDigest"])
        for manager in MANAGERS
        for each in seen(manager)
        if "migration/moves/tools" in manager["managerFilePatterns"][0].replace("\\", "")
    }

    assert len(of_github) == 5
    assert found == of_github


def test_add_ons_are_looked_up_for_the_kubernetes_that_the_stacks_run(settings):
    [asked] = {manager["packageNameTemplate"] for manager in MANAGERS if "packageNameTemplate" in manager}

    assert {settings(stack).cluster.version for stack in STACKS} == {json.loads(asked)["kubernetesVersion"]}


@pytest.mark.parametrize(
    "place",
    ["migration/image/Dockerfile", "migration/tools/Dockerfile", "observability/image/Dockerfile", ".gitlab-ci.yml"],
)
def test_every_image_that_is_built_from_or_run_in_has_a_digest(place):
    named = re.findall(r"^(?:FROM|\s+image:) (\S+)", (ROOT / place).read_text(), re.MULTILINE)

    assert named
    assert [each for each in named if not re.search(r":\S+@sha256:[0-9a-f]{64}$", each)] == []
