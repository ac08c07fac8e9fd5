"""The rule of what is done with a notification: every line of a policy, against every way to stand to its reader."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bema.model.notifications import Circumstances, Policy, Treatment, treatment

_ALL_ACCEPTED = Policy(private_mentions=Treatment.ACCEPT, limited_accounts=Treatment.ACCEPT)
_LINES = {
    "not_following": Circumstances(long_follower=True),
    "not_followers": Circumstances(following=True),
    "new_accounts": Circumstances(long_follower=True, new=True),
    "private_mentions": Circumstances(long_follower=True, unasked_letter=True),
    "limited_accounts": Circumstances(long_follower=True, limited=True),
    "automated": Circumstances(long_follower=True, automated=True),
}
_flags = st.booleans()
circumstances = st.builds(Circumstances, *[_flags] * len(Circumstances.__struct_fields__))
policies = st.builds(Policy, *[st.sampled_from(Treatment)] * len(Policy.__struct_fields__))


def test_each_line_of_a_policy_meets_those_it_is_about_and_nobody_else() -> None:
    """A line about strangers, late followers, new, limited and automated accounts and letters."""
    for line, who in _LINES.items():
        for wanted in Treatment:
            policy = replace(_ALL_ACCEPTED, **{line: wanted})
            assert treatment(policy, who) is wanted, line
            friend = Circumstances(following=True, long_follower=True, new=True, limited=True, automated=True)
            assert treatment(policy, friend) is Treatment.ACCEPT, line


@given(policies, circumstances)
def test_the_strictest_line_counts(policy: Policy, who: Circumstances) -> None:
    """And nothing is dropped that no line drops."""
    decided = treatment(policy, who)
    assert decided is Treatment.ACCEPT or decided in {getattr(policy, line) for line in Policy.__struct_fields__}
    if not who.following and not who.permitted and not who.from_staff:
        assert decided >= policy.not_following


@given(policies, circumstances)
def test_whom_one_accepted_is_heard(policy: Policy, who: Circumstances) -> None:
    """Whatever the policy says; and those who keep the square may speak to everybody."""
    assert treatment(policy, replace(who, permitted=True)) is Treatment.ACCEPT
    assert treatment(policy, replace(who, from_staff=True)) is Treatment.ACCEPT


def test_at_the_beginning_only_letters_of_strangers_and_the_limited_are_kept_aside() -> None:
    """As on Mastodon."""
    assert treatment(Policy(), Circumstances(new=True, automated=True)) is Treatment.ACCEPT
    assert treatment(Policy(), Circumstances(unasked_letter=True)) is Treatment.FILTER
    assert treatment(Policy(), Circumstances(limited=True)) is Treatment.FILTER
