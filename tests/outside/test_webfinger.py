"""People of other servers are found by their addresses, where those lead."""

import json
from urllib.parse import parse_qs

import pytest

from bema.outside.peers import NotGiven
from bema.outside.unfetched import UnexpectedType
from tests.outside.asking import ACTIVITY, Asker
from tests.peer import answer


def test_somebody_is_found_by_webfinger(asker: Asker) -> None:
    """Whatever the address was, the subject says how they are called; redirects to another domain are followed."""
    told = {
        "subject": "acct:Bob@example.org",
        "links": [
            "nonsense",
            {"rel": "self", "type": "text/html", "href": "https://web.example/@bob"},
            {"rel": "self", "type": ACTIVITY, "href": "https://web.example/users/bob"},
            {"rel": "http://ostatus.org/schema/1.0/subscribe", "template": "https://web.example/follow?uri={uri}"},
        ],
    }
    path = f"/.well-known/webfinger?resource=acct:bob@{asker.host}"
    asker.peer.pages[path] = answer(status=302, headers={"Location": "/elsewhere"})
    asker.peer.pages["/elsewhere"] = answer(json.dumps(told), type="application/jrd+json")
    found = asker.run(lambda peers: peers.finger("bob", asker.host))
    assert (found.name, found.host, found.actor) == ("Bob", "example.org", "https://web.example/users/bob")
    assert found.subscribe == "https://web.example/follow?uri={uri}"


def test_ssrf_nothing_is_added_to_a_question_by_what_is_asked_for(asker: Asker) -> None:
    """CVE-2026-29178: signs that mean something in an address, or in the head of a request, mean nothing in a name."""
    names = ["b&resource=x", "b#c", "b?d", "b/../..", "b\r\nX: y", "b@evil.example", "b%26", "b c"]
    for name in names:
        with pytest.raises(NotGiven):
            asker.run(lambda peers, name=name: peers.finger(name, asker.host))  # type: ignore[misc]  # it is bound now
    for name, asked in zip(names, asker.peer.asked, strict=True):
        path, _, query = asked.path.partition("?")
        assert (path, parse_qs(query)) == ("/.well-known/webfinger", {"resource": [f"acct:{name}@{asker.host}"]})
        assert "x" not in asked.headers


@pytest.mark.parametrize(
    "told",
    [
        "",
        "[]",
        "{}",
        '{"subject":"bob@x.example"}',
        '{"subject":"acct:bob"}',
        '{"subject":"acct:bob@x.example/y"}',
        '{"subject":"acct:bob@@x.example"}',
        '{"subject":["acct:bob@x.example"]}',
        '{"subject":"acct:bob@x.example","links":{}}',
    ],
)
def test_webfinger_that_names_nobody_is_refused(asker: Asker, told: str) -> None:
    """Rather than guessed at."""
    asker.peer.pages[f"/.well-known/webfinger?resource=acct:bob@{asker.host}"] = answer(told, type="application/json")
    with pytest.raises(UnexpectedType):
        asker.run(lambda peers: peers.finger("bob", asker.host))


@pytest.mark.parametrize(
    "template",
    [
        "javascript:alert('{uri}')",
        "https://x.example/",
        "https://{uri}/",
        "{uri}",
        "https://x.example{uri}/",
        "//x/{uri}",
    ],
)
def test_nobody_is_sent_where_a_template_should_not_lead(asker: Asker, template: str) -> None:
    """It comes from a server that a stranger named."""
    links = [{"rel": "http://ostatus.org/schema/1.0/subscribe", "template": template}]
    told = json.dumps({"subject": "acct:bob@x.example", "links": links})
    asker.peer.pages[f"/.well-known/webfinger?resource=acct:bob@{asker.host}"] = answer(told, type="application/json")
    assert asker.run(lambda peers: peers.finger("bob", asker.host)).subscribe is None
