"""Every setting, with its default, unit and a sentence: read from `DIR/bema.toml`, overridden by `BEMA_*` variables."""

import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta


class Rule(msgspec.Struct, frozen=True):
    """One rule of the server, as people read it before they sign up."""

    text: str
    hint: str = ""


def _setting(sentence: str) -> Any:
    return Meta(description=sentence)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of one server. The name of a variable is `BEMA_` and the name here in capitals."""

    home: Annotated[Path, _setting("Where the server keeps its files; given by --home, not written in bema.toml.")]
    domain: Annotated[str, _setting("Host name, with the port where it is unusual; part of every address, for ever.")]
    account_domain: Annotated[
        str,
        _setting(
            "What people's addresses end in, where that is not `domain`; it must send WebFinger's questions here."
        ),
    ] = ""
    scheme: Annotated[Literal["http", "https"], _setting("How the outside reaches the server.")] = "https"
    database: Annotated[str, _setting("SQLAlchemy address; empty: SQLite in bema.db of the home folder.")] = ""
    media: Annotated[str, _setting("Folder or s3:// address of media; empty: media/ in the home folder.")] = ""
    secret: Annotated[str, _setting("Key of everything this server signs for itself; made by `bema init`.")] = ""

    title: Annotated[str, _setting("Name of the square.")] = "Bema"
    description: Annotated[str, _setting("What the square is, in a sentence or two.")] = "A public square."
    extended_description: Annotated[str, _setting("What the square is, at length; adopted once, as the rules are.")] = (
        ""
    )
    contact_email: Annotated[str, _setting("Where people reach the operators.")] = ""
    contact_account: Annotated[str, _setting("Username of the account that speaks for the operators.")] = ""
    source_url: Annotated[str, _setting("Where people find the source code of this server; empty: /about.")] = ""
    languages: Annotated[list[str], _setting("Languages spoken here, as BCP 47 codes; the first is the default.")] = (
        msgspec.field(default_factory=lambda: ["en"])
    )
    rules: Annotated[
        list[Rule],
        _setting("Rules of a new server, in order: adopted as the first version; later ones by `bema policy`."),
    ] = []
    recommended_accounts: Annotated[
        list[str], _setting("Usernames of people of this server who are suggested to everybody.")
    ] = []
    privacy_policy: Annotated[str, _setting("Privacy policy, plain text; adopted once, as the rules are.")] = ""
    consultation_days: Annotated[
        int, Meta(ge=1, le=365, description="For how many days everybody is asked about a policy that is proposed.")
    ] = 14

    registration: Annotated[
        Literal["open", "approval", "invite", "closed"],
        _setting("Who may sign up: anybody, after approval, invited, nobody."),
    ] = "open"
    domain_blocks_for: Annotated[
        Literal["everybody", "members", "nobody"], _setting("Who may read which servers are kept away, and why.")
    ] = "everybody"
    email_confirmation: Annotated[bool, _setting("Whether a new address must be confirmed before it can be used.")] = (
        True
    )
    email_subscriptions: Annotated[
        bool, _setting("Whether people may let strangers have their public posts by e-mail; letters cost reputation.")
    ] = False
    rate_limit_factor: Annotated[
        float, Meta(ge=0.01, description="Multiplies every rate limit; larger allows more.")
    ] = 1.0
    trusted_proxies: Annotated[
        list[str], _setting("Addresses or networks whose X-Forwarded-For, -Proto and -Host are believed.")
    ] = []
    federation_private_peers: Annotated[
        bool, _setting("Allow http and private addresses for all that is fetched or delivered. For development only.")
    ] = False
    authorized_fetch: Annotated[
        bool, _setting("Show posts and profiles only to servers that sign their questions, and are not kept away.")
    ] = False
    limited_federation: Annotated[
        bool,
        _setting("Exchange nothing with servers that the staff did not allow; else with all that it did not block."),
    ] = False
    remote_media_gigabytes: Annotated[
        float,
        Meta(ge=0.0, description="How much is kept of files of other servers; those that nobody looks at go first."),
    ] = 10.0
    remote_days: Annotated[
        int,
        Meta(
            ge=0,
            description="After how many days posts and people of other servers go whom nobody here has to do with; 0: never.",
        ),
    ] = 0
    fetch_high_ports: Annotated[bool, _setting("Ask other servers on ports above 1023 too, besides 80 and 443.")] = (
        False
    )

    trends_reviewed: Annotated[
        bool, _setting("Whether tags, links and posts trend only once the staff allowed them.")
    ] = False
    translate_url: Annotated[
        str, _setting("Address of a translator that speaks LibreTranslate's API; empty: posts are not translated.")
    ] = ""
    translate_key: Annotated[str, _setting("Key for the translator; empty: none.")] = ""

    smtp_host: Annotated[
        str, _setting("Mail server; empty: mails are written as files to outbox/ in the home folder.")
    ] = ""
    smtp_port: Annotated[int, Meta(ge=1, le=65535, description="Port of the mail server.")] = 587
    smtp_security: Annotated[Literal["starttls", "tls", "none"], _setting("How the mail connection is protected.")] = (
        "starttls"
    )
    smtp_user: Annotated[str, _setting("Name for the mail server; empty: none.")] = ""
    smtp_password: Annotated[str, _setting("Password for the mail server.")] = ""
    smtp_from: Annotated[str, _setting("Sender of mails; empty: notifications@ and the domain.")] = ""

    metrics_token: Annotated[
        str, _setting("Bearer token with which /metrics is told to other machines; empty: to this machine alone.")
    ] = ""
    log_level: Annotated[Literal["debug", "info", "warning", "error"], _setting("What is logged.")] = "info"

    @property
    def database_url(self) -> str:
        """The database's address, with the default filled in."""
        return self.database or f"sqlite:///{self.home.absolute() / 'bema.db'}"

    @property
    def media_root(self) -> str:
        """Where media are kept, with the default filled in."""
        return self.media or str(self.home.absolute() / "media")

    @property
    def base(self) -> str:
        """The address that everything of this server begins with."""
        return f"{self.scheme}://{self.domain}"


class SettingsError(Exception):
    """A setting is missing or wrong; the sentence says which."""


def load(home: Path, environment: Mapping[str, str]) -> Settings:
    """Read the settings of the server in `home`."""
    file = home / "bema.toml"
    if not file.exists():
        raise SettingsError(f"{file} does not exist: make the server with `bema init --home {home} --domain HOST`")
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: {error}") from None
    fields = {field.name for field in msgspec.structs.fields(Settings)} - {"home"}
    for name in sorted(fields):
        if (text := environment.get(f"BEMA_{name.upper()}")) is not None:
            values[name] = _from_text(name, text)
    values["home"] = str(home)
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=lambda kind, value: kind(value))
    except msgspec.ValidationError as error:
        raise SettingsError(f"{file} or BEMA_* variable: {error}") from None
    for network in settings.trusted_proxies:
        try:
            ip_network(network, strict=False)
        except ValueError as error:
            raise SettingsError(f"trusted_proxies: {error}") from None
    return settings


_SWITCHES = (
    "authorized_fetch",
    "email_confirmation",
    "email_subscriptions",
    "federation_private_peers",
    "fetch_high_ports",
    "remote_media_gigabytes",
    "remote_days",
    "limited_federation",
    "trends_reviewed",
)


def _from_text(name: str, text: str) -> Any:
    """Read a variable: lists are separated by commas, switches are on/off, yes/no, true/false or 1/0."""
    if name in ("trusted_proxies", "languages", "recommended_accounts"):
        return [part.strip() for part in text.split(",") if part.strip()]
    if name in _SWITCHES:
        if text.lower() in ("1", "on", "yes", "true"):
            return True
        if text.lower() in ("0", "off", "no", "false", ""):
            return False
        raise SettingsError(f"BEMA_{name.upper()} is {text!r}: say on or off")
    if name == "rules":
        raise SettingsError("rules are written in bema.toml")
    return text
