"""``python -m migration``: what is to be moved, how, and how far it has come."""

from migration.commands import app as application
from stacks.command import app

if __name__ == "__main__":
    app(application, "the migration's command")
