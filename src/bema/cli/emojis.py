"""Custom emojis: the pictures that people of a square write as `:shortcode:`."""

import asyncio
import re
from pathlib import Path

from bema.app import site_of
from bema.cli.home import opened
from bema.model.errors import Invalid, NotFound
from bema.model.site import Site
from bema.outside.blobs import Blobs
from bema.outside.images import Picture, Rendition, process
from bema.settings import Settings
from bema.store import accounts, custom_emojis
from bema.store.tx import WriteTx

_SHORTCODE = re.compile(r"[A-Za-z0-9_]{2,30}")


def add_emoji(shortcode: str, file: Path, /, *, home: Path, category: str | None = None) -> None:
    """Add a custom emoji, from a square PNG, GIF or WebP picture.

    Parameters
    ----------
    shortcode
        What people write between colons: letters, digits and underscores.
    file
        The picture; one that moves keeps moving.
    home
        Folder of the server.
    category
        Heading under which the picker shows it.
    """
    if not _SHORTCODE.fullmatch(shortcode):
        raise Invalid("A shortcode is made of 2 to 30 letters, digits and underscores")
    try:
        picture = process(file.read_bytes(), "avatar")
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror}") from None
    with opened(home) as (settings, database):
        site = site_of(settings)
        url, static_url = asyncio.run(_kept(settings, site, shortcode, picture))

        def add(tx: WriteTx) -> None:
            if not custom_emojis.add(tx, accounts.home_domain(tx), shortcode, url, static_url, category):
                raise Invalid(f":{shortcode}: is taken; remove it first")

        database.write_now(add)
    print(f":{shortcode}: can be written.")


def remove_emoji(shortcode: str, /, *, home: Path) -> None:
    """Remove a custom emoji from the picker; what was written with it keeps its picture.

    Parameters
    ----------
    shortcode
        What people write between colons.
    home
        Folder of the server.
    """
    with opened(home) as (_, database):
        if not database.write_now(custom_emojis.remove, shortcode):
            raise NotFound(f"There is no :{shortcode}:")
    print(f":{shortcode}: is removed.")


async def _kept(settings: Settings, site: Site, shortcode: str, picture: Picture) -> tuple[str, str]:
    """Store the picture, moving and standing still, and return the addresses."""
    blobs = Blobs(settings.media_root, public_url=site.media("").rstrip("/"), secret=settings.secret.encode())

    async def put(rendition: Rendition) -> str:
        key = blobs.key("emoji", shortcode, rendition.content, rendition.extension)
        await blobs.put(key, rendition.content)
        return site.media(key)

    return await put(picture.original), await put(picture.static or picture.original)
