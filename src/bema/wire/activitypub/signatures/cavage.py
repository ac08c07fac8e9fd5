"""Signatures after draft-cavage-http-signatures-12: what nearly all servers of the fediverse send and read.

The draft lets a sender cover what it likes. What must be covered here is ours to say: what is asked for, of whom, when,
and with which body.
"""

import re

from bema.model import limits
from bema.model.federating import SignatureStyle
from bema.model.ids import Millis
from bema.wire.activitypub.signatures import digests
from bema.wire.activitypub.signatures.fields import from_base64, http_date, read_http_date, to_base64
from bema.wire.activitypub.signatures.keys import SigningKey
from bema.wire.activitypub.signatures.requests import (
    Claim,
    Request,
    check_host,
    check_moment,
    checked_key_id,
    raw,
    refused,
)

_PARAMETER = re.compile(r'([a-zA-Z]{1,40})=(?:"([^"\\\x00-\x1f\x7f-\x9f]*)"|([0-9]{1,15}))')
_SEPARATOR = re.compile(r"[ \t]*,[ \t]*")
_NAME = re.compile(r"\((?:request-target|created|expires)\)|[a-z0-9!#$%&'*+\-.^_`|~]{1,100}")
_KINDS = {"rsa-sha256": "rsa", "ed25519": "ed25519", "hs2019": None, "": None}  # by algorithm; None: as the key is


def claim_of(request: Request, now: Millis) -> Claim:
    """Read what a request claims, and check all of it that needs no key; or raise `Unsigned`."""
    header = request.headers.get("signature", "")
    if not header:
        raise refused("there is none")
    found = _parameters(header)
    algorithm = found.get("algorithm", "").lower()
    if algorithm not in _KINDS:
        raise refused("its algorithm is not used here")
    names = _covered(found.get("headers", ""), request)
    if algorithm.startswith("rsa") and ("(created)" in names or "(expires)" in names):
        raise refused("(created) does not belong to this algorithm")
    if "(created)" in names:
        check_moment(_seconds(found, "created"), now)
    if "date" in names:
        check_moment(read_http_date(request.headers.get("date", "")), now)
    if "expires" in found and _seconds(found, "expires") < now // 1_000:
        raise refused("it has expired")
    check_host(request.headers.get("host", ""), request)
    if request.body is not None:
        digests.check_digest(request.headers.get("digest", ""), request.body)
    targets = [request.target]
    if request.body is None and request.path != request.target:
        targets.append(request.path)  # servers of before 2024 leave the query out, of questions
    return Claim(
        checked_key_id(found.get("keyId", "")),
        tuple(said(request, names, found, target=target) for target in targets),
        from_base64(found.get("signature", "")),
        SignatureStyle.CAVAGE,
        _KINDS[algorithm],
    )


def said(request: Request, names: list[str], parameters: dict[str, str], *, target: str | None = None) -> bytes:
    """Write what is signed: a line for each part that is covered; one that is not there is refused."""
    lines = []
    for name in names:
        match name:
            case "(request-target)":
                value = f"{request.method.lower()} {request.target if target is None else target}"
            case "(created)" | "(expires)":
                value = str(_seconds(parameters, name.strip("()")))
            case _ if name in request.headers:
                value = request.headers[name].strip()
            case _:
                raise refused(f"it covers {name}, which is not there")
        lines.append(f"{name}: {value}")
    return raw("\n".join(lines))


def sign(request: Request, key: SigningKey, now: Millis) -> dict[str, str]:
    """Return the headers that sign a request: of a question its target, host and date, else the body too."""
    seconds = now // 1_000
    made = {"date": http_date(seconds)}
    names = ["(request-target)", "host", "date"]
    if request.body is not None:
        made["digest"] = digests.digest(request.body)
        names.append("digest")
    complete = Request(
        method=request.method,
        scheme=request.scheme,
        host=request.host,
        target=request.target,
        headers={"host": request.host, **made},
    )
    signature = to_base64(key.sign(said(complete, names, {})))
    covered, algorithm = " ".join(names), "rsa-sha256" if key.kind == "rsa" else "hs2019"
    value = f'keyId="{key.id}",algorithm="{algorithm}",headers="{covered}",signature="{signature}"'
    named = {"Date": made["date"], "Signature": value}
    return {**named, "Digest": made["digest"]} if "digest" in made else named


def _parameters(header: str) -> dict[str, str]:
    if len(header) > limits.SIGNATURE_CHARACTERS:
        raise refused("it is too long")
    found: dict[str, str] = {}
    at = 0
    while True:
        match = _PARAMETER.match(header, at)
        if match is None:
            raise refused("it cannot be read")
        if match[1] in found:
            raise refused("a parameter comes twice")
        found[match[1]] = match[2] if match[2] is not None else match[3]
        at = match.end()
        if at == len(header):
            return found
        between = _SEPARATOR.match(header, at)
        if between is None or len(found) > limits.SIGNATURE_PARTS:
            raise refused("it cannot be read")
        at = between.end()


def _covered(text: str, request: Request) -> list[str]:
    """Read which parts are covered, and refuse less than we demand."""
    names = text.lower().split(" ")
    if len(names) > limits.SIGNATURE_PARTS or not all(_NAME.fullmatch(name) for name in names):
        raise refused("what it covers cannot be read")
    if len(set(names)) != len(names):
        raise refused("it covers the same part twice")
    needed = ["(request-target)", "host"] + (["digest"] if request.body is not None else [])
    for name in needed:
        if name not in names:
            raise refused(f"it does not cover {name}")
    if "date" not in names and "(created)" not in names:
        raise refused("it does not cover the date")
    return names


def _seconds(parameters: dict[str, str], name: str) -> int:
    text = parameters.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise refused(f"{name} is no moment")
    return int(text)
