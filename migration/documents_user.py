"""The application's user in DocumentDB: makes it, or gives it the password and the role that it should have today.

docs/deploying.md says how it is run: in a pod of the crawl's image, with values that only the pod has, as often as one
likes. It imports nothing of this repository.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

#: DocumentDB keeps every user in one database; what each may do elsewhere is its role.
USERS: Final = "admin"
ROLES: Final = [{"role": "readWrite", "db": "alphacar"}]


def settle(users: Any, name: str, password: str) -> str:
    """Make the user ``name``, or change it where it exists; which of the two it was."""
    known = {each["user"] for each in users.command("usersInfo", 1)["users"]}
    command = "updateUser" if name in known else "createUser"
    users.command(command, name, pwd=password, roles=ROLES)
    return "changed" if name in known else "made"


def main(folder: Path, host: str) -> None:
    """Sign in with ``master.json`` of ``folder`` and settle the user of ``user.json``; neither is shown."""
    from pymongo import MongoClient  # type: ignore[import-not-found] # the pod has it

    master, user = (json.loads((folder / f"{name}.json").read_text()) for name in ("master", "user"))
    client = MongoClient(
        host,
        username=master["username"],
        password=master["password"],
        tls=True,
        tlsCAFile=str(folder / "ca.pem"),
        replicaSet="rs0",
        retryWrites=False,
    )
    with client:
        sys.stdout.write(f"the user is {settle(client[USERS], user['username'], user['password'])}\n")


if __name__ == "__main__":
    main(Path(__file__).parent, os.environ["HOST"])
