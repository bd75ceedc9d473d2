"""Takes ``docs/report.png`` anew, the picture of the page in both READMEs: ``python -m tests.browser.picture``.

The picture keeps the words and figures that it shows in a text chunk of its own, which ``tests/test_readme.py`` holds
against the present page without a browser. Source of the chunk: https://www.w3.org/TR/png-3/#11iTXt.
"""

from __future__ import annotations

import re
import struct
import sys
import tempfile
from html import unescape
from pathlib import Path
from typing import Final
from zlib import crc32

from preview.report.render import render
from tests.browser.chromium import start
from tests.browser.conftest import FOLDER
from tests.recordings import previewed

FILE: Final = Path(__file__).parents[2] / "docs" / "report.png"
#: Pixels of the picture for one of the page.
SCALE: Final = 0.85
#: Below the last thing shown, in pixels of the page.
MARGIN: Final = 12
#: The head and the architecture, without what stands between them and in the same letters on every machine; how far down it goes.
FRAME: Final = """(() => {
    document.body.style.fontFamily = '"DejaVu Sans"';
    document.getElementById('findings').hidden = true;
    return Math.ceil(document.getElementById('architecture').getBoundingClientRect().bottom);
})()"""
#: A PNG's signature and its first chunk, which nothing may stand before.
HEAD: Final = 8 + 25
KEYWORD: Final = b"Description\0\0\0\0\0"


def page() -> str:
    """Production's page, as of the committed day."""
    return render(previewed("prod"), "html")


def shown(source: str) -> list[str]:
    """The words and figures of a page that the picture shows, in order."""
    parts = re.findall(r"<header.*?</header>|<section id=\"architecture\">.*?<details>", source, re.DOTALL)
    texts = (unescape(text).strip() for part in parts for text in re.split(r"<[^>]*>", part))
    return [text for text in texts if text]


def stamp(png: bytes, texts: list[str]) -> bytes:
    """``png`` with what it shows in it."""
    body = b"iTXt" + KEYWORD + "\n".join(texts).encode()
    return png[:HEAD] + struct.pack(">I", len(body) - 4) + body + struct.pack(">I", crc32(body)) + png[HEAD:]


def stamped(png: bytes) -> list[str]:
    """What :func:`stamp` put into ``png``; empty where there is no stamp."""
    (length,) = struct.unpack(">I", png[HEAD : HEAD + 4])
    before, found, texts = png[HEAD + 4 : HEAD + 8 + length].partition(b"iTXt" + KEYWORD)
    return texts.decode().split("\n") if found and not before else []


def main() -> int:
    """Take the picture; without a Chromium that is said in one line, and the exit code is 2."""
    if not (FOLDER / "chromium").exists():
        sys.stderr.write("error: no Chromium in .engine/browser: tools/browser/build.sh puts its name there\n")
        return 2
    source = page()
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        start((FOLDER / "chromium").read_text().strip(), Path(folder, "profile")) as browser,
    ):
        target = Path(folder, "report.html")
        target.write_text(source, encoding="utf-8")
        browser.show()
        browser.open(target)
        browser.show(height=browser.run(FRAME) + MARGIN, scale=SCALE)
        browser.picture(FILE, whole=False)
    FILE.write_bytes(stamp(FILE.read_bytes(), shown(source)))
    sys.stdout.write(f"docs/{FILE.name} shows the page of {len(source)} characters\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
