"""Which form of an address is asked for: the document that other servers read, or the page for people."""

from functools import lru_cache

ACTIVITY = "application/activity+json"
LINKED = "application/ld+json"
PROFILE = "https://www.w3.org/ns/activitystreams"
TYPES = frozenset({ACTIVITY, f'{LINKED}; profile="{PROFILE}"'})  # the two by which documents go from server to server
ACCEPT = f'{ACTIVITY}, {LINKED}; profile="{PROFILE}"'
_DOCUMENTS = frozenset({ACTIVITY, LINKED, "application/json"})
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_CHARACTERS = 2_048  # of the header: what is longer is for no server


@lru_cache(maxsize=512)
def wants_document(accept: str) -> bool:
    """Tell whether an `Accept` asks for the document rather than the page; who takes anything is shown the page."""
    if "json" not in accept or len(accept) > _CHARACTERS:
        return False
    best: dict[bool, tuple[float, int]] = {}  # by whether it is a document: its weight, and how early it stands
    for place, part in enumerate(accept.split(",")):
        kind, *parameters = (each.strip().lower() for each in part.split(";"))
        if kind in _DOCUMENTS or kind in _PAGES:
            said = (_weight(parameters), -place)
            is_document = kind in _DOCUMENTS
            best[is_document] = max(said, best.get(is_document, said))
    return True in best and best[True][0] > 0 and best[True] > best.get(False, (0.0, 0))


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
