"""The command line: `bema VERB …`; a contract that other tools call, also while the server runs."""

import gc
import sys

from cyclopts import App as Commands

from bema import __version__
from bema.model.errors import HistoryLost, Refusal
from bema.settings import SettingsError

# Named by where they are, so that each command imports only what it needs: `serve` is quick to start.
commands = Commands(name="bema", version=__version__, help="A public square that anyone can run.")
commands.command("bema.cli.administering:init", name="init")
commands.command("bema.cli.administering:migrate", name="migrate")
commands.command("bema.cli.serving:serve", name="serve")
commands.command("bema.cli.demo:demo", name="demo")
commands.command("bema.cli.doctor:doctor", name="doctor")
commands.command("bema.cli.backup:backup", name="backup")
commands.command("bema.cli.backup:restore", name="restore")
commands.command("bema.cli.shell:shell", name="shell")
commands.command("bema.cli.reference:reference", name="reference")

account = Commands(name="account", help="People who sign in, and the accounts they speak for.")
account.command("bema.cli.administering:create_account", name="create")
account.command("bema.cli.administering:appoint", name="role")
account.command("bema.cli.inviting:approve", name="approve")
account.command("bema.cli.inviting:reject", name="reject")
commands.command(account)

invite = Commands(name="invite", help="Invitations by which people join.")
invite.command("bema.cli.inviting:create_invite", name="create")
commands.command(invite)

emoji = Commands(name="emoji", help="Pictures that people write as :shortcode:.")
emoji.command("bema.cli.emojis:add_emoji", name="add")
emoji.command("bema.cli.emojis:remove_emoji", name="remove")
commands.command(emoji)

announcement = Commands(name="announcement", help="What the operators say to everybody.")
announcement.command("bema.cli.announcing:create_announcement", name="create")
announcement.command("bema.cli.announcing:list_announcements", name="list")
announcement.command("bema.cli.announcing:delete_announcement", name="delete")
commands.command(announcement)

terms = Commands(name="terms", help="Terms of service, by the day from which they hold.")
terms.command("bema.cli.announcing:publish_terms", name="publish")
commands.command(terms)

policy = Commands(name="policy", help="What the square agreed on: rules, terms and other documents, in versions.")
policy.command("bema.cli.policies:list_policies", name="list")
policy.command("bema.cli.policies:show_policy", name="show")
policy.command("bema.cli.policies:diff_policy", name="diff")
policy.command("bema.cli.policies:propose_policy", name="propose")
policy.command("bema.cli.policies:publish_policy", name="publish")
policy.command("bema.cli.policies:adopt_policy", name="adopt")
policy.command("bema.cli.policies:withdraw_policy", name="withdraw")
commands.command(policy)

log = Commands(name="log", help="The public log of what is decided: of this server, or of any other.")
log.command("bema.cli.checking_logs:verify", name="verify")
log.command("bema.cli.checking_logs:watch", name="watch")
log.command("bema.cli.keeping_logs:key", name="key")
log.command("bema.cli.keeping_logs:export", name="export")
log.command("bema.cli.keeping_logs:prove", name="prove")
log.command("bema.cli.keeping_logs:rotate", name="rotate")
log.command("bema.cli.keeping_logs:forget", name="forget")
log.command("bema.cli.keeping_logs:readmit", name="readmit")
commands.command(log)

servers = Commands(name="peers", help="Other servers: how they take what they are told, and which are kept away.")
servers.command("bema.cli.peers:list_peers", name="list")
servers.command("bema.cli.peers:retry_peer", name="retry")
servers.command("bema.cli.peers:drop_peer", name="drop")
servers.command("bema.cli.peers:export_blocks", name="export-blocks")
servers.command("bema.cli.peers:import_blocks", name="import-blocks")
commands.command(servers)

passing_on = Commands(
    name="relays", help="Relays, which pass public posts on between servers that do not know each other."
)
passing_on.command("bema.cli.relays:list_relays", name="list")
passing_on.command("bema.cli.relays:add_relay", name="add")
passing_on.command("bema.cli.relays:remove_relay", name="remove")
commands.command(passing_on)

effects = Commands(name="effects", help="What decisions do to people and posts.")
effects.command("bema.cli.auditing:audit", name="audit")
commands.command(effects)

token = Commands(name="token", help="Tokens by which programs act for an account.")
token.command("bema.cli.administering:create_token", name="create")
commands.command(token)


def main() -> None:
    """Run one command; an expected no is one sentence and exit code 1, a public log that went back exit code 3."""
    # What is imported is no rubbish: looking for some among it takes a tenth of the time.
    gc.set_threshold(100_000, 20, 20)
    if not set(sys.argv[1:]) - {"-h", "--help"}:
        load_all()
    try:
        commands()
    except (Refusal, SettingsError) as error:
        print(f"bema: {error}", file=sys.stderr)
        sys.exit(1)
    except HistoryLost as error:
        print(f"bema: {error}", file=sys.stderr)
        sys.exit(3)


def load_all() -> None:
    """Import all commands: the overview and the reference show their sentences."""
    for group in (
        commands,
        account,
        invite,
        emoji,
        announcement,
        terms,
        policy,
        log,
        servers,
        passing_on,
        effects,
        token,
    ):
        for name in group:
            group[name]
