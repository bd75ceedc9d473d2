"""The four steps of a rotation, and what comes before and after them; a run that was killed is finished by the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from .consumers import Cluster
from .kinds import How
from .versions import Failed, Versions

#: A run each so many days: what would be over its time at the next one is due at this one.
RUN_DAYS: Final = 7


class Rotated(NamedTuple):
    """One secret: its ``name``, ``versions`` and kind (``how``), and for how many ``days`` a value may last.

    ``mirrors`` are ExternalSecrets and ``restarts`` Deployments, each as ``namespace/name``.
    """

    name: str
    versions: Versions
    how: How
    days: int
    mirrors: Sequence[str] = ()
    restarts: Sequence[str] = ()


def rotate(secret: Rotated, cluster: Cluster, now: datetime, *, forced: bool = False) -> str:
    """Bring a secret to where it should be ``now``; what became of it. Raises :class:`Failed`, and what clients raise.

    All consumers have the current value before another is made: of a pair of users, the one that is given a new
    password is then nobody's.
    """
    version, made = _current(secret)
    value = secret.versions.read(version)
    secret.how.mend(value)
    absent = _carry(secret, cluster, version)
    due = forced or made + timedelta(days=secret.days) < now + timedelta(days=RUN_DAYS)
    changed = False
    while True:
        follows = _follows(secret.how, value)
        pending = secret.versions.pending(version, follows)
        if pending is None:
            if not (secret.how.half_way(value) or (due and not changed)):
                break
            pending = secret.versions.create(secret.how.next(value))
        following = secret.versions.read(pending)
        secret.how.set(value, following)
        if not secret.how.holds(following):
            raise Failed("the new value does not sign in; the one before still does")
        secret.versions.finish(version, pending)
        version, value, changed = pending, following, True
        absent = _carry(secret, cluster, version)
    told = "rotated" if changed else f"lasts until {made + timedelta(days=secret.days):%Y-%m-%d}"
    return f"{told}; not deployed: {', '.join(absent)}" if absent else told


def settle(secret: Rotated) -> str:
    """Let what is current sign in, as before the first deployment of whoever uses it."""
    version, _ = _current(secret)
    secret.how.mend(secret.versions.read(version))
    return "signs in"


def _current(secret: Rotated) -> tuple[str, datetime]:
    if (staged := secret.versions.staged("AWSCURRENT")) is None:
        raise Failed("has no value yet: migration.seed draws the first one")
    return staged


def _follows(how: How, value: dict[str, str]) -> Callable[[dict[str, str]], bool]:
    return lambda following: how.fits(value, following)


def _carry(secret: Rotated, cluster: Cluster, version: str) -> list[str]:
    """Give the version to all who have the secret; those that are not there."""
    for mirror in secret.mirrors:
        cluster.refresh(*mirror.split("/"))
    places = [(each, *each.split("/", 1)) for each in secret.restarts]
    return [each for each, where, name in places if not cluster.restart(where, name, secret.name, version)]
