"""How each kind of secret changes: what follows its value, and who has to be told of it first."""

# ruff: noqa: D102, ARG002, S603, S607 - the base class says what its methods do; programs are the image's own.
from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from .versions import Failed

#: Who may make users, by ``username`` and ``password``, and the file of authorities that vouch for a store.
Master = Callable[[], dict[str, str]]
Authority = Callable[[], str]
#: What AWS's own rotation of users in pairs puts behind the second one's name.
CLONE: Final = "_clone"
#: The database of a drill's own in DocumentDB; in PostgreSQL it is a schema, and its readers make it themselves.
CANARIES: Final = "recovery"
#: MongoDB's code for who may not sign in.
AUTHENTICATION_FAILED: Final = 18
DRAW: Final[dict[str, Callable[[], str]]] = {
    "token": lambda: secrets.token_urlsafe(32),
    # Thirty-two bytes in base64, as Airflow's Fernet wants them.
    "fernet": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
}


class How:
    """How a kind of secret changes; by itself, it is drawn anew and nobody has to be told."""

    def __init__(self, draw: Mapping[str, str]) -> None:
        self._draw = draw

    def mend(self, current: dict[str, str]) -> None:
        """Let the current value open what it should, where a person wrote it or the store was restored."""

    def holds(self, value: dict[str, str]) -> bool:
        """Whether what the value opens knows it; of a kind that cannot be asked, it does."""
        return bool(value)

    def set(self, current: dict[str, str], pending: dict[str, str]) -> None:
        """Tell it to what the value opens, as often as one likes."""

    def half_way(self, current: dict[str, str]) -> bool:
        """Whether the current value is only on the way to another, due or not."""
        return not current

    def fits(self, current: dict[str, str], pending: dict[str, str]) -> bool:
        """Whether what an earlier run has drawn follows from the current value."""
        return pending.keys() == current.keys()

    def next(self, current: dict[str, str]) -> dict[str, str]:
        """What follows the current value."""
        return {**current, **{key: DRAW[kind]() for key, kind in self._draw.items() if kind in DRAW}}


class Drawn(How):
    """A key that only its consumers know: they restart with the next one."""


class Users(How):
    """A store's users, two in turn: what is given another password is always the one that nobody uses."""

    def __init__(self, draw: Mapping[str, str], master: Master) -> None:
        How.__init__(self, draw)
        self._master = master
        self._user = next(key for key, kind in draw.items() if kind == "name")
        self._password = next(key for key, kind in draw.items() if kind == "token")

    def mend(self, current: dict[str, str]) -> None:
        if not self.holds(current):
            self.set(current, current)

    def holds(self, value: dict[str, str]) -> bool:
        return self.signs_in(value[self._user], value[self._password])

    def set(self, current: dict[str, str], pending: dict[str, str]) -> None:
        self.settle(self._master(), pending[self._user], pending[self._password])

    def fits(self, current: dict[str, str], pending: dict[str, str]) -> bool:
        return super().fits(current, pending) and pending[self._user] == self._other(current)

    def next(self, current: dict[str, str]) -> dict[str, str]:
        return {**super().next(current), self._user: self._other(current)}

    def _other(self, current: dict[str, str]) -> str:
        user = current[self._user]
        return user.removesuffix(CLONE) if user.endswith(CLONE) else user + CLONE

    def signs_in(self, user: str, password: str) -> bool:
        """Whether the store lets this user in."""
        raise NotImplementedError

    def settle(self, master: dict[str, str], user: str, password: str) -> None:
        """Make the user, or give it this password and its rights where it exists."""
        raise NotImplementedError


class DocumentsUsers(Users):
    """Users of DocumentDB, which keeps them all in one database."""

    def __init__(self, draw: Mapping[str, str], master: Master, at: Mapping[str, Any], authority: Authority) -> None:
        Users.__init__(self, draw, master)
        self._at, self._authority = at, authority
        # Through any member the one that writes is found.
        self._options: dict[str, Any] = {"replicaSet": "rs0"}

    def _client(self, user: str, password: str) -> Any:
        from pymongo import MongoClient

        return MongoClient(
            self._at["host"],
            self._at["port"],
            username=user,
            password=password,
            tls=True,
            tlsCAFile=self._authority(),
            retryWrites=False,
            serverSelectionTimeoutMS=30_000,
            **self._options,
        )

    def signs_in(self, user: str, password: str) -> bool:
        from pymongo.errors import OperationFailure

        with self._client(user, password) as client:
            try:
                client["admin"].command("ping")
            except OperationFailure as error:
                if error.code == AUTHENTICATION_FAILED:
                    return False
                raise
        return True

    def settle(self, master: dict[str, str], user: str, password: str) -> None:
        with self._client(master["username"], master["password"]) as client:
            users = client["admin"]
            known = {each["user"] for each in users.command("usersInfo", 1)["users"]}
            change = "updateUser" if user in known else "createUser"
            users.command(change, user, pwd=password, roles=self.roles())

    def roles(self) -> list[dict[str, str]]:
        """What a user may: read and write the application's database."""
        return [{"role": "readWrite", "db": self._at["database"]}]


class DocumentsReaders(DocumentsUsers):
    """Users who read everything, and write into a database that is nobody else's: those of drills."""

    def roles(self) -> list[dict[str, str]]:
        # Source: DocumentDB developer guide, role-based access control, built-in roles.
        return [{"role": "readAnyDatabase", "db": "admin"}, {"role": "readWrite", "db": CANARIES}]


#: Whatever a user makes belongs to the role that both have, so that either may change it. psql quotes names and texts.
DATABASE_USER: Final = r"""
\set QUIET on
\set VERBOSITY terse
\getenv user NEW_USER
\getenv password NEW_PASSWORD
\getenv owner OWNER
SELECT format('CREATE ROLE %I NOLOGIN', :'owner')
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
SELECT format('CREATE ROLE %I', :'user') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \gexec
BEGIN;
ALTER ROLE :"user" LOGIN PASSWORD :'password';
GRANT :"owner" TO :"user";
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE :"DBNAME" TO :"owner";
GRANT USAGE, CREATE ON SCHEMA public TO :"owner";
ALTER ROLE :"user" IN DATABASE :"DBNAME" SET role TO :'owner';
COMMIT;
"""


#: Readers share a role as well. What the owner has made, and makes from here on, it lets them read itself: whoever made
#: its role may act as it for as long as that takes, and pg_read_all_data is not for every master to give. From version
#: 16 on one may be a member who may not act as the role (source: PostgreSQL 16, GRANT, WITH SET).
DATABASE_READER: Final = r"""
\set QUIET on
\set VERBOSITY terse
\getenv user NEW_USER
\getenv password NEW_PASSWORD
\getenv owner OWNER
\getenv reader READER
SELECT format('CREATE ROLE %I NOLOGIN', role) FROM unnest(ARRAY[:'owner', :'reader']) role
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
SELECT format('CREATE ROLE %I', :'user') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \gexec
BEGIN;
ALTER ROLE :"user" LOGIN PASSWORD :'password';
GRANT :"reader" TO :"user";
GRANT CONNECT, CREATE ON DATABASE :"DBNAME" TO :"reader";
GRANT USAGE ON SCHEMA public TO :"reader";
ALTER ROLE :"user" IN DATABASE :"DBNAME" SET role TO :'reader';
SELECT NOT pg_has_role(:'owner', CASE WHEN current_setting('server_version_num')::int < 160000
    THEN 'MEMBER' ELSE 'SET' END) AS stranger \gset
\if :stranger
GRANT :"owner" TO CURRENT_USER;
\endif
SET LOCAL ROLE :"owner";
GRANT SELECT ON ALL TABLES IN SCHEMA public TO :"reader";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO :"reader";
RESET ROLE;
\if :stranger
REVOKE :"owner" FROM CURRENT_USER;
\endif
COMMIT;
"""


class DatabaseUsers(Users):
    """Users of a PostgreSQL, by psql, which is told them by its environment: an argument is seen by everybody."""

    def __init__(self, draw: Mapping[str, str], master: Master, at: Mapping[str, Any], authority: Authority) -> None:
        Users.__init__(self, draw, master)
        self._at, self._authority = at, authority

    def connection(self, user: str, password: str) -> dict[str, str]:
        """How libpq is told where to sign in, and as whom."""
        return {
            "PGHOST": self._at["host"],
            "PGPORT": str(self._at["port"]),
            "PGDATABASE": self._at["database"],
            "PGSSLMODE": "verify-full",
            "PGSSLROOTCERT": self._authority(),
            "PGCONNECT_TIMEOUT": "30",
            "PGUSER": user,
            "PGPASSWORD": password,
        }

    def _psql(self, script: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        argv = ["psql", "--no-psqlrc", "--no-password", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        environment = {"PATH": os.environ["PATH"], **environment}
        return subprocess.run(argv, input=script, env=environment, capture_output=True, text=True, check=False)

    def signs_in(self, user: str, password: str) -> bool:
        done = self._psql("SELECT 1;", self.connection(user, password))
        if done.returncode and "authentication failed" not in done.stderr:
            raise Failed(f"psql: {done.stderr}")
        return done.returncode == 0

    #: What makes a user, and gives it its rights.
    script = DATABASE_USER

    def settle(self, master: dict[str, str], user: str, password: str) -> None:
        database = self._at["database"]
        given = {
            "NEW_USER": user,
            "NEW_PASSWORD": password,
            "OWNER": f"{database}_owner",
            "READER": f"{database}_reader",
        }
        done = self._psql(self.script, {**self.connection(master["username"], master["password"]), **given})
        if done.returncode:
            raise Failed(f"psql: {done.stderr}")


class DatabaseReaders(DatabaseUsers):
    """Users who read every table of the database's owner, and write into schemas of their own: those of drills."""

    script = DATABASE_READER


class Airflow(How):
    """What Airflow's own command changes in its metadata; ``sign_in`` is the connection's variable."""

    def __init__(self, draw: Mapping[str, str], sign_in: Callable[[], dict[str, str]]) -> None:
        How.__init__(self, draw)
        self._sign_in = sign_in

    def _airflow(self, *argv: str, typed: str = "", **environment: str) -> None:
        manager = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
        environment = {**os.environ, **self._sign_in(), "AIRFLOW__CORE__AUTH_MANAGER": manager, **environment}
        # In a session of its own there is no terminal, and what it asks for is read from where we write.
        done = subprocess.run(
            ["airflow", *argv],
            input=typed,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )
        if done.returncode:
            raise Failed(f"airflow {argv[0]} ended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")


class AirflowAdmin(Airflow):
    """The administrator's password, which Airflow keeps as a hash; people sign in with it, and no program."""

    def set(self, current: dict[str, str], pending: dict[str, str]) -> None:
        password = pending["password"]
        self._airflow("users", "reset-password", "--username", pending["username"], typed=f"{password}\n{password}\n")


class Fernet(Airflow):
    """Airflow's key in three values: old, then new and old, then new once all is encrypted with it."""

    def __init__(self, draw: Mapping[str, str], sign_in: Callable[[], dict[str, str]]) -> None:
        Airflow.__init__(self, draw, sign_in)
        (self._key,) = draw

    def half_way(self, current: dict[str, str]) -> bool:
        return "," in current[self._key]

    def fits(self, current: dict[str, str], pending: dict[str, str]) -> bool:
        first, *_ = current[self._key].split(",")
        keys = pending.get(self._key, "").split(",")
        return keys == [first] if self.half_way(current) else len(keys) == 2 and keys[1] == first

    def next(self, current: dict[str, str]) -> dict[str, str]:
        first, *old = current[self._key].split(",")
        return {self._key: first if old else f"{DRAW['fernet']()},{first}"}

    def set(self, current: dict[str, str], pending: dict[str, str]) -> None:
        if self.half_way(current):
            self._airflow("rotate-fernet-key", AIRFLOW__CORE__FERNET_KEY=current[self._key])


class Grafana(How):
    """Its administrator's password, which it keeps as a hash, by its own API."""

    def __init__(self, draw: Mapping[str, str], address: str) -> None:
        How.__init__(self, draw)
        self._address = address

    def _ask(self, value: Mapping[str, str], path: str, body: Mapping[str, str] | None = None) -> int:
        pair = f"{value['admin-user']}:{value['admin-password']}".encode()
        headers = {
            "Authorization": f"Basic {base64.b64encode(pair).decode()}",
            "Content-Type": "application/json",
        }
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self._address + path, data, headers, method="PUT" if body else "GET")  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def holds(self, value: dict[str, str]) -> bool:
        return self._ask(value, "/api/user") == HTTPStatus.OK

    def set(self, current: dict[str, str], pending: dict[str, str]) -> None:
        if not self.holds(pending):
            passwords = {"oldPassword": current["admin-password"], "newPassword": pending["admin-password"]}
            if (status := self._ask(current, "/api/user/password", passwords)) != HTTPStatus.OK:
                raise Failed(f"grafana refuses the new password: {status}")
