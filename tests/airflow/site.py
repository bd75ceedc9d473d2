"""A stand-in for the site that the crawl reads: HTTPS on this machine, a password, and pages that may be away."""

from __future__ import annotations

import base64
import ssl
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LOGIN, PASSWORD = "reader", "a-password-of-the-test"
VEHICLES = ("/vehicles/1", "/vehicles/2")
CONTENT = {
    "": "<table><tr><th>제조사</th><td>현대</td></tr><tr><th>배기량</th><td>1,598cc</td></tr></table>",
    "/options": "<table><tr><th>선루프</th><td>50만원</td></tr></table>",
    "/images": '<img src="/a.jpg"><img src="/b.jpg">',
    "/reviews": "<article>조용하다</article>",
}


@dataclass
class Site:
    """Where it is, whom it trusts, what was asked for, and for how many more requests a path is away."""

    address: str
    authority: Path
    asked: Counter[str] = field(default_factory=Counter)
    away: dict[str, int] = field(default_factory=dict)


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    """The site while it is up."""
    key, certificate = folder / "site.key", folder / "site.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    site = Site("", certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    site.address = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    token = "Basic " + base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
    pages = {f"{vehicle}{path}": html for vehicle in VEHICLES for path, html in CONTENT.items()}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked[self.path] += 1
            status = 401 if self.headers["Authorization"] != token else 200 if self.path in pages else 404
            if site.away.get(self.path, 0) > 0:
                site.away[self.path] -= 1
                status = 503
            body = f"<h1>아반떼</h1>{pages[self.path]}".encode() if status == 200 else b""
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's
            """Keep the test's output to itself."""

    return Handler
