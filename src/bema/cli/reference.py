"""The reference: pages about endpoints, settings, commands and limits, written from what the server is made of."""

import ast
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from bema import cli
from bema.app import API
from bema.edge.call import Upload
from bema.edge.mastodon.paging import Paging
from bema.edge.openapi import describe, noun_of, nouns
from bema.edge.rates import RATES
from bema.edge.routes import Needs, Route, Surface
from bema.model import federation_limits, limits, media_limits
from bema.settings import Settings
from bema.wire.mastodon.accounts import Entity
from bema.wire.mastodon.statuses import EncodedStatus, Status

_EXAMPLE = "https://square.example"


def reference(folder: Path, /) -> None:
    """Write the reference pages.

    Parameters
    ----------
    folder
        Where they go.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"The reference is in {folder}.")


def pages() -> dict[str, str]:
    """Return the text of each page."""
    cli.load_all()
    document = msgspec.json.format(msgspec.json.encode(describe(API, _EXAMPLE)), indent=1).decode()
    return {
        "endpoints.md": _endpoints(API),
        "openapi.json": document + "\n",
        "settings.md": _settings(),
        "command-line.md": _commands(),
        "limits.md": _limits(),
        "mastodon-coverage.md": _coverage(),
    }


# --- Endpoints --------------------------------------------------------------------------------------------------------


def _endpoints(routes: list[Route]) -> str:
    lines = [
        "# Endpoints",
        "",
        "Every route of the API: who may call it, what it takes and what it gives. Parameters come as JSON, form, multipart",
        "or query string alike; lists are written `name[]` there, and what is nested `outer[inner]`. The same for programs:",
        "[openapi.json](openapi.json), on a server `/api/openapi.json`. What of Mastodon's API is here and what not yet:",
        "[mastodon-coverage.md](mastodon-coverage.md).",
        "",
        'Every answer may also be a no: `{"error": "…"}` with a status from 400 to 499, or 503 when there is too much to do.',
        "",
    ]
    listed = sorted(routes, key=lambda route: (route.path, route.method))
    for noun, sentence in nouns(routes).items():
        lines += [f"## {noun.replace('_', ' ').capitalize()}", "", sentence, ""]
        for route in listed:
            if noun_of(route) == noun and route.surface is not Surface.WEB:
                lines += _endpoint(route)
    return "\n".join(lines).rstrip() + "\n"


def _endpoint(route: Route) -> Iterator[str]:
    yield f"### `{route.method} {route.path}`"
    yield ""
    yield route.summary
    yield ""
    yield f"- **For:** {route.needs.value}{_scopes(route)}"
    if route.rate is not None:
        rate = RATES[route.rate]
        yield f"- **How often:** {rate.requests:,} times in {rate.seconds:,} seconds"
    if route.body_bytes != limits.BODY_BYTES and route.writes:
        yield f"- **How large:** {route.body_bytes:,} bytes"
    yield f"- **Gives:** {_named(route.answer)}{_unusual(route)}"
    if route.ask is not None:
        yield from _parameters(route.ask)
    yield ""


def _scopes(route: Route) -> str:
    scopes = " or ".join(f"`{scope}`" for scope in (route.scope or "").split())
    if not scopes:
        return ""
    return f"; a token that comes needs {scopes}" if route.needs is Needs.NOBODY else f" with {scopes}"


def _unusual(route: Route) -> str:
    status = "" if route.status == 200 else f", with status {route.status}"
    return status + ("" if route.content_type == "application/json" else f", as `{route.content_type}`")


def _parameters(ask: type[msgspec.Struct]) -> Iterator[str]:
    hints = get_type_hints(ask, include_extras=True)
    for field in msgspec.structs.fields(ask):
        default = field.default
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        sentences = [meta.description for meta in get_args(hints[field.name]) if isinstance(meta, msgspec.Meta)]
        if issubclass(ask, Paging) and field.name == "limit":
            default, sentences = ask.DEFAULT, [f"At most {ask.MOST}; more is as many."]
        said = "".join(f". {sentence}" for sentence in sentences if sentence)
        yield f"- `{field.encode_name}`: {_named(field.type)}{_otherwise(default)}{said}"


def _otherwise(default: object) -> str:
    if default is msgspec.NODEFAULT:
        return ", required"
    if default in (None, "", [], ()) or isinstance(default, msgspec.Struct):
        return ""
    said = default if isinstance(default, str) else msgspec.json.encode(default).decode()
    return f", otherwise `{said}`"


def _named(type_: Any) -> str:
    """Say a type as it is on the wire."""
    if type_ is None or type_ is type(None):
        return "nothing (`{}`)"
    if type_ == EncodedStatus:
        return _named(Status)
    if get_origin(type_) is Annotated:
        return _named(get_args(type_)[0])
    if get_origin(type_) is Literal:
        return " or ".join(f"`{value}`" for value in get_args(type_))
    if isinstance(type_, UnionType) or str(get_origin(type_)) == "typing.Union":
        return " or ".join(_named(each) for each in get_args(type_) if each not in (type(None), msgspec.UnsetType))
    arguments = [each for each in get_args(type_) if each is not ...]
    if get_origin(type_) in (list, tuple):
        return f"list of {_named(arguments[0])}"
    if get_origin(type_) is dict:
        return f"object of {_named(arguments[1])}"
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct) and not issubclass(type_, Entity):
        return f"object ({', '.join(f'`{field.encode_name}`' for field in msgspec.structs.fields(type_))})"
    return _PLAIN.get(type_, getattr(type_, "__name__", str(type_)))


_PLAIN: dict[Any, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "true or false",
    dict: "object",
    Any: "anything",
    Upload: "file",
}


# --- Mastodon ---------------------------------------------------------------------------------------------------------


class Method(msgspec.Struct, frozen=True):
    """One method of Mastodon's API, as it is documented there."""

    verb: str
    path: str
    noun: str
    title: str
    since: str
    life: str  # current, deprecated or removed
    here: str  # served, page (on a page for people), later, or gone (removed from Mastodon too)


# Why a method is not served; each that is not has its reason.
NOT_SERVED: dict[tuple[str, str], str] = {}  # nothing, at present; what is knowingly left out has its reason here


def mastodon_methods() -> list[Method]:
    """Return all methods of Mastodon's API, and what became of each here."""
    text = (files("bema.cli") / "mastodon_methods.tsv").read_text(encoding="utf-8")
    return [Method(*line.split("\t")) for line in text.splitlines()[1:]]


def _not_served() -> list[str]:
    if not NOT_SERVED:
        return []
    reasons = (f"- `{verb} {path}`: {reason}." for (verb, path), reason in sorted(NOT_SERVED.items()))
    return ["## Not served, and why", "", "They answer 404 or 405.", "", *reasons, ""]


def _coverage() -> str:
    methods = mastodon_methods()
    living = [each for each in methods if not each.life.startswith("removed")]
    here = [each for each in living if each.here != "later"]
    lines = [
        "# What of Mastodon's API is here",
        "",
        f"Of the {len(living)} methods that Mastodon 4.6 documents, {len(here)} are served. The nouns are those of Mastodon's",
        "documentation.",
        "",
        *_not_served(),
        "## By noun",
        "",
        "| noun | served | not served |",
        "|---|---|---|",
    ]
    for noun in sorted({each.noun for each in living}):
        served = "<br>".join(_method(each) for each in here if each.noun == noun)
        missing = "<br>".join(_method(each) for each in living if each.noun == noun and each.here == "later")
        lines.append(f"| {noun} | {served} | {missing} |")
    return "\n".join(lines) + "\n"


def _method(method: Method) -> str:
    remarks = [method.life] if method.life != "current" else []
    remarks += ["a page"] if method.here == "page" else []
    return f"`{method.verb} {method.path}`" + (f" ({', '.join(remarks)})" if remarks else "")


# --- Commands ---------------------------------------------------------------------------------------------------------


def _commands() -> str:
    """Describe the commands; how the whole is called depends on who asks, and is left out."""
    text = str(cli.commands.generate_docs(output_format="markdown"))
    return text.replace("```console\nbema COMMAND\n```\n\n", "").rstrip() + "\n"


# --- Settings and limits ----------------------------------------------------------------------------------------------


def _settings() -> str:
    lines = [
        "# Settings",
        "",
        "Settings are read from `bema.toml` in the home folder; a variable of the environment overrides it.",
        "",
        "| setting | variable | default | what it is |",
        "|---|---|---|---|",
    ]
    hints = get_type_hints(Settings, include_extras=True)
    for field in msgspec.structs.fields(Settings):
        if field.name == "home":
            continue
        meta = next(each for each in get_args(hints[field.name]) if isinstance(each, msgspec.Meta))
        default = field.default if field.default is not msgspec.NODEFAULT else ""
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        variable = "in the file alone" if field.name == "rules" else f"`BEMA_{field.name.upper()}`"
        shown = f"`{default!r}`" if default not in ("", []) else ""
        lines.append(f"| `{field.name}` | {variable} | {shown} | {meta.description} |")
    return "\n".join(lines) + "\n"


def _limits() -> str:
    """List the bounds with the reasons that stand beside them."""
    files = (limits.__file__, media_limits.__file__, federation_limits.__file__)
    source = "\n".join(Path(file).read_text(encoding="utf-8") for file in files).splitlines()
    lines = [
        "# Limits",
        "",
        "What has no limit here does not exist.",
        "",
        "| limit | value | unit and reason |",
        "|---|---:|---|",
    ]
    for node in ast.parse("\n".join(source)).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            said = " ".join(
                part.split("#", 1)[1].strip() for part in source[node.lineno - 1 : node.end_lineno] if "#" in part
            )
            value = getattr(limits, name)
            shown = ", ".join(f"{each:,}" for each in value) if isinstance(value, tuple) else f"{value:,}"
            lines.append(f"| `{name}` | {shown} | {said} |")
    return "\n".join(lines) + "\n"
