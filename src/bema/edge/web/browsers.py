"""Browsers as people know them: a name for the long line that a browser says about itself."""

from typing import NamedTuple

from bema.wire.tongues import Tongue

_BROWSERS = (  # the first word that is found names it: most browsers also call themselves others
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


class Browser(NamedTuple):
    """What somebody browses with."""

    name: str
    phone: bool


def browser_of(user_agent: str, speech: Tongue) -> Browser:
    """Name a browser and what it runs on."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), None)
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), None)
    phone = "Mobile" in user_agent or system == "iPhone"
    if browser is None:
        return Browser(system or speech.gettext("Unknown browser"), phone)
    if system is None:
        return Browser(browser, phone)
    return Browser(speech.gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}, phone)
