"""``python -m recovery``: write canaries, bring stores back for a try, and tell how long ago that was."""

from recovery.commands import app as application
from stacks.command import app

if __name__ == "__main__":
    app(application, "the drill")
