"""Parameters of requests, in every dress that clients put on them."""

from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Meta, UnsetType

from bema.model import limits
from bema.model.errors import Refusal
from bema.wire.forms import decode, form_body, json_body, merge, nest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
BRACKETED = st.lists(st.sampled_from(["a", "b", "0", "[", "]", "[]", "[a]", "[0]", "poll", "[options]"])).map("".join)


class Pair(msgspec.Struct, frozen=True):
    """A field of a profile."""

    name: str = ""
    value: str = ""


class Poll(msgspec.Struct, frozen=True):
    """A poll to be made."""

    options: list[str]
    expires_in: int
    multiple: bool = False


class Writing(msgspec.Struct, frozen=True):
    """A post to be written: one field of every kind."""

    status: str = ""
    media_ids: list[str] = []
    sensitive: bool = False
    visibility: Literal["public", "direct"] | None = None
    poll: Poll | None = None
    choices: tuple[int, ...] = ()
    types: list[Literal["mention", "poll"]] = []
    focus: float | None = None
    limit: Annotated[int, Meta(ge=1)] = 20
    name: Annotated[str, Meta(max_length=5)] | UnsetType = UNSET
    bot: bool | None = None
    fields_attributes: list[Pair] = []
    redirect_uris: str | list[str] = ""
    alerts: dict[str, bool] = {}


class Naming(msgspec.Struct, frozen=True):
    """Something that must be said."""

    client_name: str


def status_of(read: Callable[[Any], object], value: object) -> int:
    """Try a reader; say 200, or with what it refused. Anything else that rises fails the test."""
    try:
        read(value)
    except Refusal as refusal:
        return refusal.status
    return 200


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("", {}),
        ("a=1&a=2", {"a": "2"}),
        ("id[]=1&id%5B%5D=2", {"id": ["1", "2"]}),
        ("source[privacy]=direct&source[note]=", {"source": {"privacy": "direct", "note": ""}}),
        ("poll[options][]=x&poll[options][]=y", {"poll": {"options": ["x", "y"]}}),
        ("f[1][name]=b&f[0][name]=a", {"f": {"1": {"name": "b"}, "0": {"name": "a"}}}),
        ("k[][w]=a&k[][x]=1&k[][w]=b", {"k": [{"w": "a", "x": "1"}, {"w": "b"}]}),
        ("k[][t][]=a&k[][t][]=b", {"k": [{"t": ["a", "b"]}]}),
        ("k[][d][e]=a&k[][d][e]=b", {"k": [{"d": {"e": "a"}}, {"d": {"e": "b"}}]}),
        ("data[alerts][mention]=1", {"data": {"alerts": {"mention": "1"}}}),
        ("a[][]=1", {"a": ["1"]}),
        ("a[=1&]b=2&[c]=3", {"a[": "1", "]b": "2", "[c]": "3"}),
        ("q=%D8%A7&r=a+b", {"q": "ا", "r": "a b"}),
        ("flag", {"flag": ""}),
    ],
)
def test_names_nest_as_in_rails(query: str, tree: dict[str, object]) -> None:
    """Clients build these names by hand, each after its own taste."""
    assert form_body(query.encode()) == tree


@pytest.mark.parametrize("query", ["a=1&a[]=2", "a[]=1&a[b]=2", "a[b]=1&a=2", "a[b]=1&a[]=2", "a[b]=1&a[b][c]=2"])
def test_a_name_has_one_shape(query: str) -> None:
    """A list cannot be a text as well."""
    with pytest.raises(Refusal) as refusal:
        form_body(query.encode())
    assert refusal.value.status == 400


@given(st.lists(st.tuples(st.text(), st.text())))
def test_plain_pairs_survive_a_form(pairs: list[tuple[str, str]]) -> None:
    """Whatever is typed arrives, as long as its name has no brackets."""
    plain = {name.replace("[", "("): value for name, value in pairs}
    assert form_body(urlencode(plain).encode()) == plain


@given(st.lists(st.tuples(BRACKETED, st.text()), max_size=12))
def test_no_name_breaks_the_tree(pairs: list[tuple[str, str]]) -> None:
    """Hostile names make a tree or a refusal."""
    try:
        assert isinstance(nest(pairs), dict)
    except Refusal:
        pass


@given(st.binary())
def test_no_bytes_break_a_form_or_a_body(body: bytes) -> None:
    """Hostile bytes make a tree or a refusal with 400."""
    assert status_of(form_body, body) in (200, 400)
    assert status_of(json_body, body) in (200, 400)


def test_too_many_or_too_deep_parameters_are_refused() -> None:
    """The tree is bounded before it grows."""
    for body in (
        b"&".join(b"a[]=1" for _ in range(limits.PARAMETERS + 1)),
        b"a" + b"[b]" * (limits.NESTING_DEPTH + 1) + b"=1",
    ):
        with pytest.raises(Refusal):
            form_body(body)
    with pytest.raises(Refusal):
        nest(("a", "1") for _ in range(limits.PARAMETERS + 1))


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b'{"a": NaN}',
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 33 + b"1" + b"}" * 33,
    ],
    ids=range(11),
)
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    """400 and a sentence, never a crash."""
    with pytest.raises(Refusal) as refusal:
        json_body(body)
    assert refusal.value.status == 400


def test_a_body_may_be_empty_or_as_deep_as_the_limit() -> None:
    """Clients POST without a body; ours nest four deep."""
    assert json_body(b"") == json_body(b" \n") == {}
    depth = limits.NESTING_DEPTH
    assert json_body(b'{"a":' * depth + b"1" + b"}" * depth)


def test_later_sources_count() -> None:
    """What the path or body says is stronger than the query."""
    assert merge({"a": 1, "b": 1}, {"b": 2}) == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ({}, {}),
        ({"unknown": {"deep": [1]}}, {}),
        ({"status": "سلام"}, {"status": "سلام"}),
        ({"status": 7}, {"status": "7"}),
        ({"status": None}, {}),
        ({"sensitive": "on"}, {"sensitive": True}),
        ({"sensitive": 1}, {"sensitive": True}),
        ({"sensitive": ""}, {"sensitive": False}),
        ({"bot": ""}, {"bot": None}),
        ({"bot": "f"}, {"bot": False}),
        ({"visibility": ""}, {"visibility": None}),
        ({"visibility": "direct"}, {"visibility": "direct"}),
        ({"media_ids": "1"}, {"media_ids": ["1"]}),
        ({"media_ids": [1, "2"]}, {"media_ids": ["1", "2"]}),
        ({"media_ids": ""}, {"media_ids": []}),
        ({"media_ids": {"10": "c", "2": "b", "0": "a"}}, {"media_ids": ["a", "b", "c"]}),
        ({"choices": ["0", 2.0, ""]}, {"choices": (0, 2)}),
        ({"types": ["mention", "from.the.future", "poll", 3]}, {"types": ["mention", "poll"]}),
        ({"focus": "-0.5"}, {"focus": -0.5}),
        ({"focus": ""}, {"focus": None}),
        ({"limit": "40"}, {"limit": 40}),
        ({"limit": ""}, {}),
        ({"name": ""}, {"name": ""}),
        ({"name": None}, {}),
        ({"poll": {"options": ["a"], "expires_in": "300"}}, {"poll": Poll(options=["a"], expires_in=300)}),
        ({"fields_attributes": {"0": {"name": "x"}}}, {"fields_attributes": [Pair(name="x")]}),
        ({"fields_attributes": [{"value": "y"}]}, {"fields_attributes": [Pair(value="y")]}),
        ({"fields_attributes": {"name": "x"}}, {"fields_attributes": [Pair(name="x")]}),
        ({"redirect_uris": "x"}, {"redirect_uris": "x"}),
        ({"redirect_uris": ["x", "y"]}, {"redirect_uris": ["x", "y"]}),
        ({"alerts": {"mention": "1"}}, {"alerts": {"mention": True}}),
    ],
)
def test_values_are_read_leniently(raw: dict[str, object], read: dict[str, Any]) -> None:
    """The struct says what is meant."""
    assert decode(raw, Writing) == Writing(**read)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"status": ["a"]}, "Status is not a text"),
        ({"status": True}, "Status is not a text"),
        ({"status": "a\0b"}, "Status contains invalid characters"),
        ({"status": "a\ud800b"}, "Status contains invalid characters"),
        ({"status": "a" * 65_537}, "Status is too long (maximum is 65536 characters)"),
        ({"name": "abcdef"}, "Name is too long (maximum is 5 characters)"),
        ({"sensitive": "perhaps"}, "Sensitive is not true or false"),
        ({"sensitive": []}, "Sensitive is not true or false"),
        ({"sensitive": 2}, "Sensitive is not true or false"),
        ({"visibility": "secret"}, "Visibility is not included in the list"),
        ({"limit": "many"}, "Limit is not a number"),
        ({"limit": "１２"}, "Limit is not a number"),
        ({"limit": True}, "Limit is not a number"),
        ({"limit": 0}, "Limit must be at least 1"),
        ({"limit": 10**30}, "Limit is out of range"),
        ({"limit": "9999999999999999999"}, "Limit is out of range"),
        ({"limit": float("nan")}, "Limit is not a number"),
        ({"focus": "1e999"}, "Focus is out of range"),
        ({"choices": ["x"]}, "Choices is not a number"),
        ({"media_ids": ["1"] * 1001}, "Media ids has too many items (maximum is 1000)"),
        ({"media_ids": [["1"]]}, "Media ids is not a text"),
        ({"poll": "yes"}, "Poll is invalid"),
        ({"poll": {"options": []}}, "Poll expires in can't be blank"),
        ({"poll": {"options": [{}], "expires_in": 1}}, "Poll options is not a text"),
        ({"fields_attributes": ["x"]}, "Fields attributes is invalid"),
        ({"alerts": {"mention": "perhaps"}}, "Alerts mention is not true or false"),
    ],
)
def test_what_cannot_be_read_is_named(raw: dict[str, object], sentence: str) -> None:
    """422 with a sentence that a person can act on."""
    with pytest.raises(Refusal) as refusal:
        decode(raw, Writing)
    assert refusal.value.status == 422
    assert refusal.value.message == f"Validation failed: {sentence}"


@pytest.mark.parametrize("raw", [{}, {"client_name": None}])
def test_what_must_be_said_is_asked_for(raw: dict[str, object]) -> None:
    """A required field has no default."""
    with pytest.raises(Refusal, match="Client name can't be blank"):
        decode(raw, Naming)


@given(JSON, st.sampled_from(Writing.__struct_fields__))
def test_no_value_breaks_a_reader(value: object, name: str) -> None:
    """Hostile values are read or refused."""
    assert status_of(lambda raw: decode(raw, Writing), {name: value}) in (200, 422)


@given(
    st.builds(Writing, status=st.text(st.characters(exclude_characters="\0", codec="utf-8")), limit=st.integers(1, 80))
)
def test_a_struct_sent_as_json_is_read_as_it_was(writing: Writing) -> None:
    """The lenient reader agrees with the strict one."""
    assert decode(json_body(msgspec.json.encode(writing)), Writing) == writing


def test_a_type_that_no_parameter_can_have_is_a_mistake_of_ours() -> None:
    """It shows when the route table is built, not when a client calls."""

    class Odd(msgspec.Struct):
        raw: bytes

    with pytest.raises(TypeError):
        decode({}, Odd)


class Described(msgspec.Struct, frozen=True):
    """Parameters with sentences for the reference."""

    limit: Annotated[int | None, Meta(description="How many.")] = None
    name: Annotated[str | None, Meta(description="Whose.")] = None
    size: Annotated[int, Meta(description="How large.")] = 3


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ({}, Described()),
        ({"limit": "7", "name": "ann", "size": "1"}, Described(7, "ann", 1)),
        ({"limit": "", "name": "", "size": ""}, Described(None, "", 3)),
        ({"limit": None, "name": None, "size": None}, Described()),
    ],
)
def test_a_sentence_about_a_parameter_changes_nothing(raw: dict[str, object], value: Described) -> None:
    """What is described for the reference is read as if it were not: blank, null and absent too."""
    assert decode(raw, Described) == value
