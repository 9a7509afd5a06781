"""What a population does: who is in it, which policies there are, and who writes what when, drawn from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from itertools import count
from zoneinfo import ZoneInfo

from bot.people.people import Member

ZONE = ZoneInfo("Europe/London")
FIRST_DAY = date(2026, 11, 23)
"""A Monday."""
FAR = "Pacific/Kiritimati"
"""Where it is already tomorrow when people in London write in the afternoon."""
FIRST_NAMES = (
    "Zorvane",
    "Quillam",
    "Brixley",
    "Thessaly",
    "Umberto",
    "Wrenna",
    "Yorick",
    "Isolde",
    "Fenwick",
    "Galatea",
)
LAST_NAMES = (
    "Mudgrave",
    "Obelisk",
    "Pintwhistle",
    "Rookwater",
    "Sallowfen",
    "Tarnhelm",
    "Vexholme",
    "Wychelm",
    "Yarrowby",
)


class Kind(Enum):
    """What somebody does."""

    FLAG = "flag"
    SECOND = "second"
    REPLY = "reply"
    WITHDRAW = "withdraw"
    CHANGE = "change"
    CODE = "code"
    """Somebody looks at their detached flag, by its code; every other time after a wrong one."""


class Story(Enum):
    """What happens on a policy."""

    BUSY = "many write, on most days"
    LONE = "one person writes, and a member adds two flags on the same day"
    FLOODED = "one person writes, and somebody with three accounts of one address adds a flag with each"
    SETTINGS = "one person writes, and that night an admin changes when flags are shown"
    REWORDED = "its wording changes every hour"
    TAKEN_OVER = "an announcer makes themselves its owner after people have written with their names"
    SILENT = "nobody answers, so that the senior owner is told of the first flag"


@dataclass(frozen=True)
class Size:
    """How large a population is: its people, its busy policies, its working days of writing, its flags a day."""

    people: int
    busy: int
    trials: int
    days: int
    a_day: int
    watched: int
    """On how many clicks it is watched what moves."""


LEAST = Size(people=6, busy=1, trials=1, days=1, a_day=4, watched=1)
SHORT = Size(people=30, busy=5, trials=1, days=4, a_day=13, watched=10)
MIDDLE = Size(people=80, busy=8, trials=2, days=8, a_day=22, watched=25)
LONG = Size(people=200, busy=12, trials=2, days=15, a_day=40, watched=60)


@dataclass(frozen=True)
class Person:
    """Somebody on the roster. `user` is the platform's id of their account."""

    user: str
    name: str
    email: str
    zone: str = "Europe/London"

    @property
    def member(self) -> Member:
        """Their line on a roster."""
        return Member(self.user, self.name, self.email, self.zone)


@dataclass
class Act:
    """One thing that somebody writes. `about` is the flag that it is about, for all but a flag.

    `marker` stands in its text and nowhere else.
    """

    number: int
    at: datetime
    person: Person
    policy: int
    kind: Kind
    promise: str = "confidential"
    verdict: str = "not"
    theme: str = "timetable"
    length: int = 0
    about: Act | None = None
    done: bool = False

    @property
    def marker(self) -> str:
        """The word by which its text is known."""
        return f"zq{self.number:05}x"

    @property
    def text(self) -> str:
        """What is typed, in which the marker comes first."""
        return f"{self.marker} {'stands in the way ' * self.length}".strip()

    @property
    def day(self) -> date:
        """The organisation's day on which it is written."""
        return self.at.astimezone(ZONE).date()

    @property
    def own_day(self) -> date:
        """The author's own day on which it is written."""
        return self.at.astimezone(ZoneInfo(self.person.zone)).date()

    @property
    def detached(self) -> bool:
        """Whether nothing may link it to whoever wrote it, even for somebody with the database and both keys."""
        return self.promise == "detached"

    @property
    def hidden(self) -> bool:
        """Whether nobody may learn who wrote it."""
        return self.promise != "named"


def crowd(number: int, chance: random.Random) -> list[Person]:
    """People who have no part but to write."""
    found = []
    for n in range(number):
        name = f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}{n:03}"
        zone = FAR if n % 6 == 5 else "Europe/London"
        user = f"U-crowd{n:03}-{chance.randrange(16**8):08x}"
        found.append(Person(user, name, f"crowd{n:03}.{chance.randrange(10**4):04}@example.org", zone))
    return found


def working_day(number: int) -> date:
    """The working day of that number; the first is 0."""
    return FIRST_DAY + timedelta(days=number // 5 * 7 + number % 5)


def at(day: int, minute: int) -> datetime:
    """A minute after half past nine of a working day."""
    began = datetime.combine(working_day(day), time(9, 30), ZONE)
    return (began + timedelta(minutes=minute)).astimezone(ZoneInfo("UTC"))


@dataclass
class Script:
    """All that is going to happen: policies by number with their story, and acts in the order of time."""

    seed: int
    size: Size
    people: list[Person]
    policies: list[Story]
    acts: list[Act] = field(default_factory=list)

    @property
    def settings_day(self) -> int:
        """The day in whose night an admin changes the settings: the last one on which anybody writes."""
        return self.size.days

    def of(self, story: Story) -> list[int]:
        """The numbers of the policies with that story."""
        return [n for n, each in enumerate(self.policies) if each is story]


STORIES = {Story.REWORDED: 1, Story.TAKEN_OVER: 1, Story.SILENT: 1}
ONCE_A_TRIAL = (Story.LONE, Story.FLOODED, Story.SETTINGS)
DETACHED = 3
"""Of so many flags of a day one is detached."""
HOURS = 4
"""How many hours a day the wording changes."""


def written(seed: int, size: Size) -> Script:
    """The script of that seed and size."""
    chance = random.Random(seed)
    policies = [Story.BUSY] * size.busy + [each for each in ONCE_A_TRIAL for _ in range(size.trials)] + [*STORIES]
    script = Script(seed, size, crowd(size.people, chance), policies)
    drawn = _Drawn(script, chance)
    for day in range(size.days):
        drawn.busy_day(day)
    drawn.lone_flags()
    drawn.named_flags()
    drawn.reworded_flags()
    script.acts.sort(key=lambda each: each.at)
    return script


class _Drawn:
    """Draws acts into a script."""

    def __init__(self, script: Script, chance: random.Random) -> None:
        self._script = script
        self._chance = chance
        self._numbers = count(1)
        self._flags: dict[tuple[str, int], int] = {}

    def busy_day(self, day: int) -> None:
        """Flags of one day, and from the third day on seconds, replies, a change and a withdrawal."""
        size, busy = self._script.size, self._script.of(Story.BUSY)
        detached = max(1, size.a_day // DETACHED)
        minutes = self._chance.sample(range(450), size.a_day + size.a_day // 2 + detached + 8)
        flags = [self._flag(day, minutes.pop(), self._chance.choice(busy)) for _ in range(size.a_day - detached)]
        with_codes = [self._detached_flag(day, minutes.pop(), self._chance.choice(busy)) for _ in range(detached)]
        taken_back = [*self._chance.sample(flags, 2), *(with_codes[:1] if day < 2 else ())]
        for each in taken_back:
            self._follow(Kind.WITHDRAW, day, minutes.pop(), each)
        left = [each for each in flags if each not in taken_back]
        for each in (self._chance.choice(left), *with_codes[1:2]):
            self._follow(Kind.CHANGE, day, minutes.pop(), each)
        if day >= 2:
            self._said_to(day, minutes)
            old = [each for each in self._script.acts if each.kind is Kind.FLAG and each.detached]
            for each in self._chance.sample(old, 3):
                self._follow(Kind.CODE, day, minutes.pop(), each)

    def _follow(self, kind: Kind, day: int, minute: int, about: Act) -> None:
        """What an author does with their own flag, after they have written it."""
        minute = max(minute, _minute(about) + 1) if about.day == working_day(day) else minute
        self._add(day, minute, about.policy, kind, about.person, promise=about.promise, about=about)

    def _said_to(self, day: int, minutes: list[int]) -> None:
        gone = {one.about.number for one in self._script.acts if one.kind is Kind.WITHDRAW and one.about}
        old = [
            each
            for each in self._script.acts
            if each.kind is Kind.FLAG and each.number not in gone and each.day < working_day(day - 1)
        ]
        for each in self._chance.sample(old, min(len(old), self._script.size.a_day // 3)):
            others = [one for one in self._script.people if one != each.person]
            self._add(day, minutes.pop(), each.policy, Kind.SECOND, self._chance.choice(others), about=each)

    def lone_flags(self) -> None:
        """A flag on each policy where nobody else writes; early, so that there is time to see it come out."""
        for story, day in ((Story.LONE, 0), (Story.FLOODED, 1), (Story.SETTINGS, self._script.settings_day)):
            for policy in self._script.of(story):
                self._flag(day, self._chance.randrange(60, 120), policy)

    def named_flags(self) -> None:
        """Flags with names: on two busy policies, on the one that is taken over, and two on the one without answers."""
        busy = self._script.of(Story.BUSY)[:2]
        for policy in (*busy, *self._script.of(Story.TAKEN_OVER)):
            for _ in range(3):
                self._flag(1, self._chance.randrange(450), policy, promise="named")
        for policy in self._script.of(Story.SILENT):
            for day in (0, self._script.settings_day):
                self._flag(day, self._chance.randrange(450), policy, promise="named", most=1).verdict = "not"

    def reworded_flags(self) -> None:
        """Flags on the policy whose wording changes every hour."""
        for policy in self._script.of(Story.REWORDED):
            for day in range(min(3, self._script.size.days)):
                for hour in range(HOURS):
                    self._flag(day, hour * 60 + self._chance.randrange(5, 55), policy)

    def _detached_flag(self, day: int, minute: int, policy: int) -> Act:
        """Half of all people write them, so that there are several of one person."""
        few = self._script.people[: max(4, len(self._script.people) // 2)]
        return self._add(day, minute, policy, Kind.FLAG, self._chance.choice(few), promise="detached")

    def _flag(self, day: int, minute: int, policy: int, promise: str = "confidential", most: int = 4) -> Act:
        able = [each for each in self._script.people if self._flags.get((each.user, policy), 0) < most]
        person = self._chance.choice(able)
        self._flags[person.user, policy] = self._flags.get((person.user, policy), 0) + 1
        return self._add(day, minute, policy, Kind.FLAG, person, promise=promise)

    def _add(
        self,
        day: int,
        minute: int,
        policy: int,
        kind: Kind,
        person: Person,
        *,
        promise: str = "confidential",
        about: Act | None = None,
    ) -> Act:
        act = Act(
            next(self._numbers),
            at(day, minute) + timedelta(seconds=self._chance.randrange(60)),
            person,
            policy,
            kind,
            promise,
            self._chance.choice(("not", "if", "cannot-tell", "as-announced")),
            self._chance.choice(("timetable", "funding", "legacy", "skills")),
            self._chance.randrange(30),
            about,
        )
        self._script.acts.append(act)
        return act


def _minute(act: Act) -> int:
    began = datetime.combine(act.day, time(9, 30), ZONE)
    return int((act.at - began).total_seconds() // 60) + 1
