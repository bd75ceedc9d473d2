"""Starts the provider: the engine gives its address, reads a port from standard output, and ends the process."""

import sys
from pathlib import Path

# The components of this checkout: whatever else the environment has installed under the same name.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from provider.host import serve

serve(sys.argv[1:])
