"""A population at work: a script acted out through the real dispatcher and worker, with the truth kept beside it."""

from __future__ import annotations

import random
import re
import secrets
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from uuid import UUID

from adapters.health.metrics import page as metrics_page
from bot.interface import intents
from bot.interface.intents import Intent
from bot.interface.parts import Button, Card, Form, FormButton, Heading, Quote, Screen
from bot.people.people import Member, UnknownPerson
from bot.policies import policies
from bot.unit_of_work.unit_of_work import UnitOfWork
from bot.worker.status import Status
from storage import Policy
from tests.attacks.recorder import Dump, Recorder, dump
from tests.attacks.script import HOURS, ZONE, Act, Kind, Person, Script, Story, at, working_day
from tests.attacks.server_files import WriteAheadLog
from tests.bot.conftest import FLAG, FULL_NAMES, Office, answers_of, email_of, said, user_of

READER, OWNER, ADMIN, ANNOUNCER, FLOODER = "asha", "priya", "ada", "eve", "ben"
SENIOR, NEW_OWNER, DELEGATE = "sal", "cai", "omar"
FLOODERS = (FLOODER, "U-ben-second-account", "U-ben-third-account")
"""Three accounts of one person, with one address, which were not joined."""
STRANGER = "U-stranger-0001"
"""Somebody on no roster."""
DOMAIN = "example.org"
"""The domain of all addresses, which the organisation trusts."""
INSTEAD = " instead"
"""What comes after the marker in a text that its author has changed."""
CODE = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{4} ){6}[0-9A-HJKMNP-TV-Z]{2}\b")
"""A receipt code as its author is shown it."""
WRONG_CODE = "0000 1111 2222 3333 4444 5555 66"
LATE = 3
"""How many flags still wait when all is over."""
AFTER = 3
"""Working days after the last writing, in which everything comes out."""


Work = Callable[[], Awaitable[None]]


@dataclass
class Watched:
    """What an onlooker saw before and after an instant at which somebody may have clicked."""

    clicked: bool
    before: dict[str, str]
    after: dict[str, str]


@dataclass
class Truth:
    """What only the tests know: who wrote what when, and where it was seen."""

    script: Script
    acts: list[Act]
    policies: list[UUID] = field(default_factory=list)
    current: Act | None = None
    shown_on: dict[int, date] = field(default_factory=dict)
    """By the number of a flag, the day on which its text was first seen by somebody else."""
    seen_at: dict[int, datetime] = field(default_factory=dict)
    ids: dict[str, Act] = field(default_factory=dict)
    """The flags that are shown, by id as `plain` gives it."""
    gone: set[int] = field(default_factory=set)
    """The numbers of flags that were withdrawn."""
    believed: Person | None = None
    """For leaks: as whom a product that believes its database takes an attacker."""
    damaged: bool = False
    """For leaks: whether a row was spoilt."""

    def by_marker(self, words: str) -> Act | None:
        """The flag whose marker stands first in what is shown."""
        first = words.split(maxsplit=1)[0] if words else ""
        return self._markers.get(first)

    @property
    def _markers(self) -> dict[str, Act]:
        return {each.marker: each for each in self.acts if each.kind is Kind.FLAG}

    def hidden(self, *kinds: Kind) -> list[Act]:
        """What was written and names nobody, of these kinds."""
        return [each for each in self.acts if each.done and each.hidden and each.kind in kinds]


class Population:
    """Everybody at work in one office."""

    def __init__(self, office: Office, script: Script, recorder: Recorder) -> None:
        self.office = office
        self.script = script
        self.recorder = recorder
        self.truth = Truth(script, list(script.acts))
        self.watched: list[Watched] = []
        self.refused_seconds: dict[str, str] = {}
        """What the flooder is told who seconds their own flag, by the account that wrote it and the other one."""
        self.receipts: dict[int, str] = {}
        """By act, all that its author's window held and led to afterwards."""
        self.codes: dict[int, str] = {}
        """By the number of a detached flag, the receipt code that its author was shown."""
        self.own_lists: dict[str, str] = {}
        """By user, what they are shown of their own flags when all is over."""
        self.files_after_reader: list[bytes] = []
        """The bytes of the SQLite files on the morning after a release during which somebody else was reading."""
        self.stranger_saved = False
        """Whether somebody on no roster could send a flag."""
        self.taken_addresses: dict[str, str] = {}
        """By account, the address that a directory's admin has given to it."""
        self.restart: Callable[[], None] = lambda: None
        """Ends the process, and starts another one over the same database."""
        self.written_ahead: WriteAheadLog | None = None
        self.after_release: Callable[[], Awaitable[None]] | None = None
        self.chance = random.Random(script.seed + 1)
        self._status = Status(office.database, office.clock, office.worker.heartbeat, ring=office.ring)
        self._watching = self._chosen_to_watch()

    def _chosen_to_watch(self) -> set[int]:
        flags = [each.number for each in self.script.acts if each.kind is Kind.FLAG and each.hidden]
        return set(self.chance.sample(flags, min(len(flags), self.script.size.watched)))

    @property
    def everybody(self) -> list[Person]:
        """All who could have written: everybody on the roster."""
        known = [Person(user_of(each), FULL_NAMES[each], email_of(each)) for each in FULL_NAMES]
        second = [Person(each, f"Ben Tarrandale {n}", email_of(FLOODER)) for n, each in enumerate(FLOODERS) if n]
        return [*self.script.people, *known, *second]

    # The days.

    async def live(self) -> None:
        """From the first announcement until everything is out."""
        await self._begin()
        for day in range(self.script.size.days + 1 + AFTER):
            await self._day(day)
        await self._look_closely()
        self.recorder.cause = "end"
        self.recorder.dumps.append(self.dump())
        await self._write_late()

    async def _look_closely(self) -> None:
        """All that is looked at once, at the end: each author's own flags, flags in full, and the owner's file."""
        self.recorder.cause = "my flags"
        for person in self.script.people:
            self.own_lists[person.user] = said(await self.office.open(intents.MyFlags(), person.user))
        self.recorder.cause = "look"
        for flag, act in self.truth.ids.items():
            if self.script.policies[act.policy] is Story.REWORDED:
                self._note(READER, f"flag {act.marker}", await self.office.open(intents.SeeFlag(UUID(flag)), READER))
        for row in self.office.rows("digests"):
            file = await self.office.dispatcher.download(intents.DownloadCsv(row["id"]), self.office.actor(OWNER))
            if file is not None:
                self.recorder.screens.append((self.office.clock.now, OWNER, "csv", file.content.decode()))

    async def _write_late(self) -> None:
        """Flags that still wait when all is over."""
        for n, person in enumerate(self.script.people[:LATE]):
            late = Act(95000 + n, self.office.clock.now, person, self.script.of(Story.BUSY)[0], Kind.FLAG, length=n)
            self.truth.acts.append(late)
            await self._perform(late)

    async def _begin(self) -> None:
        office = self.office
        await office.enrol(*(each.member for each in self.everybody))
        office.organise(answer_days=1, delegate_after=1, senior_after=1)
        await office.dispatcher.describe({"domains": DOMAIN})
        await office.worker.tick()
        for n, story in enumerate(self.script.policies):
            by = ANNOUNCER if story is Story.TAKEN_OVER else ADMIN
            self.truth.policies.append(await self._announce(f"Policy number {n:03}", by))
        await office.worker.tick()

    async def _announce(self, title: str, by: str) -> UUID:
        office = self.office
        before = {each["id"] for each in office.rows("policies")}
        channels = tuple(str(each["id"]) for each in office.rows("channels"))
        people = {"owner": email_of(OWNER), "delegate": email_of(DELEGATE), "senior": email_of(SENIOR)}
        typed = {"title": title, "summary": f"{title} for everybody.", "closes_on": "2027-03-31", **people}
        form = await office.fill(intents.Announce(), by, channels=channels, **typed)
        assert form.title == "Policy announced", said(form)
        (found,) = {each["id"] for each in office.rows("policies")} - before
        return UUID(str(found))

    async def _day(self, day: int) -> None:
        # After the release, before anybody writes.
        with self._reader_over_night() if day == 2 else nullcontext():
            await self._until(at(day, -10))
        await self._look_around(morning=True, closely=day in (3, self.script.size.days + AFTER))
        if day == 2:
            await self._until(at(day, 0))
            await self.office.worker.tick()
            self.files_after_reader = self._sqlite_files()
        if day == 3:
            await self._answer()
        for moment, work in sorted(self._due(day), key=lambda each: each[0]):
            await self._until(moment)
            await work()
        await self._until(at(day, 500))
        if day < self.script.size.days + 1:
            await self._look_around()
        if day == 1:
            # What is shown by now goes all the way to the senior owner; of the rest less is sent, in less time.
            self.office.organise(answer_days=10)
        if day == self.script.settings_day:
            self.office.organise(batch_least=1, batch_wait_days=1)
        await self._until(at(day, 13 * 60))
        self.recorder.dumps.append(self.dump())

    @contextmanager
    def _reader_over_night(self) -> Iterator[None]:
        """Somebody else reads the SQLite file over the release, as a backup does, so that its log cannot be folded."""
        if self.office.database.name != "sqlite":
            yield
            return
        with closing(sqlite3.connect(self.office.database.file, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM flags").fetchone()
            yield
            reader.execute("ROLLBACK")

    def _sqlite_files(self) -> list[bytes]:
        file = self.office.database.file
        found = file.parent.glob(f"{file.name}*") if self.office.database.name == "sqlite" else ()
        return [each.read_bytes() for each in found]

    def _due(self, day: int) -> Iterator[tuple[datetime, Work]]:
        yield from self._of_attackers(day)
        for act in self.truth.acts:
            if act.day == working_day(day) and not act.done:
                yield act.at, partial(self._perform, act)
        for policy in self.script.of(Story.REWORDED):
            if day < self.script.size.days:
                for hour in range(HOURS):
                    yield at(day, hour * 60), partial(self._reword, policy, day, hour)

    def _of_attackers(self, day: int) -> Iterator[tuple[datetime, Work]]:
        if day == 0:
            for policy in self.script.of(Story.LONE):
                yield at(day, 200), partial(self._flag_as, policy, READER, READER)
        if day == 1:
            for policy in self.script.of(Story.FLOODED):
                yield at(day, 200), partial(self._flag_as, policy, *FLOODERS)
        if day == 2:
            yield at(day, 300), self._second_own
            yield at(day, 310), self._press_as_stranger

    async def _until(self, moment: datetime) -> None:
        self.recorder.cause = "worker"
        clock, worker = self.office.clock, self.office.worker
        while (due := await worker.next_due()) is not None and due <= moment:
            clock.move_to(max(clock.now, due))
            await worker.tick()
        clock.move_to(max(clock.now, moment))

    # What people do.

    async def _perform(self, act: Act) -> None:
        watching = act.number in self._watching
        before = await self.watch(act.policy) if watching else {}
        if watching:
            self.watched.append(Watched(False, before, before := await self.watch(act.policy)))
        self.recorder.cause, self.truth.current = f"act {act.number}", act
        try:
            act.done = await self._done(act)
        finally:
            self.truth.current = None
        self.recorder.cause = "look"
        if watching:
            self.watched.append(Watched(True, before, await self.watch(act.policy)))

    async def _done(self, act: Act) -> bool:
        office, user = self.office, act.person.user
        match act.kind:
            case Kind.FLAG:
                return await self._flag(act)
            case Kind.SECOND | Kind.REPLY:
                return await self._said_to(act)
            case Kind.WITHDRAW | Kind.CHANGE:
                assert act.about is not None
                mine = await self._own_flags(act.about, user)
                wanted = intents.WithdrawFlag if act.kind is Kind.WITHDRAW else intents.ChangeFlag
                intent = next(
                    (
                        each
                        for text, each in buttons_after(mine)
                        if act.about.marker in text and isinstance(each, wanted)
                    ),
                    None,
                )
                if intent is None:
                    return False
                if act.kind is Kind.WITHDRAW:
                    await office.press(intent, user)
                    self.truth.gone.add(act.about.number)
                else:
                    await office.fill(intent, user, **self._typed(act, act.about))
                return True
            case Kind.CODE:
                assert act.about is not None
                if act.number % 2:
                    await office.fill(intents.UseCode(), user, code=WRONG_CODE)
                return act.about.marker in said(await self._own_flags(act.about, user))

    async def _own_flags(self, about: Act, user: str) -> Form:
        """Where an author finds that flag of theirs: among all, or by the code of a detached one."""
        if about.detached and about.number in self.codes:
            return await self.office.fill(intents.UseCode(), user, code=self.codes[about.number])
        return await self.office.form(intents.MyFlags(), user)

    async def _flag(self, act: Act) -> bool:
        policy = self.truth.policies[act.policy]
        typed = {**self._typed(act, act), "similar": "none", "anything": ""}
        form = await self.office.fill(intents.GiveView(policy), act.person.user, **typed)
        self.receipts[act.number] = said(form)
        if act.detached and (code := CODE.search(said(form))):
            self.codes[act.number] = code[0]
        return form.title == "Flag saved"

    def _typed(self, act: Act, about: Act) -> dict[str, str]:
        text = about.marker + (INSTEAD if act is not about else "") + act.text.removeprefix(act.marker)
        remedy = "Start with the few." if act.verdict == "if" else ""
        return {
            "promise": about.promise,
            "verdict": act.verdict,
            "theme": act.theme,
            "because": text,
            "remedy": remedy,
            "evidence": "",
        }

    async def _said_to(self, act: Act) -> bool:
        assert act.about is not None
        found = next((each for each, shown in self.truth.ids.items() if shown is act.about), None)
        if found is None:
            return False
        flag = UUID(found)
        if act.kind is Kind.SECOND:
            form = await self.office.form(intents.SecondFlag(flag), act.person.user)
            if form.intent is None:
                return False
            await self.office.send(form, act.person.user, anything=act.text if act.number % 2 else "")
            return True
        mine = await self._own_flags(act.about, act.person.user)
        for text, intent in buttons_after(mine):
            if act.about.marker in text and isinstance(intent, intents.NotSettled):
                await self.office.fill(intent, act.person.user, text=act.text)
                return True
        return False

    async def _flag_as(self, policy: int, *accounts: str) -> None:
        """Flags of an attacker, which they know themselves."""
        self.recorder.cause = "attacker"
        for n, account in enumerate(accounts):
            typed = {**FLAG, "because": f"Mine, number {n}.", "similar": "none", "anything": ""}
            await self.office.fill(intents.GiveView(self.truth.policies[policy]), account, **typed)

    async def _second_own(self) -> None:
        """The flooder seconds their own flags, each with the accounts that did not write it."""
        self.recorder.cause = "attacker"
        for policy in self.script.of(Story.FLOODED):
            shown = await self.office.form(intents.SeeFlags(self.truth.policies[policy]), READER)
            for part in shown.body:
                if isinstance(part, Quote) and isinstance(part.whole, intents.SeeFlag):
                    for n, author in enumerate(FLOODERS):
                        if part.text.startswith(f"Mine, number {n}"):
                            for account in [each for each in FLOODERS if each != author]:
                                told = await self.second(part.whole.flag, account)
                                self.refused_seconds[f"{policy} {author} {account}"] = told

    async def second(self, flag: UUID, account: str) -> str:
        """What an account is told that seconds a flag, by its form or, where that does not open, without it."""
        form = await self.office.form(intents.SecondFlag(flag), account)
        if form.intent is None:
            return said(form) + said(await self.office.press(intents.SecondFlag(flag), account))
        return said(await self.office.send(form, account, anything=""))

    async def _press_as_stranger(self) -> None:
        """Somebody on no roster presses whatever there is."""
        self.recorder.cause = "attacker"
        actor, known = self.office.actor(STRANGER), Member(STRANGER, "Nobody Known", "nobody@example.org")
        for intent in (intents.MyFlags(), intents.GiveView(self.truth.policies[0]), intents.OpenPolicies()):
            for newcomer in (None, known):
                with suppress(UnknownPerson):
                    await self.office.dispatcher.open(intent, actor, None, newcomer)
            # The form that anyone else has open.
            form = await self.office.open(intent, READER)
            sent = form.intent if isinstance(form, Form) and form.intent else intent
            with suppress(UnknownPerson):
                answers = answers_of({**FLAG, "similar": "none"})
                screen = await self.office.dispatcher.submit(sent, answers, actor, secrets.token_urlsafe(16))
                self.stranger_saved = self.stranger_saved or "Flag saved" in said(screen)

    async def _reword(self, policy: int, day: int, hour: int) -> None:
        self.recorder.cause = "reword"
        self.office.change(lambda uow: _reworded(uow, self.truth.policies[policy], wording(policy, day, hour)))

    async def _answer(self) -> None:
        """The owner answers some of what is shown, and its authors reply."""
        self.recorder.cause = "answer"
        busy = self.script.of(Story.BUSY)
        shown = [(each, act) for each, act in self.truth.ids.items() if act.policy in busy and act.hidden]
        for n, (flag, act) in enumerate(shown[: self.script.size.a_day // 2]):
            typed = {"kind": "change", "text": "We start with forty.", "by_date": "2027-03-31"}
            form = await self.office.fill(intents.AnswerFlags((UUID(flag),)), OWNER, **typed)
            if form.title == "Answer sent":
                moment = at(3, 100 + n * 7)
                self.truth.acts.append(
                    Act(90000 + n, moment, act.person, act.policy, Kind.REPLY, act.promise, length=n % 9, about=act)
                )

    # What onlookers see.

    def dump(self) -> Dump:
        """A copy of the database, and what was added to its write-ahead log."""
        with self.office.database.reading() as session:
            if self.written_ahead is not None:
                self.written_ahead.read(session.connection())
            return dump(session.connection(), self.office.clock.now)

    async def _look_around(self, *, morning: bool = False, closely: bool = False) -> None:
        """Keep what a member, the owner and an admin see, and note which flags are shown now."""
        self.recorder.cause = "look"
        for policy in self.truth.policies:
            for reader in (READER, OWNER, ADMIN) if closely else (READER,):
                for screen in await self.pages(policy, reader):
                    self._note(reader, f"flags {policy.hex}", screen)
        if morning and self.after_release is not None:
            await self.after_release()
        if closely:
            for reader in (READER, OWNER, ADMIN, SENIOR):
                for intent in (
                    intents.OpenPolicies(),
                    intents.MyPolicies(),
                    intents.NewestDigest(),
                    intents.SeeSettings(),
                ):
                    self._note(reader, intent.name, await self.office.open(intent, reader))
                self._note(reader, "home", await self.office.dispatcher.home(self.office.actor(reader)))
            self.recorder.metrics.append(await self.metrics())

    async def pages(self, policy: UUID, reader: str) -> list[Screen]:
        """All pages of the flags of a policy."""
        found: list[Screen] = []
        for number in range(1, 30):
            screen = await self.office.open(intents.SeeFlags(policy, number), reader)
            found.append(screen)
            more = [
                each for _, each in buttons_after(screen) if isinstance(each, intents.SeeFlags) and each.page > number
            ]
            if not more:
                break
        return found

    def _note(self, reader: str, what: str, screen: Screen) -> None:
        now, words = self.office.clock.now, repr(screen)
        self.recorder.screens.append((now, reader, what, words))
        if what.startswith("flags"):
            for act in self.truth.acts:
                if act.kind is Kind.FLAG and act.number not in self.truth.seen_at and act.marker in words:
                    self.truth.seen_at[act.number] = now
                    self.truth.shown_on[act.number] = now.astimezone(ZONE).date()
            for part in screen.parts if isinstance(screen, Card) else screen.body:
                if isinstance(part, Quote) and isinstance(part.whole, intents.SeeFlag):
                    shown = self.truth.by_marker(part.text)
                    if shown is not None:
                        self.truth.ids[part.whole.flag.hex] = shown

    async def watch(self, policy: int) -> dict[str, str]:
        """All that an onlooker can see at this instant."""
        self.recorder.cause = "look"
        office, there = self.office, self.truth.policies[policy]
        lines = len(self.recorder.lines)
        shown = {
            "member": said(await office.open(intents.SeeFlags(there), READER)) + await office.card_text(),
            "owner": said(await office.open(intents.SeeFlags(there), OWNER))
            + said(await office.open(intents.MyPolicies(), OWNER)),
            "metrics": await self.metrics(),
            "logs": str(lines),
            "audit": "\n".join(map(str, office.rows("audit"))),
            "messages": str(len(office.chat.kept)),
        }
        del self.recorder.lines[lines:]  # what looking itself has logged
        return shown

    async def metrics(self) -> str:
        """The page of metrics."""
        status = self._status
        found = metrics_page(await status.metrics(), await status.probes(), status.beats(), {}, {}, draining=False)
        return found.decode()


def hour_of(act: Act) -> int:
    """In which of a day's hours, each of which has a wording of its own, something was written."""
    began = datetime.combine(act.day, time(9, 30), ZONE)
    return int((act.at - began).total_seconds() // 3600)


def wording(policy: int, day: int, hour: int) -> tuple[str, str]:
    """The title and summary of a policy in that hour."""
    return f"Policy number {policy:03}", f"As of wording-{day}-{hour} for everybody."


def _reworded(uow: UnitOfWork, policy_id: UUID, words: tuple[str, str]) -> None:
    found = uow.session.get(Policy, policy_id)
    assert found is not None
    policies.reword(uow, found, *words)


def buttons_after(screen: Screen) -> list[tuple[str, Intent]]:
    """The intents of a screen's buttons, each with the text of the quotes since the last heading."""
    found, text = [], ""
    for part in screen.parts if isinstance(screen, Card) else screen.body:
        if isinstance(part, Heading):
            text = ""
        if isinstance(part, Quote):
            text += f"{part.text} "
        if isinstance(part, Button | FormButton):
            found.append((text, part.intent))
    return found
