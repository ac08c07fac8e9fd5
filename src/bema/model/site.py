"""The server's own addresses: where accounts, posts, tags and files are found, on the web and by other servers."""

from urllib.parse import quote, unquote

import msgspec

from bema.model.ids import AccountId, PostId, parse_id


class Site(msgspec.Struct, frozen=True):
    """Where this server is reached. `domain` includes the port where it is not the scheme's own."""

    domain: str
    scheme: str = "https"
    title: str = "Bema"
    email_subscriptions: bool = False  # whether people may let strangers have their posts by e-mail
    account_domain: str = ""  # what people's addresses end in; without it, `domain`
    by_allowance: bool = False  # whether nothing is exchanged with servers that were not allowed

    def __post_init__(self) -> None:
        if not self.account_domain:
            msgspec.structs.force_setattr(self, "account_domain", self.domain)

    @property
    def base(self) -> str:
        """The address that everything else begins with, without a slash at the end."""
        return f"{self.scheme}://{self.domain}"

    def profile(self, acct: str) -> str:
        """The page of an account."""
        return f"{self.scheme}://{self.domain}/@{acct}"

    def post(self, acct: str, id_: PostId) -> str:
        """The page of a post."""
        return f"{self.scheme}://{self.domain}/@{acct}/{id_}"

    def actor(self, username: str) -> str:
        """The ActivityPub id of an account of this server."""
        return f"{self.scheme}://{self.domain}/users/{username}"

    def handle(self, username: str) -> str:
        """The address of an account of this server, as people of other servers write it: `name@host`."""
        return f"{username}@{self.account_domain}"

    @property
    def own_actor(self) -> str:
        """The ActivityPub id of the server itself."""
        return f"{self.scheme}://{self.domain}/actor"

    @property
    def shared_inbox(self) -> str:
        """Where other servers bring what is for anybody here."""
        return f"{self.scheme}://{self.domain}/inbox"

    def object(self, username: str, id_: PostId) -> str:
        """The ActivityPub id of a post of this server."""
        return f"{self.scheme}://{self.domain}/users/{username}/statuses/{id_}"

    def tag(self, name: str) -> str:
        """The page of a hashtag."""
        return f"{self.scheme}://{self.domain}/tags/{quote(name)}"

    def tagged(self, acct: str, name: str) -> str:
        """The page of what an account wrote with a hashtag."""
        return f"{self.scheme}://{self.domain}/@{acct}/tagged/{quote(name)}"

    def collection(self, owner: AccountId, id_: int) -> str:
        """The ActivityPub id of a collection of this server."""
        return f"{self.scheme}://{self.domain}/ap/{owner}/collections/{id_}"

    def collection_page(self, id_: int) -> str:
        """The page of a collection of this server."""
        return f"{self.scheme}://{self.domain}/collections/{id_}"

    def unsubscribe(self, token: str) -> str:
        """The page on which somebody asks for no more letters; mail programs ask it without a page."""
        return f"{self.scheme}://{self.domain}/unsubscribe?token={token}"

    def shared_year(self, acct: str, year: int, share_key: str) -> str:
        """The page of an account's year, for whoever is given its key."""
        return f"{self.scheme}://{self.domain}/@{acct}/years/{year}/{share_key}"

    def media(self, key: str) -> str:
        """The address of a stored file."""
        return f"{self.scheme}://{self.domain}/media/{key}"

    def static(self, path: str) -> str:
        """The address of a file that comes with the server."""
        return f"{self.scheme}://{self.domain}/static/{path}"

    def interaction(self, template: str = "{uri}") -> str:
        """The page on which somebody of this server acts on what is elsewhere, its address in the place of `{uri}`."""
        return f"{self.scheme}://{self.domain}/authorize_interaction?uri={template}"

    # --- The other way ------------------------------------------------------------------------------------------------

    def is_here(self, host: str) -> bool:
        """Tell whether a host, as somebody wrote it in an address, is this server."""
        return host.lower() in (self.domain.lower(), self.account_domain.lower())

    def post_at(self, address: str) -> PostId | None:
        """Read which post of this server an address names: its page, or its ActivityPub id."""
        match self._segments(address):
            case [profile, number] if profile.startswith("@"):
                id_ = parse_id(number)
            case ["users", _, "statuses", number]:
                id_ = parse_id(number)
            case _:
                return None
        return None if id_ is None else PostId(id_)

    def account_at(self, address: str) -> str | None:
        """Read which account an address of this server names: its page, or its ActivityPub id."""
        match self._segments(address):
            case [profile] if profile.startswith("@"):
                return profile[1:]
            case ["users", name]:
                return name
        return None

    def _segments(self, address: str) -> list[str]:
        """Cut the path of an address into its parts; there are none where it leads elsewhere."""
        scheme, _, rest = address.partition("://")
        host, _, path = rest.partition("/")
        if scheme not in ("http", "https") or host.lower() != self.domain.lower():
            return []
        return unquote(path.partition("?")[0].partition("#")[0]).strip("/").split("/")
