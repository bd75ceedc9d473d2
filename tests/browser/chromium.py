"""A headless Chromium, spoken to by the DevTools protocol over two pipes: no port, no driver, no other package.

Source of the protocol and of its framing (JSON, ended by a zero byte, on descriptors 3 and 4): Chromium's
content/browser/devtools/devtools_pipe_handler.cc and https://chromedevtools.github.io/devtools-protocol/.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any


class Browser:
    """One page of a running Chromium. Everything that the page asks for over the wire is kept in ``requests``."""

    def __init__(self, orders: RawIOBase, answers: BufferedReader) -> None:
        self.orders, self.answers = orders, answers
        self.number, self.session = 0, None
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.pending = b""
        target = self.order("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.order("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.order(f"{domain}.enable")

    def order(self, method: str, **parameters: Any) -> dict[str, Any]:
        """What Chromium answers to one command. Raises :class:`RuntimeError` where it refuses."""
        self.number += 1
        command = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session
        self.orders.write(json.dumps(command).encode() + b"\0")
        while (said := self._said()).get("id") != self.number:
            self._heed(said)
        if "error" in said:
            raise RuntimeError(f"{method}: {said['error']}")
        result: dict[str, Any] = said["result"]
        return result

    def open(self, page: Path, fragment: str = "") -> None:
        """Load a file and wait until it is whole."""
        # Another fragment of the same file would load nothing.
        self.order("Page.navigate", url="about:blank")
        self.requests.clear()
        self.errors.clear()
        self.order("Page.navigate", url=f"file://{page}{fragment}")
        while (said := self._said()).get("method") != "Page.loadEventFired" or self._blank():
            self._heed(said)

    def run(self, script: str) -> Any:
        """What a script in the page comes to. Raises :class:`RuntimeError` with what it threw."""
        answer = self.order("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def show(
        self, *, width: int = 1200, height: int = 900, scale: float = 1, dark: bool = False, printed: bool = False
    ) -> None:
        """How the page is looked at from now on; ``scale`` is pixels of a picture for one of the page."""
        self.order(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.order("Emulation.setEmulatedMedia", media="print" if printed else "", features=features)

    def picture(self, target: Path, *, whole: bool = True) -> None:
        """A PNG of what is to be seen, or of the page from top to bottom."""
        data = self.order("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        target.write_bytes(base64.b64decode(data))

    def paper(self) -> bytes:
        """The page as it would be printed on A4."""
        data = self.order(
            "Page.printToPDF", printBackground=True, preferCSSPageSize=True, paperWidth=8.27, paperHeight=11.7
        )
        return base64.b64decode(data["data"])

    def _blank(self) -> bool:
        return bool(self.run("location.href === 'about:blank'"))

    def _said(self) -> dict[str, Any]:
        while b"\0" not in self.pending:
            more = self.answers.read1(1 << 20)
            if not more:
                raise RuntimeError("Chromium ended")
            self.pending += more
        message, _, self.pending = self.pending.partition(b"\0")
        said: dict[str, Any] = json.loads(message)
        return said

    def _heed(self, said: dict[str, Any]) -> None:
        match said.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(said["params"]["request"]["url"])
            case "Runtime.exceptionThrown" | "Log.entryAdded":
                self.errors.append(json.dumps(said["params"]))


@contextmanager
def start(program: str, profile: Path) -> Iterator[Browser]:
    """A browser for the time of a ``with``; its profile is a folder of its own."""
    their_orders, our_orders = os.pipe()
    our_answers, their_answers = os.pipe()
    options = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--hide-scrollbars",
        "--no-first-run",
        f"--user-data-dir={profile}",
        "--remote-debugging-pipe",
    ]
    # A shell puts the pipes where Chromium looks for them: it reads 3 and writes 4.
    wired = f'exec "$@" 3<&{their_orders} 4>&{their_answers}'
    with subprocess.Popen(
        ["bash", "-c", wired, "bash", program, *options],  # noqa: S607 - the shell of this machine
        pass_fds=(their_orders, their_answers),
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(their_orders)
        os.close(their_answers)
        with os.fdopen(our_orders, "wb", buffering=0) as orders, os.fdopen(our_answers, "rb") as answers:
            try:
                yield Browser(orders, answers)
            finally:
                process.terminate()
