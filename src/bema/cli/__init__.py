"""The command line: `bema VERB …`; a contract that other tools call, also while the server runs."""

import sys

from cyclopts import App as Commands

from bema import __version__
from bema.cli import administering, demo, inviting, serving
from bema.model.errors import Refusal
from bema.settings import SettingsError

commands = Commands(name="bema", version=__version__, help="A public square that anyone can run.")
commands.command(administering.init)
commands.command(administering.migrate)
commands.command(serving.serve)
commands.command(demo.demo)

account = Commands(name="account", help="People who sign in, and the accounts they speak for.")
account.command(administering.create_account, name="create")
account.command(inviting.approve)
account.command(inviting.reject)
commands.command(account)

invite = Commands(name="invite", help="Invitations by which people join.")
invite.command(inviting.create_invite, name="create")
commands.command(invite)

token = Commands(name="token", help="Tokens by which programs act for an account.")
token.command(administering.create_token, name="create")
commands.command(token)


def main() -> None:
    """Run one command; an expected no is one sentence and exit code 1."""
    try:
        commands()
    except (Refusal, SettingsError) as error:
        print(f"bema: {error}", file=sys.stderr)
        sys.exit(1)
