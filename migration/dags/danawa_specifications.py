"""From Danawa's pages to documents: parsing, normalising, and writing them so that writing twice changes nothing.

Nothing here knows Airflow, boto3 or pymongo. What a page looks like is assumed in one place, :class:`_Page`: one
vehicle a page, its name in the first ``h1``, its data in table rows of a ``th`` and a ``td``. Nobody has held it
against the site, whose pages are not part of this repository.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from itertools import batched if False else islice
