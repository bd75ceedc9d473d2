"""A preview's steps, in the form of its digest and in that of its events: which resources will stand afterwards.

Source: pulumi pkg/display/json.go (PreviewDigest), pkg/backend/display/json.go, sdk/go/common/apitype/events.go and
pkg/resource/deploy/step.go at 1b594989.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from model.urn import Urn
from pricing.declared.cursor import Cursor
from pricing.declared.fault import FaultError
from pricing.declared.fields import Fields
from pricing.declared.inventory import Collected, Entry, config_region, entry_of
from pricing.declared.regions import told_region
from pricing.declared.state import READ

#: What leaves a resource standing, as its new state says; a replacement is told in up to three steps of one URN.
STAYS: Final = frozenset(
    {"same", "create", "update", "replace", "create-replacement", "import", "import-replacement", "refresh", "diff"}
)
READS: Final = frozenset({"read", "read-replacement"})
GOES: Final = frozenset({"delete", "discard"})
#: What removes a predecessor of the same URN, or nothing that exists.
PASSES: Final = frozenset({"delete-replaced", "discard-replaced", "remove-pending-replace", "extend-parameterize"})
#: What may be done to a predecessor, whose state says that it waits to be deleted.
_OF_PREDECESSORS: Final = GOES | {"refresh"}
OPERATIONS: Final = STAYS | READS | GOES | PASSES
GONE: Final = "deleted"
KEPT: Final = "leaves the stack and stays at AWS, which goes on billing it (retainOnDelete)"
WITHOUT_STATE: Final = "the preview wrote no state of it, so nothing is known of its properties"
NOT_SHOWN: Final = "unchanged resources that are not in this file"
FAILED: Final = "the preview ended with an error, and what it had not come to is missing"


@dataclass
class Steps:
    """What a preview's steps come to, by URN: the last one that tells of a resource is the one that holds."""

    found: Collected
    standing: dict[str, Entry] = field(default_factory=dict)
    #: URNs without a state of their own; those that are read, go, and go without being deleted.
    unwritten: dict[str, None] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    #: Those that a step calls unchanged or refreshed: the others of that kind are not in a digest.
    unchanged: set[str] = field(default_factory=set)

    def take(self, step: Fields, old: str, new: str, *, custom: bool = True) -> None:
        """A step, whose states are at ``old`` and ``new``. Raises :class:`FaultError`.

        ``custom`` is what a state is that does not say so: an event leaves out what is false.
        """
        operation = step.needed("op")
        if operation not in OPERATIONS:
            raise FaultError(step.place("op"), f"op is unknown; allowed are {', '.join(sorted(OPERATIONS))}")
        if operation in PASSES:
            return
        urn, before, after = step.needed("urn"), step.below(old), step.below(new)
        self.found.see(urn)
        if (
            any(state is not None and state.flag("delete") for state in (before, after))
            and operation in _OF_PREDECESSORS
        ):
            # It is about what an earlier update left behind; what replaced that has the same URN.
            return
        self._forget(urn)
        if operation in ("same", "refresh") and after is not None:
            self.unchanged.add(urn)
        if operation in GOES or (operation == "refresh" and after is None):
            retained = before is not None and before.flag("retainOnDelete") and not before.flag("external")
            (self.kept if retained and operation == "delete" else self.gone).add(urn)
        elif operation in READS or (after is not None and after.flag("external")):
            self.read.add(urn)
        elif after is None:
            self.unwritten[urn] = None
        else:
            made = entry_of(after, provider=step.text("provider"), custom=custom)
            # A new state holds no answer of AWS yet; the old one does.
            answered = made.told_region or (told_region(before.get("outputs")) if before else "")
            self.standing[urn] = replace(made, told_region=answered)

    def _forget(self, urn: str) -> None:
        self.standing.pop(urn, None)
        self.unwritten.pop(urn, None)
        for seen in (self.read, self.gone, self.kept, self.unchanged):
            seen.discard(urn)

    def finish(self, *, failed: bool, same: int = 0) -> None:
        """Hand over what was collected; ``same`` resources are unchanged in all."""
        self.found.entries += self.standing.values()
        for why, urns in ((READ, self.read), (GONE, self.gone), (KEPT, self.kept)):
            if urns:
                self.found.left_out[why] += len(urns)
        for urn in self.unwritten:
            self.found.lack(urn, Urn.parse(urn).type, WITHOUT_STATE)
        if failed:
            self.found.lack_of_stack(FAILED)
        if (missing := same - len(self.unchanged)) > 0:
            self.found.lack_of_stack(f"{NOT_SHOWN}: {missing:,}; run pulumi preview --json --show-sames")


@dataclass
class Digest:
    """A digest's parts, in whatever order the file has them."""

    steps: Steps
    failed: bool = False
    same: int = 0

    def read_steps(self, cursor: Cursor, _found: Collected) -> None:
        """The steps. Raises :class:`FaultError`."""
        if not cursor.empty():
            for place in cursor.items("steps"):
                self.steps.take(Fields.at(cursor, f"steps[{place}]"), "oldState", "newState")

    def read_diagnostics(self, cursor: Cursor, _found: Collected) -> None:
        """Whether the preview met with an error. Raises :class:`FaultError`."""
        if not cursor.empty():
            for place in cursor.items("diagnostics"):
                self.failed |= Fields.at(cursor, f"diagnostics[{place}]").text("severity") == "error"

    def read_summary(self, cursor: Cursor, _found: Collected) -> None:
        """How many resources are unchanged. Raises :class:`FaultError`."""
        if not cursor.empty():
            self.same = Fields.at(cursor, "changeSummary").count("same")

    def finish(self) -> None:
        """Hand over what was collected."""
        self.steps.finish(failed=self.failed, same=self.same)


def read_config(cursor: Cursor, found: Collected) -> None:
    """The configured region. Raises :class:`FaultError`."""
    found.region = config_region(cursor.value())


def read_events(cursor: Cursor, found: Collected) -> None:
    """Events, one JSON document each. Raises :class:`FaultError`, also where the stream was cut off."""
    steps, failed, ended, complete = Steps(found), False, False, False
    place = 0
    while cursor.next_letter():
        event = Fields.at(cursor, f"event[{place}]")
        place += 1
        for key in ("resourcePreEvent", "resOutputsEvent"):
            body = event.below(key)
            metadata = body.below("metadata") if body else None
            if metadata is not None:
                steps.take(metadata, "old", "new", custom=False)
        if (prelude := event.below("preludeEvent")) is not None:
            found.region = config_region(prelude.get("config"))
        if (summary := event.below("summaryEvent")) is not None:
            complete, failed = True, failed or summary.text("result") == "failed"
        if (told := event.below("diagnosticEvent")) is not None:
            failed = failed or told.text("severity") == "error"
        ended = ended or event.below("cancelEvent") is not None
    if not (complete or ended):
        raise FaultError(cursor.at, "is cut: no summaryEvent and no cancelEvent ends the stream")
    steps.finish(failed=failed or not complete)
