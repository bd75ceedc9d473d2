"""A server on this machine that answers as Prometheus does, with what a test hands it."""

import json
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event


class Server(ThreadingHTTPServer):
    """Answers each query with the first of ``answers`` that is left, and keeps what it was asked."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.asked, self.stuck = [], [], Event()
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        code, content = self.server.answers.pop(0)
        if code == 0:
            self.server.stuck.wait(10)
            return
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(code)
        if code == 302:
            self.send_header("Location", "http://127.0.0.1:1/login")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        pass


def midnight(day):
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def matrix(*samples):
    """Prometheus' answer: a sample is the day that it is about, and its value; with a day before and one after."""
    day = timedelta(days=1)
    samples = [(samples[0][0] - day, "1"), *samples, (samples[-1][0] + day, "1")]
    values = [[midnight(about + day), value] for about, value in samples]
    return {"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {}, "values": values}]}}


def whole(month, value, days=None):
    length = (month.replace(month=month.month + 1) - month).days
    return [(month + timedelta(days=day), value) for day in range(length)[slice(None, days)]]
