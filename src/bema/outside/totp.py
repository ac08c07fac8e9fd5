"""Codes from an authenticator app (TOTP, RFC 6238): the second proof that somebody is who they say."""

import hmac
import unicodedata

import pyotp

from bema.model import limits
from bema.model.ids import Millis

STEP_SECONDS = 30
DIGITS = 6


def new_secret() -> str:
    """Make a secret of 160 bits, in the base32 that apps read."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, *, name: str, issuer: str) -> str:
    """Write the address that an app reads from the picture: whose secret it is (`name`), and where (`issuer`)."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(name=name, issuer_name=issuer)


def qr_svg(uri: str) -> str:
    """Draw the picture that an app reads, as SVG to put into a page: dark on light in dark mode too, as cameras need."""
    import segno  # here, as it is needed once in a life

    return segno.make(uri, error="m", micro=False).svg_inline(border=4, dark="#000", light="#fff", omitsize=True)


def matching_step(secret: str, code: str, now: Millis, *, last_step: int | None) -> int | None:
    """Tell for which step of time `code` is right, or None; keep it as `last_step`, since a code is good only once.

    A code that somebody has read over a shoulder, or that was sent twice, is as wrong as any other.
    """
    typed = _digits(code)
    if typed is None:
        return None
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    today = now // (STEP_SECONDS * 1_000)
    found = None
    for step in range(max(0, today - limits.TOTP_WINDOW_STEPS), today + limits.TOTP_WINDOW_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(step), typed) and (last_step is None or step > last_step):
            found = step
    return found


def _digits(code: str) -> str | None:
    """Read the digits of any script's keyboard; spaces between them are as apps show them."""
    if len(code) > 4 * DIGITS:
        return None
    values = [unicodedata.decimal(character, None) for character in code if not character.isspace()]
    if len(values) != DIGITS or None in values:
        return None
    return "".join(str(value) for value in values)
