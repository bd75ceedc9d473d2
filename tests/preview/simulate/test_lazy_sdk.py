"""An SDK that loads a module when it is asked for gives a program the same objects, whatever is asked for first."""

import json
import subprocess
import sys

import pytest

from preview.run import ROOT

PACKAGES = (
    "pulumi_aws.ec2",
    "pulumi_aws.eks",
    "pulumi_aws.iam",
    "pulumi_aws.lambda_",
    "pulumi_kubernetes.core.v1",
    "pulumi_kubernetes.helm.v3",
)
#: Each public name of each package, and where what it stands for was made.
TOLD = """
import importlib, json, sys
packages, names = json.load(sys.stdin)
told = {}
for package in packages:
    module = importlib.import_module(package)
    hasattr(module, "outputs")  # the SDK itself loads a package at the first look
    for name in names.get(package) or sorted(vars(module)):
        if not name.startswith("_") or name in names.get(package, ()):
            found = getattr(module, name)
            told[f"{package}.{name}"] = f"{getattr(found, '__module__', '')}.{getattr(found, '__qualname__', type(found).__name__)}"
print(json.dumps(told))
"""
LAZILY = "from preview.simulate.lazy_sdk import load_lazily; load_lazily()\n"


def told(program, names):
    run = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps([PACKAGES, names]),
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def eagerly():
    return told(TOLD, {})


@pytest.mark.parametrize("backwards", [False, True])
def test_every_name_is_what_it_was(eagerly, backwards):
    names = {}
    for place in sorted(eagerly, reverse=backwards):
        package, _, name = place.rpartition(".")
        names.setdefault(package, []).append(name)

    assert len(eagerly) > 2_000
    assert told(LAZILY + TOLD, names) == eagerly


def test_a_name_that_is_none_is_refused_as_ever_and_a_module_s_own_name_leads_to_it():
    program = LAZILY + (
        "import pulumi_aws as aws, pulumi_aws.ec2.get_ami\n"
        "from pulumi_aws.ec2 import vpc\n"
        "print(callable(aws.ec2.get_ami), vpc.Vpc is aws.ec2.Vpc, len([m for m in sys.modules if 'aws.ec2.' in m]) < 20)\n"
        "try: aws.ec2.Moon\n"
        "except AttributeError as error: print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", f"import sys\n{program}"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert run.stdout.splitlines() == ["True True True", "module 'pulumi_aws.ec2' has no attribute 'Moon'"]


def test_a_star_and_a_listing_give_everything():
    program = (
        "import sys\n"
        + LAZILY
        + "from pulumi_aws.kms import *\n"
        + "import pulumi_aws as aws\n"
        + "print(Key is aws.kms.Key, callable(get_alias), 'AliasArgs' in globals(), 'ReplicaKey' in dir(aws.kms))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert run.stdout.split() == ["True"] * 4
