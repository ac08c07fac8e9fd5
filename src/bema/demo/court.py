"""What is reported, decided and objected to in the demo square, and how its rules came to have one more."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from msgspec import structs

from bema.demo.notices import DAY, HOUR
from bema.domain import appealing, casework, deliberating, legislating, posting, reporting
from bema.domain.casework import Draft
from bema.domain.reporting import Complaint
from bema.model.appealing import AppealState
from bema.model.decisions import Act
from bema.model.ids import AccountId, Millis, PostId
from bema.model.permissions import Staff
from bema.model.policies import RULES, Clause
from bema.model.policy import Role
from bema.model.site import Site
from bema.store import logins
from bema.store.tx import WriteTx

STAFF = {"daphne": Role.OWNER, "omar": Role.MODERATOR, "petra": Role.ADMIN}

Step = Callable[[WriteTx], object]


class Scene(NamedTuple):
    """Something that happens at its time."""

    at: Millis
    step: Step


class Court:
    """Remembers what cases, decisions and appeals came of, for what happens next."""

    def __init__(self, site: Site, people: Mapping[str, AccountId]) -> None:
        self._site, self._people = site, people
        self._posts: dict[str, PostId] = {}
        self._cases: dict[str, int] = {}
        self._decisions: dict[str, int] = {}
        self._appeals: dict[str, int] = {}

    def scenes(self, now: Millis) -> list[Scene]:
        """List what happens in the month that ends at `now`, in order of time."""
        told = [
            *self._an_address(now - 21 * DAY),
            *self._a_fifth_rule(now - 18 * DAY),
            *self._a_hat(now - 13 * DAY),
            *self._a_rumour(now - 5 * DAY),
            *self._what_waits(now - DAY),
        ]
        return sorted(told, key=lambda scene: scene.at)

    # --- Stories ------------------------------------------------------------------------------------------------------

    def _an_address(self, day: Millis) -> list[Scene]:
        """A post is removed by two of the staff, its author objects, and a third one lets it stay removed."""
        text = "Whoever took my grandmother's seat on ferry 3 today: Rope Street 14, second floor. Tell him what you think."
        reasons = "It says where a private person lives, and asks others to go there."
        objection = "He was not polite to an old woman. I would write it again, but I see that the door is his."
        answer = "The anger is understood, and may be said. The address is not yours to tell: it stays removed."
        return [
            Scene(day, self._post("address", "pavel", text)),
            Scene(day + HOUR, self._report("address", "pavel", "ada", "This is where somebody lives.", "1")),
            Scene(day + 2 * HOUR, self._report("address", "pavel", "salma", "He has children.", "1")),
            Scene(day + 3 * HOUR, self._decide("address", "omar", Act.REMOVE_POSTS, reasons, "1")),
            Scene(day + 4 * HOUR, self._approve("address", "daphne")),
            Scene(day + 28 * HOUR, self._object("address", "pavel", objection)),
            Scene(day + 29 * HOUR, self._take("address", "petra")),
            Scene(day + 30 * HOUR, self._ask("address", "petra", "Would the post say less without the address?")),
            Scene(day + 32 * HOUR, self._answer("address", "pavel", "No. It would say the same.")),
            Scene(day + 50 * HOUR, self._conclude("address", "petra", AppealState.UPHELD, answer)),
        ]

    def _a_fifth_rule(self, day: Millis) -> list[Scene]:
        """Everybody is asked about a new rule, which holds from a day on."""
        asked, holds = day, day + 8 * DAY
        return [
            Scene(asked, self._propose),
            Scene(asked + 5 * HOUR, self._say("sadia", "Does that mean my own shop, too? I want people to come.")),
            Scene(asked + 9 * HOUR, self._say("kenji", "A shop is no home. I would write “private person”.")),
            Scene(asked + 2 * DAY, self._say("claire", "Good. And the harbour office is not a person.")),
            Scene(holds, lambda tx: legislating.publish(tx, self._staff(tx, "daphne"), RULES, 2, None)),
        ]

    def _a_hat(self, day: Millis) -> list[Scene]:
        """A joke is removed, its author objects, and it comes back."""
        text = "The brioche at Salt Hall is a crime, and the baker's hat is the murder weapon. 🥐"
        objection = "It is about a hat. The baker laughed, and so did the hat."
        answer = "A joke about a hat insults nobody. The post is back, with all that was said under it."
        return [
            Scene(day, self._post("hat", "bastien", text)),
            Scene(day + 2 * HOUR, self._report("hat", "bastien", "carmen", "He calls a baker a murderer!", "1")),
            Scene(
                day + 5 * HOUR, self._decide("hat", "petra", Act.REMOVE_POSTS, "It accuses somebody of a crime.", "1")
            ),
            Scene(day + 6 * HOUR, self._approve("hat", "omar")),
            Scene(day + 9 * HOUR, self._object("hat", "bastien", objection)),
            Scene(day + 25 * HOUR, self._take("hat", "daphne")),
            Scene(day + 26 * HOUR, self._conclude("hat", "daphne", AppealState.REVERSED, answer)),
        ]

    def _a_rumour(self, day: Millis) -> list[Scene]:
        """Somebody is warned, and objects: nobody has looked at it yet."""
        text = "My cousin says the fountain water is not safe any more. Pass it on!"
        reasons = "It warns of danger and does not say where that is known from; the waterworks measured on Tuesday."
        return [
            Scene(day, self._post("rumour", "lukas", text)),
            Scene(day + HOUR, self._report("rumour", "lukas", "hana", "People are afraid to drink now.", "2")),
            Scene(day + 8 * HOUR, self._decide("rumour", "petra", Act.WARN, reasons, "2")),
            Scene(day + 40 * HOUR, self._object("rumour", "lukas", "I said who told me: my cousin. She works there.")),
        ]

    def _what_waits(self, day: Millis) -> list[Scene]:
        """A decision waits for a second person, and a report for anybody."""
        text = "Selling my brother's ferry pass, he does not know. Write to me."
        reasons = "It offers what belongs to somebody else."
        kites = "It posts about kites all day, and half of my street follows it."
        return [
            Scene(day, self._post("pass", "diego", text)),
            Scene(day + HOUR, self._report("pass", "diego", "giulia", "This is my husband's pass!", "1")),
            Scene(day + 3 * HOUR, self._decide("pass", "omar", Act.REMOVE_POSTS, reasons, "1")),
            Scene(day + 12 * HOUR, self._report(None, "lines", "rowan", kites)),
        ]

    # --- What the people do -------------------------------------------------------------------------------------------

    def _post(self, key: str, by: str, text: str) -> Step:
        def step(tx: WriteTx) -> None:
            self._posts[key] = posting.publish(
                tx, self._site, self._people[by], posting.Draft(text=text, language="en")
            )

        return step

    def _report(self, key: str | None, whom: str, by: str, comment: str, *rules: str) -> Step:
        def step(tx: WriteTx) -> None:
            complaint = Complaint(
                target=self._people[whom],
                posts=[] if key is None else [self._posts[key]],
                comment=comment,
                category="violation" if rules else "other",
                rules=rules,
            )
            made = reporting.file(tx, self._people[by], complaint, rules)
            if key is not None and made.report.case is not None:
                self._cases[key] = made.report.case

        return step

    def _object(self, key: str, by: str, words: str) -> Step:
        def step(tx: WriteTx) -> None:
            self._appeals[key] = appealing.object_to(tx, self._people[by], self._decisions[key], words)

        return step

    def _answer(self, key: str, by: str, words: str) -> Step:
        return lambda tx: appealing.answer(tx, self._people[by], self._appeals[key], words)

    def _say(self, by: str, words: str) -> Step:
        return lambda tx: deliberating.say(tx, self._people[by], RULES, 2, words)

    # --- What the staff does ------------------------------------------------------------------------------------------

    def _staff(self, tx: WriteTx, username: str) -> Staff:
        account = self._people[username]
        return Staff(logins.logins_of(tx, account)[0], account, STAFF[username])

    def _decide(self, key: str, by: str, act: Act, reasons: str, clause: str) -> Step:
        def step(tx: WriteTx) -> None:
            draft = Draft(act=act, reasons=reasons, clauses=[clause], posts=[self._posts[key]])
            self._decisions[key] = casework.decide(tx, self._site, self._staff(tx, by), self._cases[key], draft)

        return step

    def _approve(self, key: str, by: str) -> Step:
        return lambda tx: casework.approve(tx, self._site, self._staff(tx, by), self._decisions[key])

    def _take(self, key: str, by: str) -> Step:
        return lambda tx: appealing.take(tx, self._staff(tx, by), self._appeals[key])

    def _ask(self, key: str, by: str, words: str) -> Step:
        return lambda tx: appealing.ask(tx, self._site, self._staff(tx, by), self._appeals[key], words)

    def _conclude(self, key: str, by: str, outcome: AppealState, reasons: str) -> Step:
        def step(tx: WriteTx) -> None:
            appealing.decide(tx, self._site, self._staff(tx, by), self._appeals[key], outcome, reasons)

        return step

    def _propose(self, tx: WriteTx) -> None:
        staff = self._staff(tx, "daphne")
        drafted = legislating.draft(tx, RULES, "en")
        added = Clause(
            "",
            {
                "en": "Where a private person lives is theirs to tell.",
                "ur": "کسی کا گھر کہاں ہے، یہ بتانا اسی کا حق ہے۔",
            },
            {"en": "Shops, offices and stages are no homes."},
        )
        legislating.save(tx, staff, structs.replace(drafted, clauses=[*drafted.clauses, added]))
        legislating.propose(tx, staff, RULES, 7)
