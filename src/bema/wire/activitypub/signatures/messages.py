"""Signatures after RFC 9421 (HTTP Message Signatures): what newer servers send, some of them first."""

from typing import NamedTuple

from bema.model import limits
from bema.model.federating import SignatureStyle
from bema.model.ids import Millis
from bema.wire.activitypub.signatures import digests
from bema.wire.activitypub.signatures.fields import (
    Inner,
    Item,
    Value,
    dictionary,
    to_base64,
    written,
    written_parameters,
)
from bema.wire.activitypub.signatures.keys import SigningKey
from bema.wire.activitypub.signatures.requests import (
    Claim,
    Request,
    Unsigned,
    check_host,
    check_moment,
    checked_key_id,
    raw,
    refused,
)

_KINDS = {"rsa-v1_5-sha256": "rsa", "ed25519": "ed25519"}  # by algorithm
_LABEL = "sig1"
_REPEATED_CHARACTERS = 512
_ALWAYS = ("@method", "@target-uri", "content-digest")  # is covered, of a body the last
_DERIVED = (*_ALWAYS, "@authority", "@scheme", "@request-target", "@path", "@query")


class Wanted(NamedTuple):
    """What a server wants of a signature, by `Accept-Signature` (section 5)."""

    label: str = _LABEL
    names: tuple[str, ...] = ()  # parts that are to be covered, beside those that always are
    parameters: tuple[tuple[str, Value], ...] = ()  # that are to be repeated: a nonce, a tag
    expires: bool = False  # it is to say until when it holds


USUAL = Wanted()
ACCEPTED_QUESTION = f'{_LABEL}=("@method" "@target-uri");created'  # what we want ourselves
ACCEPTED_BODY = f'{_LABEL}=("@method" "@target-uri" "content-digest");created'


def wanted_by(header: str, kind: str) -> Wanted | None:
    """Read what a server wants of a signature by a kind of key; None where it says nothing, or what cannot be done."""
    try:
        found = dictionary(header)
    except Unsigned:
        return None
    for label, inner in found.items():
        if isinstance(inner, Inner) and (wanted := _wanted(label, inner, kind)) is not None:
            return wanted
    return None


def _wanted(label: str, inner: Inner, kind: str) -> Wanted | None:
    if any(more or not isinstance(name, str) or name not in _DERIVED for name, more in inner.items):
        return None
    algorithm = inner.parameters.get("alg")
    if algorithm is not None and _KINDS.get(str(algorithm)) != kind:
        return None
    repeated = tuple((name, inner.parameters[name]) for name in ("nonce", "tag") if name in inner.parameters)
    if any(not isinstance(value, str) or len(value) > _REPEATED_CHARACTERS for _, value in repeated):
        return None
    names = dict.fromkeys(str(name) for name, _ in inner.items if name not in _ALWAYS)
    return Wanted(label, tuple(names), repeated, "expires" in inner.parameters)


def claim_of(request: Request, now: Millis) -> Claim:
    """Read what a request claims, and check all of it that needs no key; or raise `Unsigned`."""
    inputs = dictionary(request.headers.get("signature-input", ""))
    signatures = dictionary(request.headers.get("signature", ""))
    if len(inputs) != 1 or inputs.keys() != signatures.keys():
        raise refused("there must be one, and no more")
    [label] = inputs
    covered, signature = inputs[label], signatures[label]
    if not isinstance(covered, Inner) or not isinstance(signature, Item) or not isinstance(signature.value, bytes):
        raise refused("it cannot be read")
    names = _names(covered, request)
    _check_time(covered.parameters, now)
    algorithm, key_id = covered.parameters.get("alg"), covered.parameters.get("keyid")
    if algorithm is not None and algorithm not in _KINDS:
        raise refused("its algorithm is not used here")
    if not isinstance(key_id, str):
        raise refused("keyid is missing")
    check_host(request.headers.get("host", ""), request)
    if request.body is not None:
        digests.check_content_digest(request.headers.get("content-digest", ""), request.body)
    return Claim(
        checked_key_id(key_id),
        (base(request, names, covered.parameters),),
        signature.value,
        SignatureStyle.MESSAGE,
        None if algorithm is None else _KINDS[str(algorithm)],
    )


def base(request: Request, names: list[str], parameters: dict[str, Value]) -> bytes:
    """Write what is signed (section 2.5): a line for each part that is covered, and last what is said about that."""
    lines = [f"{written(name)}: {_component(request, name)}" for name in names]
    lines.append(f'"@signature-params": {_params(names, parameters)}')
    return raw("\n".join(lines))


def sign(request: Request, key: SigningKey, now: Millis, wanted: Wanted = USUAL) -> dict[str, str]:
    """Return the headers that sign a request, covering what we always cover and what else is wanted."""
    made = {} if request.body is None else {"content-digest": digests.content_digest(request.body)}
    names = ["@method", "@target-uri", *made]
    names += [name for name in wanted.names if name not in names]
    complete = Request(
        method=request.method, scheme=request.scheme, host=request.host, target=request.target, headers=made
    )
    algorithm = "rsa-v1_5-sha256" if key.kind == "rsa" else "ed25519"
    parameters: dict[str, Value] = {
        "created": now // 1_000,
        "keyid": key.id,
        "alg": algorithm,
        **dict(wanted.parameters),
    }
    if wanted.expires:
        parameters["expires"] = now // 1_000 + limits.SIGNATURE_AHEAD_SECONDS
    signature = to_base64(key.sign(base(complete, names, parameters)))
    label = wanted.label
    named = {"Signature-Input": f"{label}={_params(names, parameters)}", "Signature": f"{label}=:{signature}:"}
    return {**named, "Content-Digest": made["content-digest"]} if made else named


def _names(covered: Inner, request: Request) -> list[str]:
    """Read which parts are covered, and refuse less than we demand, and all that changes what a part means."""
    names: list[str] = []
    for name, parameters in covered.items:
        if not isinstance(name, str) or name != name.lower() or parameters:
            raise refused("it covers a part in a way that is not known here")
        names.append(str(name))
    if len(set(names)) != len(names):
        raise refused("it covers the same part twice")
    needed = ["@method", "@target-uri"] + (["content-digest"] if request.body is not None else [])
    for name in needed:
        if name not in names:
            raise refused(f"it does not cover {name}")
    return names


def _check_time(parameters: dict[str, Value], now: Millis) -> None:
    created, expires = parameters.get("created"), parameters.get("expires")
    if not isinstance(created, int) or isinstance(created, bool):
        raise refused("created is missing")
    check_moment(created, now)
    if expires is not None and (not isinstance(expires, int) or expires < now // 1_000):
        raise refused("it has expired")


def _params(names: list[str], parameters: dict[str, Value]) -> str:
    return f"({' '.join(written(name) for name in names)}){written_parameters(parameters)}"


def _component(request: Request, name: str) -> str:
    usual = ":443" if request.scheme == "https" else ":80"
    authority = request.host.lower().removesuffix(usual)
    match name:
        case "@method":
            return request.method.upper()
        case "@target-uri":
            return f"{request.scheme}://{authority}{request.target}"
        case "@authority":
            return authority
        case "@scheme":
            return request.scheme
        case "@request-target":
            return request.target
        case "@path":
            return request.path or "/"
        case "@query":
            return f"?{request.target.partition('?')[2]}"
    if name in request.headers:
        return request.headers[name].strip()
    raise refused(f"it covers {name[:100]}, which is not there")
