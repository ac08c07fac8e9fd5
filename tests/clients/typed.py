"""What Mastodon.py declares of each entity, compared with what came: each field is there and of its type, at every depth."""

from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from mastodon.types_base import AttribAccessDict

# What the library declares for every form of an entity, and Mastodon sends in one form only, or under another name.
_NOT_ALWAYS = {
    ("ExtendedDescription", "updated_at"),  # the operator has written none
    ("FeaturedTag", "statuses_count"),  # what one could feature is a tag like any other
    *(("Filter", name) for name in ("irreversible", "phrase", "whole_word")),  # of the first version of filters
    *(("Profile", name) for name in ("formatted_fields", "formatted_note")),  # of a version to come
    ("AdminDimensionData", "value"),  # the library makes numbers of all, and the versions of programs are none
    ("Report", "rules_ids"),  # it is called rule_ids
    ("Status", "content"),  # what was deleted comes back as its text
    ("Instance", "contact_account"),  # the operator has not named one
    ("InstanceContact", "account"),
    *(("Application", name) for name in ("id", "vapid_key", "redirect_uri", "redirect_uris", "scopes")),  # own apps
    *(
        ("InstanceAccountConfiguration", name)  # in the second version of the instance
        for name in (
            "max_display_name_length",
            "max_note_length",
            "max_avatar_description_length",
            "max_header_description_length",
            "max_profile_fields",
            "profile_field_name_limit",
            "profile_field_value_limit",
        )
    ),
}


def check(entity: Any) -> None:
    """Refuse an answer of which a field is missing or of another type."""
    found = complaints(entity)
    assert found == [], "\n".join(found)


def complaints(entity: Any) -> list[str]:
    """Tell what is missing or wrong in an entity, a list of entities, or what lies inside them."""
    if isinstance(entity, list):
        return [each for item in entity for each in complaints(item)]
    if not isinstance(entity, AttribAccessDict):
        return [f"{entity!r} was not recognised as an entity"]
    kind, found = type(entity).__name__, []
    if kind == "Poll" and entity.get("id") is None:
        return []  # what a scheduled post will ask is sent as it came
    for name, hint in get_type_hints(type(entity)).items():
        value = entity.get(name)
        if name.startswith("_") or (value is None and (kind, name) in _NOT_ALWAYS):
            continue
        if not _fits(value, hint):
            found.append(f"{kind}.{name} is {value!r}, not {hint}")
        elif isinstance(value, AttribAccessDict) and value:
            found += complaints(value)
        elif isinstance(value, list):
            found += [each for item in value if isinstance(item, AttribAccessDict) for each in complaints(item)]
    return found


def _fits(value: Any, hint: Any) -> bool:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any or isinstance(hint, TypeVar):
        return True
    if origin is Union:
        return any(_fits(value, each) for each in arguments)
    if origin is not None and issubclass(origin, list):
        return isinstance(value, list) and all(_fits(each, arguments[0]) for each in value)
    kind = origin or hint
    if kind is float:
        return isinstance(value, (int, float))
    return isinstance(value, kind)
