"""Runs one Pulumi program as the language host does, in a process that holds nothing of this project.

Started as a file, by whichever Python has the program's libraries: it knows the SDK and the standard library only. What
becomes of the program is written as JSON to the pipe that the job names; what the program prints goes where it goes.

Source: pulumi sdk/python/cmd/pulumi-language-python-exec at 0491e0d1.
"""

# Any Python that Pulumi supports may be asked to run this.
from __future__ import annotations

import asyncio
import contextvars
import functools
import json
import logging
import os
import runpy
import sys
from pathlib import Path
from typing import Any

#: Beside a look-up, so that it can be asked for by name: whether it may stay unknown, and which fields its answer has.
FORM, FIELDS, SECRET = "pulumi-preview-form", "pulumi-preview-fields", "pulumi-preview-secret"
#: What of the SDK takes secrets out of a look-up's arguments, and says whether there were any.
OPENING = "_unwrap_rpc_secret_struct_properties"
#: A pipe takes what is written into it at once, up to some size.
LONGEST = 1000
_form: contextvars.ContextVar[str] = contextvars.ContextVar("form", default="plain")
_fields: contextvars.ContextVar[str] = contextvars.ContextVar("fields", default="")
_secret: contextvars.ContextVar[str] = contextvars.ContextVar("secret", default="")


def main() -> None:
    """Runs the job in the first argument and tells what became of it."""
    job = json.loads(sys.argv[1])
    outside = [Path(each).resolve() for each in job["outside"]]
    sys.path[:] = [each for each in sys.path if Path(each or ".").resolve() not in outside]
    told = _run(job)
    sys.stdout.flush()
    sys.stderr.flush()
    with os.fdopen(job["report"], "w", encoding="utf-8") as report:
        json.dump(told, report)
    # Threads that the program left behind must not keep it from ending.
    os._exit(0)


def _run(job: dict[str, Any]) -> dict[str, Any]:
    try:
        import pulumi
        import pulumi.runtime
    except ImportError as error:
        return {"error": "ImportError", "module": error.name or "pulumi", "file": "", "line": 0}
    _configure(job)
    os.chdir(job["folder"])
    sys.path.insert(0, job["folder"])
    sys.argv = [job["file"]]
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(lambda *_: None)
    program = functools.partial(runpy.run_path, job["file"], run_name="__main__")
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _discard(program())))
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else "a text"
        return {} if left.code in (None, 0) else {**_place(left, job), "error": "SystemExit", "text": str(code)}
    except pulumi.ConfigMissingError as error:
        return {**_place(error, job), "error": "ConfigMissingError", "key": error.key, "secret": error.secret}
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent tells it
        return _failure(error, job)
    return {}


def _discard(_: object) -> None:
    """A program's names are no coroutine to await."""


def _configure(job: dict[str, Any]) -> None:
    import pulumi

    runtime = pulumi.runtime
    runtime.set_all_config(runtime.get_config_env(), runtime.get_config_secret_keys_env())
    runtime.configure(
        runtime.Settings(
            monitor=job["address"],
            engine=job["address"],
            project=job["project"],
            stack=job["stack"],
            parallel=16,
            dry_run=True,
            organization=job["organization"],
        )
    )
    _hide_secrets(set(job["secretKeys"]))
    _tell_forms()


def _hide_secrets(keys: set[str]) -> None:
    """Lets what ``Config`` hands out as a secret be an unknown one, where its value is not known here."""
    import pulumi
    from pulumi.output import UNKNOWN

    def hidden(asked: Any) -> Any:
        @functools.wraps(asked)
        def answer(self: Any, key: str, *rest: Any, **options: Any) -> Any:
            if f"{self.name}:{key}" in keys:
                return pulumi.Output.secret(UNKNOWN)
            return asked(self, key, *rest, **options)

        return answer

    for name in dir(pulumi.Config):
        if name.startswith(("get_secret", "require_secret")):
            setattr(pulumi.Config, name, hidden(getattr(pulumi.Config, name)))


def _tell_forms() -> None:
    """Marks each look-up by its form, its answer's fields and whether it was asked with a secret.

    The protocol says none of it. What an ``Output`` will hold may stay unknown; what is used at once may not.
    """
    import pulumi
    from pulumi.runtime.proto import resource_pb2

    module: Any = sys.modules["pulumi.runtime.invoke"]
    rpc: Any = sys.modules["pulumi.runtime.rpc"]
    can_stay_unknown = "unknown" in resource_pb2.ResourceInvokeResponse.DESCRIPTOR.fields_by_name

    def marked(asked: Any, form: str) -> Any:
        @functools.wraps(asked)
        def ask(tok: str, props: Any, opts: Any = None, typ: Any = None, *rest: Any, **options: Any) -> Any:
            before = _form.set(form), _fields.set(",".join(_names(typ)))
            try:
                return asked(tok, props, opts, typ, *rest, **options)
            finally:
                _form.reset(before[0])
                _fields.reset(before[1])

        return ask

    if can_stay_unknown and hasattr(module, "invoke_output"):
        module.invoke_output = pulumi.runtime.invoke_output = marked(module.invoke_output, "output")
    module.invoke = pulumi.runtime.invoke = marked(module.invoke, "plain")
    opened = getattr(rpc, OPENING, None)
    if opened is not None:

        def open_secrets(properties: Any) -> Any:
            plain, secret = opened(properties)
            _secret.set("1" if secret else "")
            return plain, secret

        setattr(rpc, OPENING, open_secrets)
    monitor: Any = pulumi.runtime.settings.get_monitor()
    send = monitor.Invoke
    monitor.Invoke = lambda request: send(
        request, metadata=((FORM, _form.get()), (FIELDS, _fields.get()), (SECRET, _secret.get()))
    )


def _names(typ: Any) -> list[str]:
    """The fields of an answer, as the provider names them."""
    from pulumi import _types

    try:
        return sorted(_types.output_type_types(typ)) if typ else []
    except (AssertionError, AttributeError, TypeError, NameError):
        return []


def _failure(error: BaseException, job: dict[str, Any]) -> dict[str, Any]:
    import pulumi

    told = {**_place(error, job), "error": type(error).__name__}
    if isinstance(error, ImportError) and error.name:
        told["module"] = error.name
    if key := getattr(error, "key", None) if isinstance(error, pulumi.RunError) else None:
        told["key"] = str(key)
    if isinstance(error, SyntaxError):
        told.update(file=error.filename or told["file"], line=error.lineno or 0, text=error.msg)
    # These speak of code. The text of any other may quote a value, and a value may be a secret.
    elif isinstance(error, (AttributeError, ImportError, NameError, TypeError)):
        told["text"] = str(error)[:LONGEST]
    elif isinstance(error, OSError) and error.strerror:
        told["text"] = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return told


def _place(error: BaseException, job: dict[str, Any]) -> dict[str, Any]:
    """Where it happened: the innermost line of the program's own files, else the innermost one."""
    root = Path(job["root"]).resolve()
    last: tuple[str, int] = ("", 0)
    own: tuple[str, int] | None = None
    trace = error.__traceback__
    while trace is not None:
        last = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        file = Path(last[0])
        if root in file.resolve().parents and "site-packages" not in file.parts:
            own = last
        trace = trace.tb_next
    file_name, line = own or last
    return {"file": file_name, "line": line}


if __name__ == "__main__":
    main()
