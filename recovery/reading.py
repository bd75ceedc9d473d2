"""How a restored store is read: DocumentDB by pymongo, PostgreSQL by psql. Both by a user that the backup holds too."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from recovery.canary import DrillError, Record
from recovery.plan import Documents, Workflow

#: Where a canary lies: a database, or a schema, that nobody else uses.
PLACE: Final = "recovery"
_COLLECTION: Final = "canary"
_TABLE: Final = f"{PLACE}.{_COLLECTION}"
#: Databases that the server keeps for itself.
_SERVER: Final = frozenset({"admin", "config", "local", "system"})
#: Seconds until a server that does not answer is given up.
_PATIENCE: Final = 60
_LONGEST: Final = 200


class DocumentReader:
    """MongoDB's protocol, over TLS.

    Name and password are read once: a copy knows those of when the drill began, whatever rotates meanwhile. Raises
    :class:`recovery.plan.PlanError`.
    """

    def __init__(self, plan: Documents) -> None:
        self._plan = plan
        self._user, self._password = plan.sign_in()

    @property
    def tools(self) -> Mapping[str, str]:
        """Its library."""
        import pymongo

        return {"pymongo": pymongo.version}

    def write(self, host: str, port: int, records: Sequence[Record], canary: str) -> None:
        """A document a record; those of before go once all of these are there."""
        with self._client(host, port) as client:
            place = client[PLACE][_COLLECTION]
            place.insert_many([dict(each) for each in records])
            place.delete_many({"canary": {"$exists": True, "$ne": canary}})

    def records(self, host: str, port: int, canary: str) -> list[Record]:
        """As they were written."""
        with self._client(host, port) as client:
            return list(client[PLACE][_COLLECTION].find({"canary": canary}))

    def count(self, host: str, port: int) -> Mapping[str, int]:
        """Documents by collection: counted, not estimated, because estimates of a copy are the source's."""
        with self._client(host, port) as client:
            return {
                f"{database}.{name}": client[database][name].count_documents({})
                for database in sorted(set(client.list_database_names()) - _SERVER)
                for name in sorted(client[database].list_collection_names())
            }

    @contextmanager
    def _client(self, host: str, port: int) -> Iterator[Any]:
        from bson.errors import BSONError
        from pymongo import MongoClient
        from pymongo.errors import OperationFailure, PyMongoError

        try:
            client: MongoClient[Any]
            with MongoClient(
                host,
                port,
                username=self._user,
                password=self._password,
                tls=True,
                tlsCAFile=self._plan.ca_file,
                retryWrites=False,
                directConnection=True,
                serverSelectionTimeoutMS=_PATIENCE * 1000,
            ) as client:
                yield client
        except OperationFailure as error:
            # From the first brace on it quotes what was sent, records included.
            told = str(error).partition(", full error")[0].partition("{")[0]
            raise DrillError(f"{host}: {type(error).__name__} {error.code}: {_line(told)}") from None
        except (PyMongoError, OSError) as error:
            raise DrillError(f"{host}: {type(error).__name__}: {_line(str(error))}") from None
        except BSONError as error:
            # What cannot be decoded stays unsaid.
            raise DrillError(f"{host}: {type(error).__name__}: a document cannot be read") from None


class SqlReader:
    """PostgreSQL by psql, which is asked for JSON: no library of the lock speaks its protocol.

    Name and password are read once, as above.
    """

    def __init__(self, plan: Workflow, *, tls: str = "verify-full") -> None:
        self._plan, self._tls = plan, tls
        self._user, self._password = plan.sign_in()

    @property
    def tools(self) -> Mapping[str, str]:
        """The program."""
        return {"psql": self._run(["--version"], "").split()[-1] if shutil.which("psql") else "absent"}

    def write(self, host: str, port: int, records: Sequence[Record], canary: str) -> None:
        """A row a record, those of before out, in one transaction. The user owns its schema and may read the others."""
        rows = ", ".join(
            f"({_quoted(str(each['_id']))}, {_quoted(canary)}, {_quoted(json.dumps(dict(each)))})" for each in records
        )
        # Every name is ours, and every value is quoted.
        statements = (
            "BEGIN",
            f"CREATE SCHEMA IF NOT EXISTS {PLACE}",
            f"CREATE TABLE IF NOT EXISTS {_TABLE} (id text PRIMARY KEY, canary text, record text)",
            # Of canaries alone: their ids are made of their names.
            f"DELETE FROM {_TABLE} WHERE id LIKE canary || '-__'",  # noqa: S608
            f"INSERT INTO {_TABLE} VALUES {rows}",  # noqa: S608
            "COMMIT",
        )
        self._ask(host, port, "; ".join(statements) + ";", writes=True)

    def records(self, host: str, port: int, canary: str) -> Iterator[Record]:
        """As they were written."""
        if not self._ask(host, port, f"SELECT to_regclass('{_TABLE}')").strip():
            return
        told = self._ask(host, port, f"SELECT record FROM {_TABLE} WHERE canary = {_quoted(canary)}")  # noqa: S608 - ours
        for line in told.splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                record = None
            if not isinstance(record, dict):
                raise DrillError("a row of the canary in what was restored is no record")
            yield record

    def count(self, host: str, port: int) -> Mapping[str, int]:
        """Rows by table: counted, because a copy that was just restored has no statistics of its own."""
        told = self._ask(
            host,
            port,
            "SELECT format('SELECT %L, count(*) FROM %I.%I;', schemaname || '.' || tablename, schemaname, tablename)"
            " FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
        )
        found = {}
        for line in (self._ask(host, port, told) if told.strip() else "").splitlines():
            name, _, number = line.rpartition("|")
            if not number.isdecimal():
                raise DrillError("a table has a line's end in its name, and cannot be counted")
            found[name] = int(number)
        return found

    def _ask(self, host: str, port: int, sql: str, *, writes: bool = False) -> str:
        arguments = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--no-password"]
        with tempfile.TemporaryDirectory() as folder:
            # A file, and not a variable: the environment of a process is read by whoever runs as the same user.
            passwords = Path(folder) / "pgpass"
            passwords.touch(0o600)
            escaped = self._password.replace("\\", "\\\\").replace(":", "\\:")
            passwords.write_text(f"*:*:*:*:{escaped}\n", encoding="utf-8")
            settings = {
                "PGPASSFILE": str(passwords),
                "PGSSLMODE": self._tls,
                "PGCONNECT_TIMEOUT": str(_PATIENCE),
                "PGOPTIONS": "-c default_transaction_isolation=repeatable\\ read"
                f" -c default_transaction_read_only={'off' if writes else 'on'} -c client_min_messages=error",
            }
            if self._plan.ca_file:
                settings["PGSSLROOTCERT"] = self._plan.ca_file
            place = [
                "--host",
                host,
                "--port",
                str(port),
                "--username",
                self._user,
                "--dbname",
                self._plan.database,
            ]
            return self._run([*arguments, *place], sql, settings)

    def _run(self, arguments: Sequence[str], given: str, settings: Mapping[str, str] | None = None) -> str:
        program = shutil.which("psql")
        if program is None:
            raise DrillError("psql: is not installed; the tools image has it")
        try:
            done = subprocess.run(  # noqa: S603 - the arguments are this project's own, and no shell reads them
                [program, *arguments],
                input=given,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
                timeout=1800,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", **(settings or {})},
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DrillError(f"psql: {_line(str(error))}") from None
        if done.returncode:
            # The first line says what was refused; the next ones may quote the statement.
            said = done.stderr.strip().splitlines()
            raise DrillError(f"psql: {_line(said[0]) if said else f'ended with {done.returncode}'}")
        return done.stdout


def _quoted(text: str) -> str:
    """A literal of SQL: what we write holds neither quotes nor backslashes, and would not break out with them."""
    return "'" + text.replace("'", "''") + "'"


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]
