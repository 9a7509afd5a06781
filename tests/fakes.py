"""A fake chat platform for tests: as strict as a real one, and as unreliable as a test wants it."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bot.interface.parts import Card
from bot.interface.ports import (
    Absent,
    CannotTell,
    ChatPlatform,
    Finding,
    Found,
    Message,
    Never,
    NotSent,
    Outcome,
    Pace,
    Place,
    Sent,
    Unknown,
)
from bot.sending import send_deadline

SECOND = timedelta(seconds=1)
TOO_FAST = "rate_limited"
TIMED_OUT = Unknown("timed out")


@dataclass(frozen=True)
class Lost:
    """The platform does as it is asked, but the answer is lost: `then` is returned instead, or raised."""

    then: Outcome | Exception = TIMED_OUT


@dataclass(frozen=True)
class Hang:
    """The platform hangs until it is released; then it does `then`, or as it is asked if that is None.

    With `taken` it does as it is asked at once, and only its answer hangs.
    """

    then: Outcome | Exception | None = None
    taken: bool = False


Step = Outcome | Exception | Lost | Hang


@dataclass
class FakePosted:
    """A message as people see it in a place; `cards` are all that it has shown, the current one last."""

    ref: str
    delivery: UUID
    under: str | None
    cards: list[Card]

    @property
    def card(self) -> Card:
        """What it shows."""
        return self.cards[-1]


@dataclass(frozen=True)
class Call:
    """A call of the platform, and when it came. `ref` is empty for a new message."""

    verb: str
    message: Message
    ref: str
    at: datetime


class FakePlatform(ChatPlatform):
    """A chat platform that keeps messages in memory.

    `messages` has the messages in each place, `calls` all calls. `faults` has the calls that no correct program makes,
    and should be empty at the end: one delivery twice, two calls at once in a place, a ref that does not exist.

    `limits` are the platform's own, which may be stricter than the `pace` it asks for: a call that comes too fast by
    `clock` is refused and counted in `refused`. With `tells=False` it cannot say whether a message arrived, so a second
    copy is no fault.
    """

    name = ""
    pace = Pace()

    def __init__(
        self,
        clock: Callable[[], datetime],
        name: str = "web",
        *,
        pace: Pace = Pace(),  # noqa: B008 - frozen
        limits: Pace = Pace(),  # noqa: B008
        tells: bool = True,
    ) -> None:
        self.name = name
        self.pace = pace
        self.limits = limits
        self.tells = tells
        self.messages: defaultdict[Place, list[FakePosted]] = defaultdict(list)
        self.calls: list[Call] = []
        self.found: list[UUID] = []
        self.faults: list[str] = []
        self.refused = 0
        self.under_way: Counter[Place] = Counter()
        self.before_finding: Callable[[], None] = lambda: None
        self.on_its_way: Callable[[], None] = lambda: None
        self._clock = clock
        self._steps: defaultdict[str, deque[Step]] = defaultdict(deque)
        self._always: dict[str, Step] = {}
        self._go = asyncio.Event()
        self._passed: defaultdict[Place, list[datetime]] = defaultdict(list)

    # For tests: what it should do.

    def plan(self, *steps: Step, address: str = "") -> None:
        """Do this with the next calls, one step per call; with an address, only for calls to that place."""
        self._steps[address].extend(steps)

    def always(self, step: Step, address: str = "") -> None:
        """Do this with every call for which nothing else is planned; with an address, only for that place."""
        self._always[address] = step

    def plan_no_more(self, address: str = "") -> None:
        """Forget what is planned; with an address, only for that place."""
        self._steps[address].clear()

    def let_go(self) -> None:
        """Release everything that hangs, and let nothing hang from now on."""
        self._go.set()

    # For tests: what it has done.

    def at(self, address: str) -> list[FakePosted]:
        """The messages in the place with that address, oldest first."""
        return [each for place, posted in self.messages.items() if place.address == address for each in posted]

    def taken(self) -> Counter[UUID]:
        """How many messages each delivery has."""
        return Counter(each.delivery for posted in self.messages.values() for each in posted)

    def asked(self, verb: str) -> list[Message]:
        """The messages of all calls with that verb, in order."""
        return [each.message for each in self.calls if each.verb == verb]

    # The port.

    async def send(self, message: Message) -> Outcome:
        """Post a new message."""
        return await self._called("send", message, "")

    async def update(self, message: Message, ref: str) -> Outcome:
        """Show another card in the message `ref`."""
        return await self._called("update", message, ref)

    async def withdraw(self, message: Message, ref: str) -> Outcome:
        """Delete the message `ref`."""
        return await self._called("withdraw", message, ref)

    async def find(self, message: Message) -> Finding:
        """Say whether a delivery arrived, unless it cannot tell. If a planned step of "find" is an error, raise it."""
        self.found.append(message.delivery)
        self.before_finding()
        if self._steps["find"]:
            await self._ending(self._steps["find"].popleft())
        if not self.tells:
            return CannotTell()
        refs = [each.ref for each in self.messages[message.place] if each.delivery == message.delivery]
        return Found(refs[0]) if refs else Absent()

    async def _called(self, verb: str, message: Message, ref: str) -> Outcome:
        place = message.place
        self.calls.append(Call(verb, message, ref, self._clock()))
        self._check(message)
        self.under_way[place] += 1
        try:
            if self.under_way[place] > 1:
                self.faults.append(f"two calls at once in {place.address}")
            if self._too_fast(place):
                self.refused += 1
                return NotSent(TOO_FAST, wait=SECOND)
            # Others may run meanwhile, as they do while a real platform is called.
            await asyncio.sleep(0)
            self.on_its_way()
            send_deadline.check()
            return await self._step(verb, message, ref)
        finally:
            self.under_way[place] -= 1

    async def _step(self, verb: str, message: Message, ref: str) -> Outcome:
        step = self._next_step(message.place.address)
        if isinstance(step, Hang):
            done = self._done(verb, message, ref) if step.taken else None
            await self._go.wait()
            if done is not None:
                return done
            step = step.then
        if step is not None and not isinstance(step, Lost | Sent):
            return await self._ending(step)
        done = self._done(verb, message, ref)
        return await self._ending(step.then) if isinstance(step, Lost) else done

    def _next_step(self, address: str) -> Step | None:
        for key in (address, ""):
            if self._steps[key]:
                return self._steps[key].popleft()
        return self._always.get(address, self._always.get(""))

    async def _ending(self, step: Step) -> Outcome:
        if isinstance(step, Hang):
            await self._go.wait()
            return Unknown("let go")
        if isinstance(step, Exception):
            raise step
        assert not isinstance(step, Lost)
        return step

    def _done(self, verb: str, message: Message, ref: str) -> Outcome:
        posted = self.messages[message.place]
        if verb == "send":
            if self.tells and any(each.delivery == message.delivery for each in posted):
                self.faults.append(f"delivery {message.delivery} twice in {message.place.address}")
            made = FakePosted(f"{self.name}-{len(self.calls)}", message.delivery, message.under, [message.card])
            posted.append(made)
            return Sent(made.ref)
        found = next((each for each in posted if each.ref == ref), None)
        if found is None:
            self.faults.append(f"{verb} of {ref or 'nothing'}, which does not stand in {message.place.address}")
            return Never("message_not_found")
        if verb == "update":
            found.cards.append(message.card)
        else:
            posted.remove(found)
        return Sent(ref)

    def _check(self, message: Message) -> None:
        if message.place.platform != self.name:
            self.faults.append(f"a message for {message.place.platform} came to {self.name}")
        if not message.card.parts or not message.card.fallback:
            self.faults.append(f"delivery {message.delivery} has no card")
        if message.under is not None and message.under not in {each.ref for each in self.messages[message.place]}:
            self.faults.append(f"delivery {message.delivery} stands under {message.under}, which is not there")

    def _too_fast(self, place: Place) -> bool:
        """Whether a call comes sooner than the limits allow: in one place, and per second in one tenant."""
        now = self._clock()
        tenant = Place(place.platform, place.workspace, "")
        own, all_ = self._passed[place], self._passed[tenant]
        while all_ and all_[0] <= now - SECOND:
            all_.pop(0)
        if own and now - own[-1] < self.limits.place:
            return True
        if self.limits.tenant and len(all_) >= SECOND // self.limits.tenant:
            return True
        own.append(now)
        all_.append(now)
        return False
