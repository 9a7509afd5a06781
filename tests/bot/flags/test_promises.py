"""Attacks on the promises: given the database, the logs and all that was sent, name who wrote, and fail.

What only the author's own click brings up is left out, as the promise leaves it out.
"""

import asyncio
import base64
import hashlib
import hmac
import logging
import re
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from bot.dispatcher import Dispatcher
from bot.flags.flags import NewFlag
from bot.interface import intents
from bot.interface.parts import Card, Form
from bot.interface.ports import Message, Outcome
from bot.interface.unavailable import Unavailable
from bot.screens import refusals as says
from bot.unit_of_work.errors import FormRefused
from bot.worker.worker import Worker
from storage import Audience, Database
from storage.authors_key import BOX_BYTES, AuthorsKey
from storage.keys import nonce_hash
from tests.bot.conftest import (
    CHANNEL_SETTINGS,
    FLAG,
    FULL_NAMES,
    WORKSPACE,
    Clock,
    Notebook,
    Office,
    address_of,
    answers_of,
    email_of,
    said,
    user_of,
)
from tests.bot.days import ENOUGH_DAYS

pytestmark = pytest.mark.rules

TYPED = {
    "because": "Quokkas cannot read *this* ünïcode",
    "remedy": "Feed the quokkas & wait",
    "evidence": "https://example.org/quokkaproof",
    "changed": "Wombats cannot read it either",
    "remark": "Our quokkas agree entirely",
    "answer": "Narwhals will be asked by spring",
    "reply": "Narwhals are still in the way",
    "named": "Lemurs signed this with their name",
    "refused": "Axolotls never got this far",
}
"""Everything that people type in the story, by where they type it. Nothing of it stands anywhere else."""

CONFIDENTIAL = ("asha", "ben", "cai", "eve")
SAID = ("boxes", "flags", "seconds", "replies")
ROSTERS = {"people", "identities", "memberships"}
"""Filled from the rosters of channels. Everybody on one stands there alike, whoever wrote."""


@dataclass
class Story:
    """A whole story as it went: who wrote what, what each confidential step wrote, and the nonces of its forms."""

    office: Office
    policy: UUID
    steps: list[tuple[str, str, dict[str, tuple[list[str], list[str]]]]] = field(default_factory=list)
    nonces: list[str] = field(default_factory=list)
    flags: dict[str, UUID] = field(default_factory=dict)

    async def fill(self, person: str, intent: intents.Intent, **typed: str) -> Form:
        """Send a form and note what changed in the database."""
        form = await self.office.form(intent, person)
        before = self.office.everything()
        saved = await self.office.send(form, person, **typed)
        assert not saved.problems, saved.problems
        self.nonces.append(form.nonce)
        self.steps.append((person, form.title, changes(before, self.office.everything())))
        return saved


def changes(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, tuple[list[str], list[str]]]:
    """The rows that went and that came, by table, where there are any."""
    found = {}
    for table in after:
        went, came = Counter(before[table]) - Counter(after[table]), Counter(after[table]) - Counter(before[table])
        if went or came:
            found[table] = (list(went.elements()), list(came.elements()))
    return found


async def told(office: Office, policy: UUID) -> Story:
    """Play it: flags, a change, a withdrawal, a release, seconds, a digest, an answer, replies, and what follows."""
    story = Story(office, policy)
    channel = UUID(str(office.rows("channels")[0]["id"]))
    await office.fill(intents.ChannelSettings(channel), "ada", **{**CHANNEL_SETTINGS, "digests": "yes"})  # type: ignore[arg-type]
    for person in ("asha", "ben", "cai"):
        own = {"because": f"{TYPED['because']} {person}", "remedy": TYPED["remedy"], "evidence": TYPED["evidence"]}
        own["verdict"] = "if"  # less urgent than the named one, which is so in the digest
        before = office.ids()
        await story.fill(person, intents.GiveView(policy), **{**FLAG, **own})
        story.flags[person] = office.new_since(before)
    story.flags["dina"] = await office.file(policy, "dina", TYPED["named"], promise="named")
    extra = await office.file(policy, "cai", TYPED["refused"])
    await story.fill(
        "asha", intents.ChangeFlag(story.flags["asha"]), **{**FLAG, "verdict": "if", "because": TYPED["changed"]}
    )
    await office.press(intents.WithdrawFlag(extra), "cai")
    await office.flag(policy, "asha", TYPED["refused"], verdict="if", remedy="")
    await office.until(25, 12)
    story.flags = {person: office.shown(flag) for person, flag in story.flags.items()}

    await story.fill("eve", intents.SecondFlag(story.flags["ben"]), anything=TYPED["remark"])
    alike = {**FLAG, "because": TYPED["changed"]}
    step = await office.fill(intents.GiveView(policy), "cai", **alike)
    before_second = office.everything()
    await office.send(step, "cai", **alike, similar=str(story.flags["asha"]), anything=TYPED["remark"])
    story.steps.append(("cai", "Similar", changes(before_second, office.everything())))
    confidential = tuple(story.flags[each] for each in ("asha", "ben", "cai"))
    answer = await office.answer((*confidential, story.flags["dina"]), text=TYPED["answer"])
    await story.fill("asha", intents.NotSettled(answer, story.flags["asha"]), text=TYPED["reply"])
    before_settled = office.everything()
    await office.press(intents.Settle(answer, story.flags["ben"]), "ben")
    story.steps.append(("ben", "Settled", changes(before_settled, office.everything())))
    await office.until(4, 12, month=12)
    question = await office.answer((story.flags["asha"],), kind="more", text=TYPED["answer"], by_date="")
    await story.fill("asha", intents.ReplyToQuestion(question, story.flags["asha"]), text=TYPED["reply"])
    await office.until(11, 12, month=12)
    return story


def traces_of(office: Office, person: str) -> list[str]:
    """Everything by which a row, a log line or a message could tell a person, in small letters."""
    person_id = office.person(person)
    identities = [str(each["id"]) for each in office.rows("identities") if each["user"] == user_of(person)]
    ids = [person_id.hex, str(person_id), *identities, *(each.replace("-", "") for each in identities)]
    names = [FULL_NAMES[person], FULL_NAMES[person].split()[1], user_of(person), email_of(person)]
    texts = [each.casefold() for each in (*ids, *names)]
    return [*texts, *(each.encode().hex() for each in texts)]


def spellings(text: str) -> list[bytes]:
    """A typed text as it would stand in bytes, in hex and in base64, by its longest word of letters too."""
    word = max(re.findall(r"[A-Za-z]{5,}", text), key=len)
    forms = []
    for each in {text, word}:
        raw = each.encode()
        forms += [raw, raw.hex().encode(), base64.b64encode(raw).rstrip(b"=")[:-1], each.encode("utf-16-le")]
    return forms


@pytest.mark.both_databases
async def test_a_confidential_step_writes_one_row_that_names_nobody(office: Office, policy: UUID) -> None:
    story = await told(office, policy)
    assert len(story.steps) == 9
    for person, what, changed in story.steps:
        assert set(changed) == {"boxes"}, what
        went, came = changed["boxes"]
        assert (len(went), len(came)) == ((1, 1) if what == "Change your flag" else (0, 1)), what
        row = came[0].casefold()
        for other in FULL_NAMES:
            assert not [each for each in traces_of(office, other) if each in row], f"{what} of {person} tells {other}"
        for place in ("chat", WORKSPACE, address_of("c1")):
            assert place.casefold() not in row
        assert not re.search(r"\d\d:\d\d", row), f"{what} tells a time"
        columns = dict(each.partition("=")[::2] for each in row.split("; "))
        assert set(columns) == {"id", "policy_id", "tag", "sealed"}, what
        assert len(columns["sealed"]) == 2 * BOX_BYTES, what


async def test_a_story_leaves_nothing_that_tells_who_wrote_or_what(office: Office, policy: UUID) -> None:
    story = await told(office, policy)
    no_row_leads_to_who_wrote(office)
    no_tag_is_a_hash_that_can_be_tried_without_the_key(office, story)
    nothing_typed_stands_in_clear(office)
    the_file_does_not_hold_the_forms_that_were_sent(office, story)
    nothing_was_sent_to_a_confidential_author(office)
    await reading_writes_nothing(office, story)


def no_row_leads_to_who_wrote(office: Office) -> None:
    dump = office.everything()
    everybody_is_listed_alike(office)
    named = {office.person("dina").hex, str(office.person("dina"))}
    for person in (*CONFIDENTIAL, "dina"):
        traces = traces_of(office, person)
        for table in SAID:
            for row in dump[table]:
                found = [each for each in traces if each in row.casefold()]
                assert not found or (set(found) <= named and "promise=named" in row), f"{table} tells {person}"
    for table in set(SAID) - {"boxes"}:
        kept = [row for row in dump[table] if "promise=named" not in row]
        assert kept, f"nothing confidential was written to {table}"
        assert not [row for row in kept if "2026-11-23" in row], f"{table} tells a day of writing"
    for person in CONFIDENTIAL:
        for table in set(dump) - ROSTERS:
            for row in dump[table]:
                assert not [each for each in traces_of(office, person) if each in row.casefold()], f"{table}: {person}"


def everybody_is_listed_alike(office: Office) -> None:
    of = {each["id"]: each["user"] for each in office.rows("identities")}
    assert Counter(of.values()) == Counter(user_of(each) for each in FULL_NAMES)
    (channel,) = (each["id"] for each in office.rows("channels"))
    listed = Counter((each["channel_id"], of[each["identity_id"]]) for each in office.rows("memberships"))
    assert listed == Counter((channel, user_of(each)) for each in FULL_NAMES)


async def reading_writes_nothing(office: Office, story: Story) -> None:
    policy = story.policy
    before = office.everything()
    own = story.flags["asha"]
    for intent in (
        intents.MyFlags(), intents.SeeFlag(own), intents.ChangeFlag(own), intents.GiveView(policy),
        intents.SeeFlags(policy), intents.SecondFlag(story.flags["ben"]), intents.HowProtected(policy),
    ):  # fmt: skip
        await office.open(intent, "asha")
    await office.dispatcher.home(office.actor("asha"))
    assert office.everything() == before


def no_tag_is_a_hash_that_can_be_tried_without_the_key(office: Office, story: Story) -> None:
    policy = story.policy
    rows = office.rows("flags")
    tags = {bytes(each["tag"]) for each in rows if each["tag"]}
    seconds = {bytes(each["tag"]) for each in office.rows("seconds")}
    guesses = set()
    for person in FULL_NAMES:
        person_id = office.person(person)
        for spelled in (person_id.bytes, person_id.hex.encode(), str(person_id).encode(), email_of(person).encode()):
            for salt in (b"", policy.bytes, policy.hex.encode(), *(each.bytes for each in story.flags.values())):
                for n in (b"", *(bytes([i]) for i in range(6)), *(str(i).encode() for i in range(6))):
                    guesses.add(hashlib.sha256(salt + spelled + n).digest()[:16])
                    guesses.add(hmac.digest(salt or b"flag/v1", spelled + n, "sha256")[:16])
    assert not guesses & (tags | seconds)

    # Someone who holds the key as well can try everyone, as the form says; so the attack above can succeed.
    keys = office.change(lambda uow: uow.wrapped_keys(policy)).authors_key
    assert keys is not None
    key = office.ring.unwrap(AuthorsKey, keys.term, keys.wrapped)
    assert set(key.author_tags(office.secrets("asha"))) & tags
    assert set(key.second_tags(office.secrets("eve"))) & seconds


def nothing_typed_stands_in_clear(office: Office) -> None:
    dump = "\n".join(row for rows in office.everything().values() for row in rows)
    haystacks = [dump.encode(), *_files(office)]
    for where, text in TYPED.items():
        for each in spellings(text):
            assert not any(each in haystack for haystack in haystacks), f"what was typed as {where} stands in clear"
    # The search finds what does stand there.
    assert b"Single parking permit" in haystacks[0]
    assert office.database.name != "sqlite" or b"Single parking permit" in b"".join(haystacks[1:])


def _files(office: Office) -> list[bytes]:
    """The bytes of a SQLite file, its write-ahead log and all beside it."""
    if office.database.name != "sqlite":
        return []
    return [each.read_bytes() for each in office.database.file.parent.iterdir() if each.is_file()]


def the_file_does_not_hold_the_forms_that_were_sent(office: Office, story: Story) -> None:
    key = office.change(lambda uow: uow.authors_key(story.policy))
    hashes = [each for nonce in story.nonces for each in (nonce_hash(nonce), key.box_id(nonce).bytes)]
    dump = "\n".join(row for rows in office.everything().values() for row in rows)
    assert not [each for each in hashes if each.hex() in dump]
    for haystack in _files(office):
        assert not [each for each in hashes if each in haystack]


def nothing_was_sent_to_a_confidential_author(office: Office) -> None:
    for person in CONFIDENTIAL:
        assert office.chat.to(user_of(person)) == []
        assert [each for each in office.rows("deliveries") if each["person_id"] == office.person(person)] == []
        assert [each for each in office.rows("deliveries") if each["address"] == user_of(person)] == []
        for _, message, _ in office.chat.kept:
            assert not [each for each in traces_of(office, person) if each in said(message.card).casefold()]
    assert office.sent_to("dina")
    assert office.digests_to()


async def test_the_name_on_a_named_flag_reaches_those_promised_and_nobody_else(office: Office, policy: UUID) -> None:
    story = await told(office, policy)
    name = FULL_NAMES["dina"]
    for reader in ("asha", "ada", "sal"):
        seen = await every_screen(office, story, reader)
        assert not [what for what, text in seen.items() if "Oxenhopper" in text], reader
        assert any(TYPED["named"] in text for text in seen.values()), reader
    for reader in ("priya", "omar"):
        assert name in (await every_screen(office, story, reader))["SeeFlags"], reader
    for _, message, _ in office.chat.kept:
        if "Oxenhopper" in said(message.card):
            assert message.place.address == user_of("priya")
    assert any(name in each for each in office.sent_to("priya"))
    assert any("was sent this on" in said(each.card) for each in office.posted()), "no digest was copied"
    await office.fill(intents.NameOwner(policy), "ada", owner=email_of("finn"))
    assert name not in (await every_screen(office, story, "finn"))["SeeFlags"]
    assert name not in (await every_screen(office, story, "priya"))["SeeFlags"]
    assert name in (await every_screen(office, story, "omar"))["SeeFlags"]


async def every_screen(office: Office, story: Story, reader: str) -> dict[str, str]:
    """Everything that the dispatcher shows a reader, by what was asked for."""
    channel = UUID(str(office.rows("channels")[0]["id"]))
    digests = [UUID(str(each["id"])) for each in office.rows("digests")]
    answers = [UUID(str(each["id"])) for each in office.rows("answers")]
    asked: list[intents.Intent] = [
        intents.Home(), intents.OpenPolicies(), intents.MyPolicies(), intents.HowProtected(story.policy),
        intents.GiveView(story.policy), intents.SeeFlags(story.policy), intents.MyFlags(), intents.Snooze(),
        intents.AnswerPolicy(story.policy), intents.Announce(), intents.NameOwner(story.policy),
        intents.ChannelSettings(channel), intents.ScheduleSettings(), intents.ExampleDigest(), intents.Help(),
        intents.SeeSettings(), intents.NewestDigest(), intents.ChooseChannel(), intents.TryPeople(),
        intents.SeeNotSent(), intents.Away(), intents.PauseAnswers(story.policy),
        intents.HoldPolicy(story.policy), intents.SeeEndKeys(), intents.KeepTexts(story.policy),
    ]  # fmt: skip
    for flag in story.flags.values():
        asked += [
            intents.SeeFlag(flag),
            intents.SecondFlag(flag),
            intents.ChangeFlag(flag),
            intents.AnswerFlags((flag,)),
        ]
        asked += [kind(each, flag) for kind in (intents.NotSettled, intents.ReplyToQuestion) for each in answers]
    if reader not in ("priya", "omar"):
        asked += [intents.SeeDigest(each) for each in digests]
        asked += [intents.AcknowledgeAll(each) for each in digests]
    shown = {each.to_text(): said(await office.open(each, reader)) for each in asked}
    shown["home"] = said(await office.dispatcher.home(office.actor(reader)))
    shown["card"] = await office.card_text()
    for audience in (Audience.EVERYONE, Audience.MEMBERS):  # only a policy that everyone is on can have a public page
        office.update("policies", story.policy, public=True, audience=audience)
        shown.setdefault("public", said(await office.dispatcher.public_card(story.policy) or Card((), "")))
    assert "Policy owner" in shown["public"]
    if reader not in ("priya", "omar"):
        files = [await office.dispatcher.download(intents.DownloadCsv(each), office.actor(reader)) for each in digests]
        shown["files"] = "".join(each.content.decode() for each in files if each)
    shown["SeeFlags"] = shown[intents.SeeFlags(story.policy).to_text()]
    return shown


@pytest.mark.both_databases
async def test_an_escalation_tells_nothing_of_who_wrote_and_when(office: Office, policy: UUID) -> None:
    """Two policies are flagged on one day, the one in the morning and the other at night, and nobody answers."""
    office.organise(notice_at=2, answer_days=ENOUGH_DAYS, senior_after=1)
    at_night = await office.announce("Same-day address change", channels=())
    for person in ("asha", "ben"):
        await office.file(policy, person, TYPED["because"])
    await office.until(23, 23)
    for person in ("cai", "eve"):
        await office.file(at_night, person, TYPED["because"])
    await office.until(8, 12, month=12)
    told_of: dict[UUID, list[tuple[str, str, str]]] = {policy: [], at_night: []}
    for each in office.rows("tellings"):
        told_of[each["policy_id"]].append((str(each["step"]), str(each["on"]), str(each["person_id"])))
    assert sorted(told_of[policy]) == sorted(told_of[at_night])
    assert len(told_of[policy]) == 3
    sent = [each for each in office.rows("deliveries") if each["direct"] and each["screen"] != "owner-named"]
    of = {each["id"]: each["policy_id"] for each in office.rows("tellings")}
    by_policy: dict[UUID, list[tuple[str, str]]] = {policy: [], at_night: []}
    for each in sent:
        about = UUID(each["subject"])
        if each["screen"] != "digest":
            by_policy[of.get(about, about)].append((each["screen"], str(each["made_at"])))
    assert sorted(by_policy[policy]) == sorted(by_policy[at_night])
    assert len(by_policy[policy]) == 6
    nothing_typed_stands_in_clear(office)
    everybody_is_listed_alike(office)
    dump = office.everything()
    for person in CONFIDENTIAL:
        assert office.chat.to(user_of(person)) == []
        for table in set(dump) - ROSTERS:
            for row in dump[table]:
                assert not [each for each in traces_of(office, person) if each in row.casefold()], f"{table}: {person}"


# Logs.

WATCHED = ("", "sqlalchemy", "sqlalchemy.engine", "sqlalchemy.pool", "sqlalchemy.orm", "psycopg", "alembic", "asyncio")
OURS = (
    "aiohttp",
    "aiohttp.access",
    "apscheduler",
    "bot",
    "bot.worker.worker",
    "storage",
    "concurrent.futures",
)


class Listener(logging.Handler):
    """Keeps each record as the most talkative formatter would write it: with its arguments and its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name} {record.getMessage()} {record.args!r} {record.__dict__!r}")
        if record.exc_info and record.exc_info[1]:
            self.lines.append("".join(traceback.format_exception(record.exc_info[1])))


@pytest.fixture
def log() -> Iterator[Listener]:
    """All loggers at DEBUG, as `LOG_LEVEL=DEBUG` or an operator's own configuration would have them."""
    listener = Listener()
    loggers = [logging.getLogger(each) for each in (*WATCHED, *OURS)]
    before = [(each, each.level, each.propagate) for each in loggers]
    for each in loggers:
        each.setLevel(logging.DEBUG)
    logging.getLogger().addHandler(listener)
    yield listener
    logging.getLogger().removeHandler(listener)
    for each, level, propagate in before:
        each.setLevel(level)
        each.propagate = propagate


class Leaking(Notebook):
    """A platform whose errors hold all that they were given."""

    async def send(self, message: Message) -> Outcome:
        raise RuntimeError(f"could not post {said(message.card)} to {message.place}")


def assert_silent(office: Office | None, lines: list[str]) -> None:
    """Nothing typed and nobody stands in what was logged or raised."""
    whole = "\n".join(lines)
    for where, text in TYPED.items():
        for each in spellings(text):
            assert each not in whole.encode(), f"what was typed as {where} is in the log"
    for person in (*CONFIDENTIAL, "dina"):
        names = traces_of(office, person) if office else [user_of(person).casefold(), email_of(person)]
        found = [each for each in names if each in whole.casefold()]
        assert not found, f"{person} is in the log"


async def test_a_whole_story_is_logged_without_its_words_and_its_people(
    log: Listener, office: Office, policy: UUID
) -> None:
    asyncio.get_running_loop().set_debug(True)
    logging.getLogger("bot").debug("the listener hears %s", "this")
    await told(office, policy)
    assert any("the listener hears this" in each for each in log.lines)
    assert_silent(office, log.lines)


async def test_a_platform_that_fails_with_all_it_was_given_is_logged_without_it(
    log: Listener, office: Office, policy: UUID
) -> None:
    flag = await office.file(policy, "dina", TYPED["named"], promise="named")
    await office.until(24, 8, 30)
    office.worker.add(Leaking())
    await office.answer((flag,), text=TYPED["answer"])
    await office.worker.tick()
    await office.until(24, 8, 45)
    failed = [each for each in office.rows("deliveries") if each["state"] not in ("sent", "superseded")]
    assert failed
    assert log.lines
    assert_silent(office, [*log.lines, *(str(each["error"]) for each in failed)])


async def test_a_row_that_the_database_refuses_is_told_without_its_words(
    log: Listener, office: Office, policy: UUID
) -> None:
    """The nonce of the owner's own answer, used by the delegate, breaks a rule of the tables."""
    flag = await office.file(policy, "dina", TYPED["named"], promise="named")
    form = await office.form(intents.AnswerFlags((flag,)), "priya")
    typed = {"kind": "handled", "text": TYPED["answer"]}
    await office.send(form, "priya", **typed)
    before = office.everything()
    lines = []
    for person in ("omar", "omar"):
        try:
            lines.append(said(await office.send(form, person, **{**typed, "text": TYPED["refused"]}))[:0])
        except Unavailable as error:
            lines += ["".join(traceback.format_exception(error)), *_chain(error)]
    assert office.everything() == before
    assert_silent(office, [*log.lines, *lines])


def _chain(error: BaseException | None) -> Iterator[str]:
    """An error and all that it carries, also what its traceback hides."""
    while error is not None:
        yield f"{error!r} {error} {error.args!r}"
        error = error.__cause__ or error.__context__


def test_what_is_refused_carries_nothing_of_what_was_typed() -> None:
    with pytest.raises(FormRefused) as caught:
        NewFlag.read(answers_of({**FLAG, "because": TYPED["refused"] * 200, "evidence": TYPED["because"]}))
    lines = ["".join(traceback.format_exception(caught.value)), *_chain(caught.value)]
    assert_silent(None, [*lines, str(caught.value.problems)])


async def test_a_database_that_was_closed_is_told_in_one_sentence(log: Listener, office: Office, policy: UUID) -> None:
    form = await office.form(intents.GiveView(policy), "asha")
    people = {person: traces_of(office, person) for person in CONFIDENTIAL}
    office.database.close()
    with pytest.raises(Unavailable) as caught:
        await office.send(form, "asha", **{**FLAG, "because": TYPED["because"]})
    assert str(caught.value) == says.DOWN
    with pytest.raises(Unavailable):
        await office.form(intents.MyFlags(), "asha")
    with pytest.raises(Unavailable):
        await office.dispatcher.home(office.actor("asha"))
    await office.worker.tick()
    lines = [*log.lines, "".join(traceback.format_exception(caught.value)), *_chain(caught.value)]
    assert_silent(None, lines)
    whole = "\n".join(lines).casefold()
    assert not [each for traces in people.values() for each in traces if each in whole]


@pytest.mark.both_databases
@pytest.mark.parametrize("url", ["sqlite:////proc/nowhere/deliverable.db", "postgresql://nobody@127.0.0.1:1/nothing"])
async def test_a_database_that_is_gone_is_told_in_one_sentence(log: Listener, office: Office, url: str) -> None:
    if office.database.name not in url:
        return
    form = await office.form(intents.GiveView(await office.announce()), "asha")
    with Database(url) as gone:
        dispatcher = Dispatcher(gone, office.ring, Clock())
        assert form.intent is not None
        with pytest.raises(Unavailable) as caught:
            await dispatcher.submit(
                form.intent, answers_of({**FLAG, "because": TYPED["because"]}), office.actor("asha")
            )
        assert str(caught.value) == says.DOWN
        worker = Worker(gone, office.ring, Clock())
        await worker.tick()
    assert_silent(office, [*log.lines, "".join(traceback.format_exception(caught.value)), *_chain(caught.value)])
