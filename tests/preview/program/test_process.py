"""How a program may end, and what of this project it does not see."""

import os
import sys

import pytest

from preview.program.process import ProgramError
from preview.simulate.wire import show_to_reader


def test_a_required_key_that_is_not_set_is_named(ran, tmp_path):
    with pytest.raises(ProgramError) as told:
        ran('import pulumi\npulumi.Config("net").require_secret("cidr")')

    assert str(told.value) == (
        f"__main__.py:2: the program requires the config key net:cidr, a secret; set it in {tmp_path}/Pulumi.dev.yaml"
    )


def test_a_secret_that_is_read_as_a_number_is_told(ran):
    with pytest.raises(
        ProgramError, match=r"^__main__\.py:2: the config key shop:size is a secret, whose value is not"
    ):
        ran(
            'import pulumi\npulumi.Config().require_int("size")',
            **{"Pulumi.dev.yaml": "config: {'shop:size': {secure: AAAA}}"},
        )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "import nothing_like_it",
            f"__main__.py:1: the program needs the module nothing_like_it, which {sys.executable}",
        ),
        ("import tests.conftest", "__main__.py:1: the program needs the module tests, which "),
        ("import sys\nsys.exit(3)", "__main__.py:2: the program ended itself by sys.exit(3)"),
        ("def again():\n    again()\nagain()", "__main__.py:2: the program raised RecursionError"),
        ("x = (", "__main__.py:1: the program raised SyntaxError: "),
        ("import json\njson.loads('{')", "__main__.py:2: the program raised JSONDecodeError"),
        ("input()", "__main__.py:1: the program raised EOFError"),
        ("import pulumi_aws as aws\naws.ec2.Vpc('v', cidr='x')", "__main__.py:2: the program raised TypeError: "),
        ("import os\nos._exit(4)", "the program ended with exit code 4, before it had declared everything"),
        (
            "import os\nos.kill(os.getpid(), 11)",
            "the program ended with signal SIGSEGV, before it had declared everything",
        ),
        ("import pulumi\npulumi.log.error('no such\\nzone')", "the program reported an error: no such"),
    ],
)
def test_a_program_that_does_not_get_to_its_end_is_told_in_a_line(ran, source, message):
    with pytest.raises(ProgramError) as told:
        ran(source)

    assert str(told.value).startswith(message)
    assert "\n" not in str(told.value)


def test_an_error_in_another_file_of_the_program_is_told_where_it_is_and_never_with_its_text(ran):
    with pytest.raises(ProgramError) as told:
        ran(
            "import pulumi\nfrom parts import net\nnet.make()",
            **{"parts/net.py": 'def make():\n    raise ValueError("hunter2")'},
        )

    assert str(told.value) == "parts/net.py:2: the program raised ValueError"


def test_a_program_that_prints_for_ever_is_stopped(ran):
    with pytest.raises(ProgramError, match=r"^the program did not end within 2 seconds$"):
        ran('while True:\n    print("x" * 1000)', timeout_seconds=2)


def test_a_program_may_leave_with_0_and_leave_a_thread_behind(ran):
    monitor = ran(
        """
        import sys, threading
        import pulumi

        pulumi.CustomResource("a:b:C", "made", {})
        threading.Thread(target=threading.Event().wait).start()
        sys.exit()
        """
    )

    assert "made" in {each.name for each in monitor.recording().registrations}


def test_a_program_sees_its_own_folder_and_neither_credentials_nor_this_checkout(ran, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("KUBECONFIG", "/home/me/.kube/config")

    outputs = (
        ran(
            """
        import importlib.util, os, pulumi

        pulumi.export("cwd", os.getcwd())
        pulumi.export("own", __import__("policy").OWN)
        pulumi.export("ours", [name for name in ("stacks", "pricing", "host") if importlib.util.find_spec(name)])
        pulumi.export("seen", sorted(name for name in os.environ if name in ("AWS_PROFILE", "KUBECONFIG")))
        pulumi.export("names", [pulumi.get_project(), pulumi.get_stack(), str(pulumi.runtime.is_dry_run())])
        """,
            **{"policy.py": "OWN = True"},
        )
        .recording()
        .outputs
    )

    assert outputs == {
        "cwd": str(tmp_path),
        "own": True,
        "ours": [],
        "seen": [],
        "names": ["shop", "dev", "True"],
    }
    assert os.environ["AWS_PROFILE"] == "mine"


def test_the_text_of_an_output_is_unknown_and_told(ran):
    monitor = ran(
        """
        import pulumi

        first = pulumi.CustomResource("a:b:C", "first", {})
        pulumi.CustomResource("a:b:C", "second", {"name": f"x-{first.id}"})
        """
    )

    (second,) = [each for each in monitor.recording().registrations if each.name == "second"]
    assert show_to_reader(second.inputs) == {"name": "[unknown]"}
    assert monitor.notes == {"second: name is the text of an Output; use Output.concat, Output.format or apply"}


def test_a_method_of_a_component_is_unknown_and_its_component_one_resource(ran):
    monitor = ran(
        """
        import pulumi


        class Far(pulumi.ComponentResource):
            def __init__(self):
                super().__init__("far:index:Away", "away", {"a": 1}, None, remote=True)


        away = Far()
        pulumi.export("answer", pulumi.runtime.call("far:index:Away/ask", {}, away))
        """
    )

    assert show_to_reader(monitor.recording().outputs) == {"answer": "[unknown]"}
    assert [(each.type, each.reason) for each in monitor.not_expanded()] == [
        ("far:index:Away", "constructed by the plugin far, which is not run here")
    ]
