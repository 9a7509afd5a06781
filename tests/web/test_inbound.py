"""The sandbox's routes: what a browser requests, and what it gets."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.web.guard import NotLoopback, require_loopback
from adapters.web.sandbox import channel_place, inbox_of
from bot.digests.csv_export import Download
from bot.interface import intents
from bot.interface.actor import Actor
from bot.interface.parts import ChoiceQuestion, TextQuestion
from tests.web import screens
from tests.web.conftest import Client, Mounted
from tests.web.fakes import TYPED
from tests.web.reading import one, read, said, text
from tests.web.screens import FLAG, HOSTILE, POLICY

CHANNEL = channel_place("digital-delivery")
FROM_CHANNEL = "?from=channel&channel=digital-delivery&at=ref-1"
OPEN = f"/as/amina/open/give-view:{POLICY.hex}{FROM_CHANNEL}"
SEND = f"/as/amina/send/give-view:{POLICY.hex}{FROM_CHANNEL}"
WHOLE = [("nonce", "nonce-1"), ("chosen.promise", "named"), ("chosen.theme", "timetable"), ("typed.because", "So.")]
EVERY_PAGE = ["/", "/as/amina/", "/as/amina/inbox", "/as/amina/channel/digital-delivery", OPEN, "/nowhere"]


@pytest.mark.parametrize("path", EVERY_PAGE)
async def test_every_page_is_marked_as_sandbox_and_loads_nothing_from_elsewhere(client: Client, path: str) -> None:
    response = await client.get(path)
    page = await read(response)
    assert "Sandbox: invented people on this machine only" in page.get_text()
    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store"
    assert len(page.select("h1")) == len(page.select("main")) == 1
    assert page.select("style, [style], [onclick], [src^=http]") == []
    scripts = [str(each.get("src")).partition("?")[0] for each in page.select("script")]
    assert scripts == (["/static/web/leaving.js"] if path == OPEN else [])
    assert not "".join(each.get_text() for each in page.select("script"))
    assert len(page.select("nav[aria-label=People] a")) == 5


async def test_a_channel_shows_its_messages_newest_first(mounted: Mounted, client: Client) -> None:
    first = mounted.dispatcher.post(CHANNEL, screens.policy_card("First"))
    mounted.dispatcher.post(CHANNEL, screens.policy_card("Second"))
    mounted.dispatcher.post(CHANNEL, screens.answer_under_the_card("Answer one"), under=first.ref)
    mounted.dispatcher.post(CHANNEL, screens.answer_under_the_card("Answer two"), under=first.ref)
    page = await read(await client.get("/as/amina/channel/digital-delivery"))
    assert [each.get_text() for each in page.select("article h2")] == ["Second", "First"]
    thread = one(page, f"#message-{first.ref} .thread")
    assert [each.get_text() for each in thread.select("blockquote")] == ["Answer one", "Answer two"]
    ids = [each["id"] for each in page.select("[id]")]
    assert len(ids) == len(set(ids))
    assert text(page, "nav [aria-current=page]") == "#digital-delivery"
    assert "Amina Yusuf" in text(page, "nav [aria-current=true]")


async def test_a_download_is_a_file_or_a_page_that_says_there_is_none(mounted: Mounted, client: Client) -> None:
    mounted.dispatcher.downloads[POLICY] = Download(
        "flags-2026-12-09.csv", "text/csv; charset=utf-8", b"\xef\xbb\xbf1,2\r\n"
    )
    response = await client.get(f"/as/helen/open/csv:{POLICY.hex}?from=inbox")
    assert await response.read() == b"\xef\xbb\xbf1,2\r\n"
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="flags-2026-12-09.csv"'
    assert response.headers["Cache-Control"] == "no-store"
    missing = await client.get(f"/as/helen/open/csv:{UUID(int=404).hex}?from=inbox")
    assert "Content-Disposition" not in missing.headers
    assert "How you are protected" in await missing.text()


async def test_a_reply_to_a_card_that_is_gone_is_still_shown(mounted: Mounted, client: Client) -> None:
    mounted.dispatcher.post(CHANNEL, screens.answer_under_the_card("Still here"), under="gone")
    assert "Still here" in (await read(await client.get("/as/amina/channel/digital-delivery"))).get_text()


async def test_every_inbox_can_be_opened(mounted: Mounted, client: Client) -> None:
    mounted.dispatcher.post(inbox_of("helen"), screens.digest())
    assert "3 flags need your answer" in await (await client.get("/as/helen/inbox")).text()
    assert "Amina Yusuf has no messages." in await (await client.get("/as/amina/inbox")).text()


async def test_messages_are_paged_and_the_newest_come_first(mounted: Mounted, client: Client) -> None:
    posted = [mounted.dispatcher.post(inbox_of("helen"), screens.digest()) for _ in range(23)]
    newest_first = [f"message-{each.ref}" for each in reversed(posted)]
    found: list[str] = []
    address = "/as/helen/inbox"
    for more in ((), ("Later messages",)):
        page = await read(await client.get(address))
        found += [str(each["id"]) for each in page.select("article.message")]
        links = {each.get_text(): str(each["href"]) for each in page.select("nav[aria-label='Pages of messages'] a")}
        assert tuple(links) == (*more, "Earlier messages")
        address = links["Earlier messages"]
    page = await read(await client.get(address))
    found += [str(each["id"]) for each in page.select("article.message")]
    assert found == newest_first
    links = {each.get_text(): str(each["href"]) for each in page.select("nav[aria-label='Pages of messages'] a")}
    assert links == {"Later messages": "/as/helen/inbox?page=2"}
    opened = str(page.select_one("article.message a[href*='/open/']")["href"])  # type: ignore[index]
    back = f"/as/helen/inbox?page=3#{newest_first[20]}"
    assert back in {str(each["href"]) for each in (await read(await client.get(opened))).select("a")}


@pytest.mark.parametrize(
    ("asked", "first"), [("0", 11), ("x", 11), ("-1", 11), ("1", 11), ("2", 1), ("999", 1), ("%D9%A2", 11)]
)
async def test_a_page_that_is_not_there_is_the_nearest(
    mounted: Mounted, client: Client, asked: str, first: int
) -> None:
    posted = [mounted.dispatcher.post(CHANNEL, screens.digest()) for _ in range(12)]
    page = await read(await client.get(f"/as/amina/channel/digital-delivery?page={asked}"))
    assert str(page.select("article.message")[0]["id"]) == f"message-{posted[first].ref}"


async def test_an_unknown_person_is_enrolled_with_the_whole_roster(mounted: Mounted, client: Client) -> None:
    assert (await client.get("/as/amina/")).status == 200
    assert mounted.dispatcher.enrolled == {person.user for person in mounted.sandbox.people}


async def test_a_form_knows_who_opened_it_and_where(mounted: Mounted, client: Client) -> None:
    page = await read(await client.get(OPEN))
    assert mounted.dispatcher.opened == [
        (intents.GiveView(POLICY), Actor("web", "sandbox", "amina", channel="digital-delivery"))
    ]
    assert said(page, "input[name=nonce]") == "nonce-1"
    assert one(page, "main form")["action"] == SEND
    assert one(page, "a.back")["href"] == "/as/amina/channel/digital-delivery#message-ref-1"
    assert mounted.dispatcher.submitted == []
    assert mounted.worker.ticks == []


async def test_a_link_cannot_lead_out_of_the_pages(client: Client) -> None:
    for query in (
        "?from=//evil.example",
        "?from=channel&channel=../../x",
        "?from=channel&channel=digital-delivery&at=%22x",
    ):
        back = str(one(await read(await client.get(f"/as/amina/open/mine{query}")), "a.back")["href"])
        assert back in {"/as/amina/", "/as/amina/channel/digital-delivery"}


async def test_a_form_reaches_the_dispatcher_as_it_was_filled_in(mounted: Mounted, client: Client) -> None:
    fields = [*WHOLE, ("typed.evidence", ""), ("chosen.same", "a"), ("chosen.same", "b")]
    response = await client.send(SEND, fields)
    ((intent, answers, actor, nonce),) = mounted.dispatcher.submitted
    assert intent == intents.GiveView(POLICY)
    assert dict(answers) == {
        "promise": ("named",),
        "theme": ("timetable",),
        "because": ("So.",),
        "evidence": (),
        "same": ("a", "b"),
    }
    assert (actor.user, actor.channel, nonce) == ("amina", "digital-delivery", "nonce-1")
    assert len(mounted.worker.ticks) == 1
    assert response.status == 200
    assert text(await read(response), "h1") == "Flag saved."


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_refused_form_keeps_what_was_typed(client: Client, typed: str) -> None:
    fields = [("nonce", "n"), ("chosen.promise", "named"), ("typed.because", typed), ("typed.evidence", typed)]
    response = await client.send(SEND, fields)
    page = await read(response)
    assert response.status == 422
    assert said(page, "textarea[name='typed.because']") == typed
    assert one(page, "input[value=named]").has_attr("checked")
    assert said(page, "input[name=nonce]") == "n"
    summary = one(page, "[role=alert]")
    assert (summary["tabindex"], summary.has_attr("autofocus")) == ("-1", True)
    assert [(each["href"], each.get_text()) for each in summary.select("a")] == [
        ("#q-theme", "Select what it is mainly about")
    ]
    assert page.select("#q-theme")
    assert text(page, "title").startswith("Error: ")


@pytest.mark.parametrize("typed", [*HOSTILE.values(), "  \n\n one\n\ttwo  \n", "👩\u200d💻" * 1000, "語" * 3000])
async def test_what_was_kept_is_not_seen_and_comes_back_as_it_was_typed(
    mounted: Mounted, client: Client, typed: str
) -> None:
    mounted.dispatcher.screen = replace(
        screens.flag_form(nonce="n"),
        body=(TextQuestion("anything", "Anything to add?"),),
        kept=(
            TextQuestion("because", "Why?", value=typed, long=True),
            ChoiceQuestion("same", "Same?", (), values=("a", "b"), several=True),
            TextQuestion("evidence", "Link to evidence"),
        ),
    )
    page = await read(await client.send(SEND, WHOLE))
    form = one(page, "main form.form")
    assert form["data-refused"] == "yes"
    assert [str(each["name"]) for each in form.select("input:not([type=hidden]), textarea")] == ["typed.anything"]
    fields = [(str(each["name"]), str(each["value"])) for each in form.select("input[type=hidden]")]
    # A browser sends every line break as CR LF.
    await client.send(SEND, [(name, value.replace("\n", "\r\n")) for name, value in fields])
    _, answers, _, nonce = mounted.dispatcher.submitted[-1]
    assert (dict(answers), nonce) == ({"because": (typed,), "same": ("a", "b")}, "n")


async def test_every_line_break_of_a_browser_is_one_line_feed(mounted: Mounted, client: Client) -> None:
    await client.send(SEND, [("typed.because", "\r\none\r\ntwo\rthree\nfour")])
    assert mounted.dispatcher.submitted[0][1]["because"] == ("\none\ntwo\nthree\nfour",)


async def test_a_button_is_submitted_without_answers(mounted: Mounted, client: Client) -> None:
    response = await client.send(f"/as/amina/send/withdraw:{FLAG.hex}")
    assert response.status == 200
    assert [(intent, dict(answers)) for intent, answers, _, _ in mounted.dispatcher.submitted] == [
        (intents.WithdrawFlag(FLAG), {})
    ]


async def test_a_button_among_questions_sends_a_form_of_its_own(client: Client) -> None:
    page = await read(await client.get(OPEN))
    button = one(page, "main form button[form]")
    aside = one(page, f"form[id={button['form']}]")
    assert aside.find_parent("form") is None
    assert str(aside["action"]).startswith(f"/as/amina/send/withdraw:{FLAG.hex}")


async def test_a_problem_with_the_whole_form_or_an_absent_question_is_read(mounted: Mounted, client: Client) -> None:
    mounted.dispatcher.screen = screens.flag_form(problems={"": "This policy closed.", "gone": "About what is gone."})
    page = await read(await client.send(SEND, WHOLE))
    assert [each.get_text(strip=True) for each in page.select("[role=alert] li")] == [
        "This policy closed.",
        "About what is gone.",
    ]


async def test_a_worker_that_fails_does_not_spoil_a_receipt(
    mounted: Mounted, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    mounted.worker.broken = True
    response = await client.send(SEND, WHOLE)
    assert (response.status, text(await read(response), "h1")) == (200, "Flag saved.")
    assert "RuntimeError" in caplog.text
    assert "Councils use" not in caplog.text


async def test_time_moves_and_leads_back_to_where_it_was_moved(mounted: Mounted, client: Client) -> None:
    mounted.worker.events = [(mounted.sandbox.clock() + timedelta(minutes=30), inbox_of("helen"))]
    page = await read(await client.get("/as/amina/channel/digital-delivery"))
    fields = [(name, said(page, f".moves [name={name}]")) for name in ("seen", "back")]
    response = await client.send("/time", [*fields, ("move", "hour")])
    assert (response.status, response.headers["Location"]) == (303, "/as/amina/channel/digital-delivery#time")
    bar = one(await read(await client.get("/as/amina/inbox")), ".told")
    assert "1 message arrived in Helen Marsh's inbox." in bar.get_text()
    assert one(bar, "a")["href"] == "/as/helen/inbox"


async def test_time_can_be_moved_from_every_page(mounted: Mounted, client: Client) -> None:
    answers = [await client.get(path) for path in EVERY_PAGE] + [
        await client.send(SEND, WHOLE),
        await client.send(SEND),
    ]
    mounted.dispatcher.down = True
    answers += [await client.get(OPEN), await client.send(SEND, WHOLE)]
    for n, answer in enumerate(answers):
        back = said(await read(answer), ".moves [name=back]")
        moved = await client.send("/time", [("seen", str(n)), ("back", back), ("move", "hour")])
        assert (moved.status, moved.headers["Location"]) == (303, f"{back}#time")


@pytest.mark.parametrize(
    "fields",
    [
        [("move", "year"), ("seen", "0"), ("back", "/")],
        [("move", "hour"), ("seen", "x"), ("back", "/")],
        [("move", "hour"), ("seen", "0"), ("back", "//evil.example/")],
        [("move", "hour"), ("seen", "0"), ("back", "https://evil.example/")],
        [("move", "hour"), ("seen", "0"), ("back", "/as/x\r\nSet-Cookie: a=b")],
        [("move", "hour"), ("seen", "9" * 5000), ("back", "/")],
        [],
    ],
)
async def test_a_malformed_move_is_refused(mounted: Mounted, client: Client, fields: list[tuple[str, str]]) -> None:
    assert (await client.send("/time", fields)).status == 400
    assert mounted.sandbox.clock.ahead == timedelta()


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/as/nobody/", 404, "No such person"),
        ("/as/nobody/inbox", 404, "No such person"),
        ("/as/amina/channel/elsewhere", 404, "Page not found"),
        ("/as/amina/open/flag", 404, "This has changed"),
        ("/as/amina/open/flag:notanid", 404, "This has changed"),
        ("/as/amina/open/dance:1", 404, "This has changed"),
        ("/as/amina/open/" + "x" * 5000, 404, "This has changed"),
        ("/as/%FF%FE/", 404, "No such person"),
        ("/as/amina/open/%FF", 404, "This has changed"),
        ("/wp-login.php", 404, "Page not found"),
        ("/static/web/../inbound.py", 404, "Page not found"),
        ("/static/web/base.html", 404, "Page not found"),
    ],
)
async def test_an_unknown_address_gets_a_page_with_a_sentence(
    client: Client, path: str, status: int, title: str
) -> None:
    response = await client.get(path)
    page = await read(response)
    assert (response.status, text(page, "h1")) == (status, title)
    assert text(page, "p.lead").endswith(".")
    assert "Traceback" not in page.get_text()


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "localhost.evil.example", "192.168.1.5", "", "[", "127.0.0.1.nip.io"]
)
@pytest.mark.parametrize("path", ["/", "/as/amina/", "/static/web/style.css"])
async def test_another_host_name_gets_nothing(client: Client, host: str, path: str) -> None:
    response = await client.get(path, Host=host)
    assert response.status == 400
    assert "Amina" not in await response.text()


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:1", "[::1]:8080", "LOCALHOST"])
async def test_the_names_of_this_machine_are_answered(client: Client, host: str) -> None:
    assert (await client.get("/", Host=host)).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
@pytest.mark.parametrize("path", [SEND, "/time"])
async def test_a_form_from_elsewhere_does_nothing(
    mounted: Mounted, client: Client, path: str, headers: dict[str, str]
) -> None:
    response = await client.send(path, [*WHOLE, ("move", "hour"), ("seen", "0"), ("back", "/")], **headers)
    assert (response.status, text(await read(response), "h1")) == (403, "Not sent")
    assert mounted.dispatcher.submitted == []
    assert mounted.sandbox.clock.ahead == timedelta()


async def test_a_form_from_nowhere_does_nothing(mounted: Mounted, client: Client) -> None:
    client.origin = ""
    assert (await client.send(SEND, WHOLE)).status == 403
    assert mounted.dispatcher.submitted == []


async def test_a_browser_that_only_says_same_origin_is_believed(client: Client) -> None:
    response = await client.send(SEND, WHOLE, **{"Sec-Fetch-Site": "same-origin"})
    assert response.status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"typed.because=%FF%FE", 400),
        (b"typed.because=\xff\xfe", 400),
        (b"typed.because=a%00b", 400),
        (b"&".join([b"typed.x=1"] * 501), 400),
        (b"typed.because=" + b"x" * (256 * 1024), 413),
    ],
    ids=["not UTF-8", "raw bytes", "a null", "too many fields", "too large"],
)
async def test_a_malformed_form_is_refused(mounted: Mounted, client: Client, body: bytes, status: int) -> None:
    response = await client.send(SEND, body)
    assert response.status == status
    assert text(await read(response), "p.lead").endswith(".")
    assert mounted.dispatcher.submitted == []


async def test_a_form_of_another_kind_is_refused(client: Client) -> None:
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        assert (await client.send(SEND, b"{}", **{"Content-Type": kind})).status == 400


async def test_a_form_of_the_full_length_in_any_script_is_not_too_large(mounted: Mounted, client: Client) -> None:
    await client.send(SEND, [("typed.because", "語" * 3000), ("typed.remedy", "👩" * 3000)])
    assert mounted.dispatcher.submitted[0][1]["remedy"] == ("👩" * 3000,)


async def test_a_database_that_is_down_is_said_and_nothing_typed_is_lost(mounted: Mounted, client: Client) -> None:
    mounted.dispatcher.down = True
    typed = "\nWhat I typed <b>\n"
    response = await client.send(SEND, [*WHOLE[:3], ("typed.because", typed), ("typed.evidence", "")])
    page = await read(response)
    assert response.status == 503
    assert "I cannot save anything right now. Nothing you sent before is lost." in page.get_text()
    assert said(page, "textarea[readonly]") == typed
    again = one(page, "main form")
    assert again["action"] == SEND
    kept = {str(each["name"]): said(again, f"[name='{each['name']}']") for each in again.select("input, textarea")}
    assert kept == {**dict(WHOLE[:3]), "typed.because": typed, "typed.evidence": ""}


@pytest.mark.parametrize("path", EVERY_PAGE[1:5])
async def test_a_database_that_is_down_is_said_on_pages(mounted: Mounted, client: Client, path: str) -> None:
    mounted.dispatcher.down = True
    response = await client.get(path)
    assert response.status == 503
    assert "Try again in a few minutes." in text(await read(response), "p.lead")


async def test_an_error_of_our_own_shows_and_logs_nothing_typed(
    mounted: Mounted, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mounted.dispatcher.broken = True
    response = await client.send(SEND, [("typed.because", TYPED)])
    page = await read(response)
    assert (response.status, text(page, "h1")) == (500, "Something went wrong")
    assert said(page, "textarea") == TYPED
    assert (await client.get(OPEN)).status == 500
    assert "RuntimeError" in caplog.text
    assert "in submit" in caplog.text
    assert "Councils" not in caplog.text
    assert "amina" not in caplog.text


async def test_the_style_sheet_is_served_with_its_kind(client: Client) -> None:
    response = await client.get("/static/web/style.css")
    assert (response.status, response.content_type) == (200, "text/css")
    assert (await client.get("/static/web/mark.svg")).content_type == "image/svg+xml"


async def test_other_routes_of_the_application_stay(mounted: Mounted) -> None:
    from aiohttp import web
    from aiohttp.test_utils import TestClient, TestServer

    async def healthy(request: web.Request) -> web.Response:
        return web.Response(text="ok")

    mounted.application.router.add_get("/healthz", healthy)
    async with TestClient(TestServer(mounted.application)) as client:
        response = await client.get("/healthz", headers={"Host": "probe"})
        assert await response.text() == "ok"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "[::1]", "localhost", "127.0.0.2"])
def test_this_machine_alone_is_let_through(host: str) -> None:
    require_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", "", "localhost.example.org"])
def test_an_address_that_others_reach_is_refused(host: str) -> None:
    with pytest.raises(NotLoopback, match="listens on this machine only"):
        require_loopback(host)
