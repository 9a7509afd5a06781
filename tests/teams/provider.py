"""A Bot Framework on loopback: OpenID configuration, keys, tokens and the connector, as Microsoft documents them.

It is strict: it refuses a request without a token that it issued, and a message that Teams would refuse. It keeps
what was posted, and can be told to fail: `provider.trouble("post", Trouble(status=429))` fails the next post. The
operations are openid, keys, token, create, post, put, delete, members, member, team and channels.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import uuid4

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.teams.options import TeamsOptions

APP = "6f1b7c1e-7d2a-4b59-9b6e-0d6f7f3a9c10"
TENANT = "0b9c7e52-3f64-4c6e-9b1f-5a1d2c3e4f50"
SECRET = "a-client-secret-of-the-tests"
ISSUER = "https://api.botframework.example"
THREAD = ";messageid="
MOST_BYTES = 100 * 1024
PAGES = (50, 500)

Step = Callable[[web.Request], Awaitable[web.Response]]


@dataclass(frozen=True)
class Account:
    """A person in the tenant, or a guest."""

    name: str
    aad: str = field(default_factory=lambda: str(uuid4()))
    mri: str = field(default_factory=lambda: f"29:{uuid4().hex}")
    email: str = ""
    role: str = "user"
    tenant: str = TENANT
    gone: bool = False

    def member(self) -> dict[str, str | None]:
        """A line of a roster. It stays when the account is removed from the directory, with nothing but an id."""
        if self.gone:
            gone = dict.fromkeys(("objectId", "aadObjectId", "name", "email", "userPrincipalName", "userRole"))
            return {"id": self.mri, **gone}
        return {
            "id": self.mri,
            "objectId": self.aad,
            "aadObjectId": self.aad,
            "name": self.name,
            "email": self.email,
            "userPrincipalName": self.email,
            "tenantId": self.tenant,
            "userRole": self.role,
        }


@dataclass
class Posted:
    """A message in a conversation. `under` is the first message of its thread."""

    id: str
    conversation: str
    under: str
    activity: dict[str, Any]
    gone: bool = False
    puts: int = 0

    @property
    def card(self) -> dict[str, Any]:
        """The Adaptive Card."""
        card: dict[str, Any] = self.activity["attachments"][0]["content"]
        return card


@dataclass
class Team:
    """A team: its name, and its channels' names by id. The first channel has the team's id, and is listed nameless."""

    id: str
    name: str
    channels: dict[str, str | None]


@dataclass(frozen=True)
class Trouble:
    """What happens to one request, or to one whose path or body holds `about`. With `takes` it is done first."""

    status: int = 0
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    hangs: bool = False
    breaks: bool = False
    takes: bool = False
    about: str = ""


@cache
def private_key(number: int) -> rsa.RSAPrivateKey:
    """One of the keys that Microsoft signs with, made once a run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def refusal(code: str, message: str = "said by the server") -> dict[str, object]:
    """An error as the connector answers it."""
    return {"error": {"code": code, "message": message}}


BLOCKED = {
    "errorCode": 209,
    "message": json.dumps({"subCode": "MessageWritesBlocked", "details": "Thread is blocked from message writes."}),
}
"""The answer for a person who has blocked the bot."""


class Provider:
    """The fake. `messages` is all that was posted, in order; `seen` counts requests by operation.

    `largest` is the size of the largest request body, in bytes as it came.
    """

    def __init__(self) -> None:
        self.address = ""
        self.people: dict[str, Account] = {}
        self.channels: dict[str, list[Account]] = {}
        self.teams: dict[str, Team] = {}
        self.chats: dict[str, Account] = {}
        self.not_installed: set[str] = set()
        self.blocking: set[str] = set()
        self.messages: list[Posted] = []
        self.seen: Counter[str] = Counter()
        self.arrived = asyncio.Event()
        self.proofs: list[dict[str, str]] = []
        self.token_seconds = 3599
        self.page = PAGES[1]
        self.pages: list[int] = []
        self.largest = 0
        self._troubles: defaultdict[str, deque[Trouble]] = defaultdict(deque)
        self._issued: set[str] = set()
        self._key = 1
        self._ids = itertools.count(1_700_000_000_000)
        self._let_go = asyncio.Event()
        self._transports: set[int] = set()

    # What a test arranges.

    def options(self, **changes: Any) -> TeamsOptions:
        """How the app is set up to speak with this provider."""
        given = {
            "app_id": APP,
            "tenant": TENANT,
            "password": SECRET,
            "openid_url": f"{self.address}/openid",
            "token_url": f"{self.address}/token",
            "issuer": ISSUER,
            "service_hosts": ("127.0.0.1",),
        }
        return TeamsOptions(**{**given, **changes})

    @property
    def service(self) -> str:
        """The service address that activities name."""
        return f"{self.address}/teams/"

    def account(self, name: str, **more: Any) -> Account:
        """Add a person to the tenant, with the app installed."""
        made = Account(name, email=more.pop("email", f"{name.split()[0].casefold()}@example.org"), **more)
        self.people[made.aad] = self.people[made.mri] = made
        return made

    def removed(self) -> Account:
        """A person whose account was removed from the directory, but not from rosters."""
        return Account("", gone=True)

    def channel(
        self,
        members: Iterable[Account] = (),
        *,
        chat: bool = False,
        name: str | None = "Design",
        team: Team | None = None,
    ) -> str:
        """A channel, in a new team called *Housing* unless a `team` is given, or a group chat; its id.

        The bot is in it. With the name None it is the team's first channel.
        """
        made = f"19:{uuid4().hex}@thread.{'v2' if chat else 'tacv2'}"
        if not chat:
            first = made if name is None else f"19:{uuid4().hex}@thread.tacv2"
            found = team or Team(first, "Housing", {first: None})
            self.teams[found.id] = found
            found.channels[made] = name
        self.channels[made] = list(members)
        return made

    def team_of(self, channel: str) -> Team:
        """The team that a channel is in."""
        return next(each for each in self.teams.values() if channel in each.channels)

    def trouble(self, operation: str, *troubles: Trouble) -> None:
        """Make these happen to the next requests of a kind."""
        self._troubles[operation].extend(troubles)

    def roll(self) -> None:
        """Sign with a new key from now on, and publish no other."""
        self._key += 1

    def let_go(self) -> None:
        """Release all hanging requests."""
        self._let_go.set()

    def forget_tokens(self) -> None:
        """Refuse all tokens issued so far."""
        self._issued.clear()

    def bearer(self, *, key: int | None = None, **claims: Any) -> str:
        """An `Authorization` header as Microsoft sends it; `claims` replace or, with None, remove."""
        number = key or self._key
        now = int(time.time())
        whole = {
            "serviceurl": self.service,
            "nbf": now,
            "exp": now + 3600,
            "iss": ISSUER,
            "aud": APP,
            **claims,
        }
        whole = {name: value for name, value in whole.items() if value is not None}
        return f"Bearer {jwt.encode(whole, private_key(number), algorithm='RS256', headers={'kid': f'key-{number}'})}"

    # What people see.

    def visible(self, conversation: str = "") -> list[Posted]:
        """The messages that were not deleted, of one conversation if it is given."""
        return [
            each
            for each in self.messages
            if not each.gone and (not conversation or each.conversation.partition(THREAD)[0] == conversation)
        ]

    def chat_of(self, person: Account) -> str:
        """The id of a person's chat with the bot, once it is there."""
        return next(chat for chat, account in self.chats.items() if account is person)

    def connections(self) -> int:
        """How many connections messages came over."""
        return len(self._transports)

    async def until(self, operation: str, times: int) -> None:
        """Wait until this many requests of a kind have come."""
        while self.seen[operation] < times:
            self.arrived.clear()
            await self.arrived.wait()

    async def until_posted(self, number: int, conversation: str) -> None:
        """Wait until a conversation has this many messages."""
        while len(self.visible(conversation)) < number:
            self.arrived.clear()
            await self.arrived.wait()

    # The servers.

    def application(self) -> web.Application:
        """All of them, as one."""
        application = web.Application(client_max_size=4 * MOST_BYTES)
        at = "/teams/v3/conversations"
        application.add_routes(
            [
                web.get("/openid", self._step("openid", self._openid)),
                web.get("/keys", self._step("keys", self._keys)),
                web.post("/token", self._step("token", self._token)),
                web.get("/identity", self._step("token", self._identity)),
                web.post(at, self._step("create", self._create)),
                web.post(at + "/{conversation}/activities", self._step("post", self._post)),
                web.put(at + "/{conversation}/activities/{activity}", self._step("put", self._put)),
                web.delete(at + "/{conversation}/activities/{activity}", self._step("delete", self._delete)),
                web.get(at + "/{conversation}/pagedmembers", self._step("members", self._members)),
                web.get(at + "/{conversation}/members/{member}", self._step("member", self._member)),
                web.get("/teams/v3/teams/{team}", self._step("team", self._team)),
                web.get("/teams/v3/teams/{team}/conversations", self._step("channels", self._channels)),
            ]
        )
        return application

    def _step(self, operation: str, step: Step) -> Step:
        async def answer(request: web.Request) -> web.Response:
            self.seen[operation] += 1
            self.arrived.set()
            body = await request.read()
            self.largest = max(self.largest, len(body))
            waiting = self._troubles[operation]
            meant = waiting and waiting[0].about.encode() in request.path.encode() + body
            trouble = waiting.popleft() if meant else None
            if trouble is None:
                return await step(request)
            if trouble.takes:
                await step(request)
            return await self._in_trouble(request, trouble)

        return answer

    async def _in_trouble(self, request: web.Request, trouble: Trouble) -> web.Response:
        if trouble.hangs:
            await self._let_go.wait()
        if trouble.breaks or trouble.hangs:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if isinstance(trouble.body, str):
            return web.Response(status=trouble.status, text=trouble.body, headers=trouble.headers)
        return web.json_response(trouble.body, status=trouble.status, headers=trouble.headers)

    async def _openid(self, request: web.Request) -> web.Response:
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.address}/keys"})

    async def _keys(self, request: web.Request) -> web.Response:
        return web.json_response({"keys": [jwk(self._key)]})

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.proofs.append(form)
        wanted = {"grant_type": "client_credentials", "client_id": APP, "scope": f"{ISSUER}/.default"}
        if any(form.get(name) != value for name, value in wanted.items()):
            return web.json_response({"error": "invalid_request"}, status=400)
        if "client_assertion" not in form and form.get("client_secret") != SECRET:
            return web.json_response({"error": "invalid_client", "error_description": "AADSTS7000215"}, status=401)
        return self._issue()

    async def _identity(self, request: web.Request) -> web.Response:
        wanted = {"resource": ISSUER, "client_id": APP, "api-version": "2018-02-01"}
        if request.headers.get("Metadata") != "true" or dict(request.query) != wanted:
            return web.json_response({"error": "invalid_request"}, status=400)
        return self._issue()

    def _issue(self) -> web.Response:
        token = uuid4().hex
        self._issued.add(token)
        return web.json_response({"token_type": "Bearer", "expires_in": self.token_seconds, "access_token": token})

    def _unknown(self, request: web.Request) -> web.Response | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Bearer" and token in self._issued:
            return None
        return web.json_response(refusal("Unauthorized"), status=401)

    async def _create(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if refused := self._unknown(request) or wrong(asked.get("bot") != {"id": f"28:{APP}"}, "bot"):
            return refused
        if asked.get("isGroup"):
            return self._thread(asked)
        tenant = asked.get("channelData", {}).get("tenant", {}).get("id")
        if refused := wrong(tenant != TENANT or len(asked.get("members", ())) != 1, "member"):
            return refused
        person = self.people.get(asked["members"][0]["id"])
        if person is None or person.aad in self.not_installed:
            return web.json_response(refusal("BotNotInConversationRoster"), status=403)
        chat = next((each for each, owner in self.chats.items() if owner is person), f"a:{uuid4().hex}")
        self.chats[chat] = person
        return web.json_response({"id": chat}, status=201)

    def _thread(self, asked: dict[str, Any]) -> web.Response:
        channel = asked["channelData"]["channel"]["id"]
        if refused := self._nowhere(channel) or not_a_message(asked.get("activity", {})):
            return refused
        made = self._keep(channel, "", asked["activity"])
        return web.json_response({"id": f"{channel}{THREAD}{made.id}", "activityId": made.id}, status=201)

    async def _post(self, request: web.Request) -> web.Response:
        self._transports.add(id(request.transport))
        conversation, _, root = request.match_info["conversation"].partition(THREAD)
        activity = await request.json()
        typing = activity == {"type": "typing"}
        if refused := self._unknown(request) or self._nowhere(conversation) or (not typing and not_a_message(activity)):
            return refused
        if conversation in self.chats and self.chats[conversation].aad in self.blocking:
            return web.json_response(BLOCKED, status=403)
        if typing:
            return web.json_response({"id": ""}, status=202)
        if root and not self._found(conversation, root):
            return web.json_response(refusal("ConversationNotFound"), status=404)
        return web.json_response({"id": self._keep(conversation, root, activity).id}, status=201)

    async def _put(self, request: web.Request) -> web.Response:
        activity, conversation = await request.json(), request.match_info["conversation"].partition(THREAD)[0]
        if refused := self._unknown(request) or self._nowhere(conversation) or not_a_message(activity):
            return refused
        found = self._named(request)
        if found is None:
            return web.json_response(refusal("ActivityNotFoundInConversation"), status=404)
        found.activity, found.puts = activity, found.puts + 1
        return web.json_response({"id": found.id})

    async def _delete(self, request: web.Request) -> web.Response:
        if refused := self._unknown(request):
            return refused
        found = self._named(request)
        if found is None:
            return web.json_response(refusal("ActivityNotFoundInConversation"), status=404)
        found.gone = True
        return web.Response(status=200)

    async def _members(self, request: web.Request) -> web.Response:
        conversation = request.match_info["conversation"]
        if refused := self._unknown(request) or self._nowhere(conversation):
            return refused
        if conversation in self.chats and self.chats[conversation].aad in self.not_installed:
            return web.json_response(refusal("BotNotInConversationRoster"), status=403)
        self.pages.append(int(request.query.get("pageSize", PAGES[0])))
        size = min(max(self.pages[-1], PAGES[0]), self.page)
        start = int(request.query.get("continuationToken", "from 0").removeprefix("from "))
        everybody = self.channels[conversation] if conversation in self.channels else [self.chats[conversation]]
        page: dict[str, object] = {"members": [each.member() for each in everybody[start : start + size]]}
        if start + size < len(everybody):
            page["continuationToken"] = f"from {start + size}"
        return web.json_response(page)

    async def _member(self, request: web.Request) -> web.Response:
        conversation, wanted = request.match_info["conversation"], request.match_info["member"]
        if refused := self._unknown(request) or self._nowhere(conversation):
            return refused
        everybody = self.channels[conversation] if conversation in self.channels else [self.chats[conversation]]
        found = next((each for each in everybody if wanted in (each.mri, each.aad)), None)
        if found is None:
            return web.json_response(refusal("MemberNotFoundInConversation"), status=404)
        return web.json_response(found.member())

    async def _team(self, request: web.Request) -> web.Response:
        team = self.teams.get(request.match_info["team"])
        if refused := self._unknown(request):
            return refused
        if team is None:
            return web.json_response(refusal("TeamNotFound"), status=404)
        return web.json_response({"id": team.id, "name": team.name, "aadGroupId": str(uuid4()), "type": "standard"})

    async def _channels(self, request: web.Request) -> web.Response:
        team = self.teams.get(request.match_info["team"])
        if refused := self._unknown(request):
            return refused
        if team is None:
            return web.json_response(refusal("TeamNotFound"), status=404)
        listed = [{"id": channel, "name": name, "type": "standard"} for channel, name in team.channels.items()]
        return web.json_response({"conversations": listed})

    def _nowhere(self, conversation: str) -> web.Response | None:
        if conversation in self.channels or conversation in self.chats:
            return None
        return web.json_response(refusal("ConversationNotFound"), status=404)

    def _named(self, request: web.Request) -> Posted | None:
        conversation, _, root = request.match_info["conversation"].partition(THREAD)
        found = self._found(conversation, request.match_info["activity"])
        in_thread = conversation.endswith("@thread.tacv2")
        return found if found is None or not in_thread or root == (found.under or found.id) else None

    def _found(self, conversation: str, activity: str) -> Posted | None:
        found = (each for each in self.visible(conversation) if each.id == activity)
        return next(found, None)

    def _keep(self, conversation: str, under: str, activity: dict[str, Any]) -> Posted:
        kept = Posted(str(next(self._ids)), conversation, under, activity)
        self.messages.append(kept)
        self.arrived.set()
        return kept


def wrong(is_wrong: bool, what: str) -> web.Response | None:
    """A refusal of what is wrong."""
    return web.json_response(refusal("BadArgument", what), status=400) if is_wrong else None


def not_a_message(activity: dict[str, Any]) -> web.Response | None:
    """A refusal of what Teams would refuse, or would make two messages of."""
    if len(json.dumps(activity).encode("utf-16-le")) > 2 * MOST_BYTES:
        return web.json_response(refusal("MessageSizeTooBig"), status=413)
    attachments = activity.get("attachments") or [{}]
    content = attachments[0].get("content")
    return wrong(
        activity.get("type") != "message"
        or "text" in activity
        or not activity.get("summary")
        or len(attachments) != 1
        or attachments[0].get("contentType") != "application/vnd.microsoft.card.adaptive"
        or not isinstance(content, dict)
        or content.get("type") != "AdaptiveCard",
        "activity",
    )


def jwk(number: int) -> dict[str, object]:
    """One of the public keys, as it is published."""
    numbers = private_key(number).public_key().public_numbers()

    def text(value: int) -> str:
        return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()

    return {
        "kty": "RSA",
        "use": "sig",
        "kid": f"key-{number}",
        "n": text(numbers.n),
        "e": text(numbers.e),
        "endorsements": ["msteams", "webchat"],
    }


@asynccontextmanager
async def serving() -> AsyncIterator[Provider]:
    """A provider that listens on loopback until the block ends."""
    provider = Provider()
    server = TestServer(provider.application(), shutdown_timeout=1)
    await server.start_server(access_log=None)
    provider.address = str(server.make_url("")).rstrip("/")
    try:
        yield provider
    finally:
        provider.let_go()
        await server.close()
