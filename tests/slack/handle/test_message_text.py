"""What a reader sees of a message in Slack, in every shape that Slack sends."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack.handle.message_text import MOST_READ, Reader, mentioned, named

OWN = "U0BOT"
READER = Reader(named({("@", "U0HELEN"): "Helen Marsh", ("#", "C0POLICY"): "policy-news"}), OWN)


def rich(*elements: dict[str, Any], kind: str = "rich_text_section", **more: Any) -> dict[str, Any]:
    """A rich text block with one part."""
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements), **more}]}


def section(*elements: dict[str, Any]) -> dict[str, Any]:
    """A section of rich text, as in a list."""
    return {"type": "rich_text_section", "elements": list(elements)}


def words(text: str) -> dict[str, Any]:
    """A text element of rich text."""
    return {"type": "text", "text": text}


HEADER = {"type": "header", "text": {"type": "plain_text", "text": "Single parking permit"}}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "One permit for <@U0HELEN>&amp;co"}}
CELLS = [
    [{"type": "raw_text", "text": "Cost"}, {"type": "raw_text", "text": "40"}],
    [rich(words("From")), rich(words("1 April"))],
]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": "<@U0HELEN> has announced it, see <#C0POLICY|> and <!subteam^S0TEAM>"},
         "@Helen Marsh has announced it, see #policy-news and @group"),
        ({"text": "<@U0NOBODY|nora> and <@U0NOBODY> in <#C9SECRET>"}, "@nora and someone in a channel"),
        ({"text": "<!subteam^S0TEAM|@designers> <!here> <!date^1392734382^{date}|18 February 2014>"},
         "@designers @here 18 February 2014"),
        ({"text": "<https://e.org/p|read it> <mailto:a@e.org|a@e.org> :thumbsup: &lt;b&gt;"},
         "read it (https://e.org/p) a@e.org :thumbsup: <b>"),
        ({"text": f"<@{OWN}> announce this\n <@{OWN}> now"}, "announce this\nnow"),
        ({"text": "", "blocks": [HEADER, {"type": "divider"}, SECTION]},
         "Single parking permit\nOne permit for @Helen Marsh&co"),
        ({"text": "A fallback", "blocks": [HEADER]}, "Single parking permit"),
        ({"text": "A fallback", "blocks": [{"type": "actions", "elements": []}]}, "A fallback"),
        ({"blocks": [{"type": "section", "fields": [{"type": "mrkdwn", "text": "*Cost*"},
                                                    {"type": "plain_text", "text": "40"}]}]}, "*Cost*\n40"),
        ({"blocks": [{"type": "context", "elements": [{"type": "image", "alt_text": "A map"},
                                                      {"type": "plain_text", "text": "of it"}]}]}, "A map of it"),
        ({"blocks": [{"type": "image", "alt_text": "A map"}, {"type": "markdown", "text": "# Plan"}]}, "A map\n# Plan"),
        ({"text": "x", "blocks": [{"type": "table", "rows": CELLS}]}, "Cost | 40\nFrom | 1 April"),
        ({"blocks": [rich({"type": "user", "user_id": OWN}, words(" see "), {"type": "user", "user_id": "U0HELEN"},
                          words(" in "), {"type": "channel", "channel_id": "C0POLICY"}, words(" "),
                          {"type": "emoji", "name": "thumbsup", "unicode": "1f44d"}, words(" "),
                          {"type": "link", "url": "https://e.org", "text": "here"}, words(" "),
                          {"type": "broadcast", "range": "channel"}, words(" "),
                          {"type": "usergroup", "usergroup_id": "S1"})]},
         "see @Helen Marsh in #policy-news :thumbsup: here (https://e.org) @channel @group"),
        ({"blocks": [rich(section(words("one")), section(words("two")), kind="rich_text_list", style="ordered")]},
         "1. one\n2. two"),
        ({"blocks": [rich(section(words("one")), kind="rich_text_list", style="bullet")]}, "• one"),
        ({"blocks": [rich(words("said"), kind="rich_text_quote")]}, "said"),
        ({"text": "", "attachments": [{"fallback": "Single permit", "title": "Single permit", "text": "From April."}]},
         "Single permit\nFrom April."),
        ({"text": "", "attachments": [{"fallback": "Only this"}]}, "Only this"),
        ({"attachments": [{"pretext": "New", "fields": [{"title": "Cost", "value": "40"}], "color": "red"}]},
         "New\nCost: 40"),
        ({"attachments": [{"fallback": "x", "blocks": [HEADER]}]}, "Single parking permit"),
        ({"text": "", "attachments": [{"is_share": True, "text": "From April, one permit.", "from_url": "https://s/"}]},
         "From April, one permit."),
        ({"text": "Look:", "attachments": [{"is_msg_unfurl": True, "author_name": "Helen", "text": "x",
          "message_blocks": [{"message": {"blocks": [SECTION]}}]}]}, "Look:\nHelen\nOne permit for @Helen Marsh&co"),
        ({}, ""),
        ({"text": 7, "blocks": "no", "attachments": [None, 3, {"fields": {}}]}, ""),
        ({"blocks": [{"type": "rich_text", "elements": [None, {"elements": 3}]}, {"type": 5}, {}]}, ""),
    ],
)  # fmt: skip
def test_a_message_reads_as_people_see_it(message: dict[str, Any], text: str) -> None:
    assert READER.text(message) == text


def test_the_people_and_channels_that_are_named_are_found() -> None:
    message = {
        "text": "<@U0HELEN> <@U0LABEL|nora> <#C0POLICY> <!here>",
        "attachments": [{"blocks": [rich({"type": "channel", "channel_id": "C0OTHER"})]}],
    }
    assert mentioned(message) == {("@", "U0HELEN"), ("#", "C0POLICY"), ("#", "C0OTHER")}


def test_a_message_made_to_be_endless_is_cut() -> None:
    forwarded: dict[str, Any] = {"text": "x" * 10_000}
    for _ in range(200):
        forwarded = {"text": "y", "attachments": [{"message_blocks": [{"message": forwarded}]}]}
    assert len(READER.text(forwarded)) < MOST_READ
    assert len(READER.text({"text": "<" * 500_000})) <= MOST_READ
