"""The ten moves keep the rules, pin what the project pins, and prove what the table of proofs asks for."""

import re
from pathlib import Path
from typing import get_args

import pytest

from migration.moves.catalog import MOVES
from migration.moves.model import NoReturn
from migration.moves.tools import TOOLS
from policy.ledger.moves import OPENS, PROOFS
from policy.ledger.rows import BY_CAPABILITY
from stacks.sections.moves import Moved


def test_every_capability_that_is_moved_has_its_move_and_its_proof():
    assert set(MOVES) == set(PROOFS) == set(get_args(Moved))


def test_what_is_moved_is_what_the_ledger_replaces():
    replaced = {row.capability for row in BY_CAPABILITY.values() if row.verdict == "replace"}
    conditional = {row.capability for row in BY_CAPABILITY.values() if row.verdict == "conditional"}

    # The platform is made and not moved; a mesh has no data.
    assert set(MOVES) == (replaced | conditional) - {"platform", "mesh"}


def test_a_move_comes_after_those_it_needs():
    order = list(MOVES)

    assert all(order.index(before) < order.index(move.capability) for move in MOVES.values() for before in move.after)
    phases = [BY_CAPABILITY[name].phase for name in order]
    assert phases == sorted(phases)


@pytest.mark.parametrize("proven", OPENS)
@pytest.mark.parametrize("move", MOVES.values(), ids=lambda move: move.capability)
def test_each_state_is_opened_by_evidence_that_one_step_of_its_kind_writes(move, proven):
    kit = ("python", "-m", "migration", "verify", "$ENVIRONMENT", move.capability)
    writing = [
        step
        for step in move.everything
        for each in (*step.run, *step.verify)
        for argv in each.pipeline
        if argv[: len(kit)] == kit
        and "--rehearse" not in argv
        and "--step" in argv
        and argv[argv.index("--step") + 1] == proven
    ]

    # Looked at first, for nothing but the answer: what is missing is mended before evidence says so.
    if proven == "precheck":
        assert {"--rehearse", "precheck"} <= set(writing[0].run[0].pipeline[0])
    assert [step.kind for step in writing] == [proven]
    assert writing[0].place == "workstation"


@pytest.mark.parametrize("move", MOVES.values(), ids=lambda move: move.capability)
def test_nothing_is_compared_once_the_target_may_be_ahead(move):
    """Applications write from their restart on: evidence of a cut-over comes before it, or writes nothing new."""
    rewritten = {"documents", "cache", "search", "volumes"}
    after = [step for step in move.steps if step.kind == "cut-over"]
    commands = [argv for step in after for each in (*step.run, *step.verify) for argv in each.pipeline]
    restarts = [place for place, argv in enumerate(commands) if "restart" in argv]
    compares = [place for place, argv in enumerate(commands) if argv[:4] == ("python", "-m", "migration", "verify")]

    assert compares
    assert move.capability not in rewritten or max(compares) < min(restarts)


@pytest.mark.parametrize("move", MOVES.values(), ids=lambda move: move.capability)
def test_the_incumbent_goes_last_and_for_good(move):
    assert move.steps[-1].kind == "decommission"
    assert isinstance(move.steps[-1].undo, NoReturn)


def test_versions_are_exact_and_those_that_the_project_pins():
    assert all(re.fullmatch(r"\d+(\.\d+)+|[0-9a-f]{40}", tool.version) for tool in TOOLS.values())


def test_the_cli_is_the_one_that_runners_install():
    pinned = (Path(__file__).parents[3] / ".ci" / "tools.sha256").read_text()

    assert f"awscli-exe-linux-x86_64-{TOOLS['aws'].version}.zip" in pinned


def test_every_tool_is_used():
    commands = [each for move in MOVES.values() for step in move.everything for each in step.commands]
    started = {argv[0] for each in commands for argv in each.pipeline}
    scripts = {argument.rpartition("/")[2] for each in commands for argument in each.arguments}

    assert set(TOOLS) - started - scripts == set()


def test_no_account_and_no_cluster_was_there_and_every_command_for_them_says_so():
    for move in MOVES.values():
        for step in move.everything:
            for each in step.commands:
                if any(argv[0] in ("aws", "kubectl", "velero", "mongodump", "redis-shake") for argv in each.pipeline):
                    assert each.not_run, (move.capability, step.name, each.pipeline[0][:3])
