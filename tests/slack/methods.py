"""The methods of the Web API by Slack's reference, not by our own code: arguments, scopes, and what they do.

A method that is not here does not exist. `METHODS` has the required and optional arguments of each, the scopes that it
always needs, and whether it accepts JSON. Scopes that depend on the kind of conversation are checked in the call.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.interface.json_object import Json
from tests.slack.payloads import message_faults, view_faults
from tests.slack.window import MOST_VIEWS, OpenView
from tests.slack.workspace import Channel, Ephemeral, File, Workspace

if TYPE_CHECKING:
    from tests.slack.provider import Slack


class No(Exception):
    """Slack refuses the call, with this code."""


@dataclass(frozen=True)
class Call:
    """A call as a method sees it."""

    slack: Slack
    workspace: Workspace
    given: Json
    token: str = ""

    def channel(self) -> Channel:
        """The conversation that it names, if the bot may see it."""
        found = self.workspace.channels.get(str(self.given["channel"]))
        if found is None or (found.private and self.workspace.bot_user not in found.members):
            raise No("channel_not_found")
        return found

    def needs(self, *scopes: str) -> None:
        """Refuse unless one of the scopes was granted."""
        self.slack.needed(self.workspace, scopes)


@dataclass(frozen=True)
class Method:
    """`does` carries it out and gives the answer without `ok`."""

    does: Callable[[Call], Json]
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    scopes: tuple[str, ...] = ()
    takes_json: bool = True
    token: str = "bot"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _auth_test(call: Call) -> Json:
    space = call.workspace
    return {
        "url": f"https://{space.domain}.slack.com/",
        "team": space.name,
        "user": "deliverable",
        "team_id": space.id,
        "user_id": space.bot_user,
        "bot_id": space.bot,
        "enterprise_id": space.enterprise or None,
        "is_enterprise_install": bool(space.teams),
    }


def _teams(call: Call) -> Json:
    page, cursor = _page(call, call.workspace.teams or [call.workspace.id])
    return {"teams": [{"id": each, "name": f"Workspace {each}"} for each in page], **_next(cursor)}


def _team_meant(call: Call) -> str:
    """The workspace of an organisation that a call is about; empty if there is only one."""
    space, team = call.workspace, str(call.given.get("team_id", ""))
    if space.teams and not team:
        raise No("missing_argument")
    if space.teams and team not in space.teams:
        raise No("team_access_not_granted")
    return team if space.teams else ""


def _checked(faults: list[str], call: Call, code: str = "invalid_blocks") -> None:
    call.slack.faults += [f"{fault}" for fault in faults]
    if faults:
        raise No("msg_blocks_too_long" if faults == ["msg_blocks_too_long"] else code)


def _post(call: Call) -> Json:
    channel = call.channel()
    if channel.archived:
        raise No("is_archived")
    if call.workspace.bot_user not in channel.members and not channel.with_user:
        raise No("not_in_channel")
    reader = call.workspace.users.get(channel.with_user) if channel.with_user else None
    if reader is not None and reader.deleted:
        # Not in the method's table of errors, but a message to a closed account reaches nobody.
        raise No("user_disabled")
    _checked(message_faults(call.given), call)
    call.slack.paced(channel)
    message = call.slack.posted(call.workspace, call.given)
    thread = call.given.get("thread_ts")
    # Under a message that is not there, it stands in the channel itself, and the answer has no `thread_ts`.
    if thread and channel.message(thread) is not None:
        message["thread_ts"] = thread
    channel.messages.append(message)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def _change(call: Call) -> Json:
    channel = call.channel()
    message = channel.message(call.given["ts"])
    if message is None:
        raise No("message_not_found")
    if message["user"] != call.workspace.bot_user:
        raise No("cant_update_message")
    if len(call.given.get("text", "")) > 4000:
        raise No("msg_too_long")
    _checked(message_faults(call.given), call)
    shown = call.slack.posted(call.workspace, call.given)
    kept = ("ts", "thread_ts") if "metadata" in call.given else ("ts", "thread_ts", "metadata")
    shown["edited"] = {"user": call.workspace.bot_user, "ts": shown["ts"]}
    shown |= {name: message[name] for name in kept if name in message}
    message.update(shown)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}


def _delete(call: Call) -> Json:
    channel = call.channel()
    message = channel.message(call.given["ts"])
    if message is None:
        raise No("message_not_found")
    if message["user"] != call.workspace.bot_user:
        raise No("cant_delete_message")
    channel.messages.remove(message)
    return {"channel": channel.id, "ts": call.given["ts"]}


def _ephemeral(call: Call) -> Json:
    channel = call.channel()
    if call.given["user"] not in channel.members:
        raise No("user_not_in_channel")
    _checked(message_faults(call.given), call)
    message = call.slack.posted(call.workspace, call.given)
    if call.given.get("thread_ts"):
        message["thread_ts"] = call.given["thread_ts"]
    call.workspace.ephemerals.append(Ephemeral(channel.id, call.given["user"], message))
    return {"message_ts": message["ts"]}


def _unfurl(call: Call) -> Json:
    if not ({"channel", "ts"} <= call.given.keys() or {"unfurl_id", "source"} <= call.given.keys()):
        raise No("cannot_find_message")
    for unfurled in call.given["unfurls"].values():
        if unfurled.keys() - {"blocks", "preview", "hide_color", "color"}:
            raise No("cannot_parse_attachment")
        _checked(message_faults({"text": "x", "blocks": unfurled["blocks"]}), call, "cannot_parse_attachment")
    call.workspace.unfurls.append(call.given)
    return {}


def _permalink(call: Call) -> Json:
    channel, ts = call.channel(), str(call.given["message_ts"])
    if channel.message(ts) is None:
        raise No("message_not_found")
    path = f"archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": f"https://{call.workspace.domain}.slack.com/{path}"}


def _open_view(call: Call) -> Json:
    user = call.slack.pulled(call.given)
    view = _viewed(call, user)
    call.workspace.window(user).views = [OpenView(view)]
    return {"view": view}


def _push_view(call: Call) -> Json:
    user = call.slack.pulled(call.given)
    window = call.workspace.window(user)
    if not window.views:
        raise No("not_found")
    if len(window.views) >= MOST_VIEWS:
        raise No("push_limit_reached")
    view = _viewed(call, user)
    window.views.append(OpenView(view))
    return {"view": view}


def _update_view(call: Call) -> Json:
    for user, window in call.workspace.modals.items():
        shown = window.find(str(call.given.get("view_id", "")))
        if shown is not None:
            if call.given.get("hash", shown.json["hash"]) != shown.json["hash"]:
                raise No("hash_conflict")
            view = {**_viewed(call, user), "id": shown.id}
            window.replace(shown.id, view)
            return {"view": view}
    raise No("not_found")


def _viewed(call: Call, user: str) -> Json:
    view = call.given["view"]
    _checked(view_faults(view) if view.get("type") == "modal" else ["a home in a window"], call, "invalid_arguments")
    return call.slack.viewed(call.workspace, view)


def _publish(call: Call) -> Json:
    user, view = call.given["user_id"], call.given["view"]
    if user not in call.workspace.users:
        raise No("user_not_found")
    _checked(view_faults(view) if view.get("type") == "home" else ["a modal in a home"], call, "invalid_arguments")
    call.workspace.homes[user] = call.slack.viewed(call.workspace, view)
    return {"view": call.workspace.homes[user]}


def _open_conversation(call: Call) -> Json:
    users = str(call.given.get("users", "")).split(",")
    if len(users) != 1 or not users[0]:
        raise No("users_list_not_supplied")
    user = call.workspace.users.get(users[0])
    if user is None:
        raise No("user_not_found")
    if user.deleted:
        raise No("user_disabled")
    if user.bot:
        raise No("cannot_dm_bot")
    there = call.workspace.direct(user.id)
    if there is None:
        members = [user.id, call.workspace.bot_user]
        there = Channel(f"D{len(call.workspace.channels):04d}", with_user=user.id, members=members)
        call.workspace.channels[there.id] = there
        return {"channel": {"id": there.id}}
    return {"no_op": True, "already_open": True, "channel": {"id": there.id}}


def _history(call: Call) -> Json:
    channel = call.channel()
    call.needs(f"{channel.kind()}:history")
    if call.workspace.bot_user not in channel.members:
        raise No("not_in_channel")
    # Without a `latest`, what is closest to `oldest` comes first; each page is newest first.
    return _page_of_messages(call, channel.main(), forwards="latest" not in call.given and "oldest" in call.given)


def _replies(call: Call) -> Json:
    channel = call.channel()
    call.needs(f"{channel.kind()}:history")
    thread = channel.thread(call.given["ts"])
    if not thread:
        raise No("thread_not_found")
    return _page_of_messages(call, thread, forwards=True, oldest_first=True)


def _page_of_messages(call: Call, all_of_them: list[Json], *, forwards: bool, oldest_first: bool = False) -> Json:
    given = call.given
    oldest, latest = float(given.get("oldest") or 0), float(given.get("latest") or 1e12)
    inclusive = given.get("inclusive") == "true"
    found = [
        each
        for each in all_of_them
        if oldest < float(each["ts"]) < latest or (inclusive and float(each["ts"]) in (oldest, latest))
    ]
    if not forwards:
        found.reverse()
    page, cursor = _page(call, found)
    page = [each if given.get("include_all_metadata") == "true" else _without_payload(each) for each in page]
    if forwards and not oldest_first:
        page.reverse()
    return {"messages": page, "has_more": bool(cursor), **_next(cursor)}


def _without_payload(message: Json) -> Json:
    if "metadata" not in message:
        return message
    return {**message, "metadata": {"event_type": message["metadata"]["event_type"]}}


def _page(call: Call, found: list[Any]) -> tuple[list[Any], str]:
    limit = int(call.given.get("limit") or 100)
    if limit > 1000:
        raise No("invalid_limit")
    try:
        start = int(call.given.get("cursor", "0").removeprefix("next:") or 0)
    except ValueError:
        raise No("invalid_cursor") from None
    end = start + min(limit, call.slack.most_in_a_page)
    return found[start:end], f"next:{end}" if end < len(found) else ""


def _next(cursor: str) -> Json:
    return {"response_metadata": {"next_cursor": cursor}}


def _info(call: Call) -> Json:
    channel = call.channel()
    call.needs(f"{channel.kind()}:read")
    told = channel.to_json()
    if not channel.with_user:
        told["is_member"] = call.workspace.bot_user in channel.members
    return {"channel": told}


def _members(call: Call) -> Json:
    channel = call.channel()
    call.needs(f"{channel.kind()}:read")
    page, cursor = _page(call, channel.members)
    return {"members": page, **_next(cursor)}


def _conversations(call: Call) -> Json:
    kinds = {"public_channel": "channels", "private_channel": "groups", "im": "im"}
    wanted = {kinds[each] for each in str(call.given.get("types", "public_channel")).split(",")}
    for kind in wanted:
        call.needs(f"{kind}:read")
    team = _team_meant(call)
    there = [each for each in call.workspace.channels.values() if each.kind() in wanted and not each.unlisted]
    if call.given.get("exclude_archived") == "true":
        there = [each for each in there if not each.archived]
    mine = [each for each in there if call.workspace.bot_user in each.members and (not team or team in each.teams)]
    if "user" in call.given:
        # Its reference: with a bot token, this filters to conversations that the bot shares with that user.
        if str(call.given["user"]) not in call.workspace.users:
            raise No("user_not_found")
        mine = [each for each in mine if str(call.given["user"]) in each.members]
    page, cursor = _page(call, mine)
    listed = [each.to_json() for each in page]
    # Its reference: this method leaves these two out.
    short = [{name: each[name] for name in each.keys() - {"is_member", "num_members"}} for each in listed]
    return {"channels": short, **_next(cursor)}


def _user(call: Call) -> Json:
    user = call.workspace.users.get(str(call.given["user"]))
    if user is None:
        raise No("user_not_found")
    return {"user": user.to_json(email="users:read.email" in call.workspace.scopes)}


def _users(call: Call) -> Json:
    _team_meant(call)
    space = call.workspace
    page, cursor = _page(call, [each for each in space.users.values() if space.own(each)])
    email = "users:read.email" in call.workspace.scopes
    return {"members": [each.to_json(email=email) for each in page], "cache_ts": 0, **_next(cursor)}


def _team(call: Call) -> Json:
    space = call.workspace
    return {"team": {"id": space.id, "name": space.name, "domain": space.domain, "enterprise_id": space.enterprise}}


def _upload_address(call: Call) -> Json:
    length = int(call.given["length"])
    if length < 1:
        raise No("invalid_arguments")
    file = File(f"F{secrets.token_hex(4).upper()}", str(call.given["filename"]), length)
    call.workspace.files[file.id] = file
    return {"file_id": file.id, "upload_url": f"{call.slack.origin}/upload/{call.workspace.id}/{file.id}"}


def _complete_upload(call: Call) -> Json:
    sent = call.given["files"]
    for each in sent:
        file = call.workspace.files.get(each["id"])
        if file is None or file.content is None:
            raise No("file_not_found")
        file.title = each.get("title", file.name)
        if call.given.get("channel_id"):
            channel = Call(call.slack, call.workspace, {"channel": call.given["channel_id"]}).channel()
            file.channels.append(channel.id)
            file.thread_ts = call.given.get("thread_ts", "")
    return {"files": [{"id": each["id"], "title": each.get("title", "")} for each in sent]}


def _exchange(call: Call) -> Json:
    return call.slack.exchanged(call.given)


def _socket(call: Call) -> Json:
    return {"url": call.slack.sockets.address()}


_MESSAGE = _words("text blocks attachments as_user link_names markdown_text metadata parse")
_RANGE = _words("cursor include_all_metadata inclusive latest limit oldest")


def _fields(does: Callable[[Call], Json], required: str, optional: str, *scopes: str) -> Method:
    return Method(does, _words(required), _words(optional), scopes, takes_json=False)


def _json(does: Callable[[Call], Json], required: str, optional: frozenset[str], *scopes: str) -> Method:
    return Method(does, _words(required), optional, scopes)


METHODS: dict[str, Method] = {
    "auth.test": Method(_auth_test),
    "auth.teams.list": _fields(_teams, "", "cursor include_icon limit"),
    "chat.postMessage": _json(
        _post,
        "channel",
        _MESSAGE | _words("icon_emoji icon_url mrkdwn reply_broadcast thread_ts unfurl_links unfurl_media username"),
        "chat:write",
    ),
    "chat.update": _json(_change, "channel ts", _MESSAGE | _words("file_ids reply_broadcast"), "chat:write"),
    "chat.delete": _json(_delete, "channel ts", _words("as_user"), "chat:write"),
    "chat.postEphemeral": _json(
        _ephemeral, "channel user", _MESSAGE | _words("icon_emoji icon_url thread_ts username"), "chat:write"
    ),
    "chat.unfurl": _json(
        _unfurl,
        "unfurls",
        _words("channel ts unfurl_id source metadata user_auth_blocks user_auth_message user_auth_required"),
        "links:write",
    ),
    "chat.getPermalink": _fields(_permalink, "channel message_ts", ""),
    "views.open": _json(_open_view, "view", _words("trigger_id interactivity_pointer")),
    "views.push": _json(_push_view, "view", _words("trigger_id interactivity_pointer")),
    "views.update": _json(_update_view, "view", _words("view_id external_id hash")),
    "views.publish": _json(_publish, "user_id view", _words("hash")),
    "conversations.open": _json(_open_conversation, "", _words("channel prevent_creation return_im users"), "im:write"),
    "conversations.history": _fields(_history, "channel", " ".join(_RANGE)),
    "conversations.replies": _fields(_replies, "channel ts", " ".join(_RANGE)),
    "conversations.info": _fields(_info, "channel", "include_locale include_num_members"),
    "conversations.members": _fields(_members, "channel", "cursor limit"),
    "users.conversations": _fields(_conversations, "", "cursor exclude_archived limit team_id types user"),
    "users.info": _fields(_user, "user", "include_locale", "users:read"),
    "users.list": _fields(_users, "", "cursor include_locale limit team_id", "users:read"),
    "team.info": _fields(_team, "", "domain team", "team:read"),
    "files.getUploadURLExternal": _fields(_upload_address, "filename length", "alt_text snippet_type", "files:write"),
    "files.completeUploadExternal": _json(
        _complete_upload,
        "files",
        _words("blocks channel_id channels initial_comment thread_ts highlight_type"),
        "files:write",
    ),
    "oauth.v2.access": Method(
        _exchange,
        optional=_words("client_id client_secret code grant_type redirect_uri refresh_token"),
        takes_json=False,
        token="none",
    ),
    "apps.connections.open": Method(_socket, token="app"),
}
