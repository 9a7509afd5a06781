"""Invented screens that hold every part, and text that a page could get wrong."""

from __future__ import annotations

from uuid import UUID

from bot.interface import intents
from bot.interface.parts import (
    Button,
    Card,
    ChoiceQuestion,
    DateQuestion,
    Facts,
    Form,
    FormButton,
    Heading,
    Link,
    Notice,
    Option,
    Paragraph,
    PersonQuestion,
    Quote,
    Tally,
    TextQuestion,
)

POLICY = UUID(int=1)
FLAG = UUID(int=2)
DIGEST = UUID(int=3)
GIVE_VIEW = intents.GiveView(POLICY)

HOSTILE = {
    "markup": "*b* <!channel> <@U1> [x](http://e) & <b> <script>alert(1)</script> &lt; {{ 7*7 }}",
    "quotes": '"double" \'single\' `back` \\ " onfocus="alert(1)',
    "right to left": "שלום עולם, \u202eevil\u202c مرحبا",
    "emoji": "👩🏽‍💻 🏳️‍🌈 ✅",
    "zero width": "zero\u200bwidth\u200d\ufeff joiner",
    "end tags": "</textarea></title></blockquote><!-- -->",
    "leading lines": "\n\n  after two lines\n\tand a tab\n\n",
    "spaces": "  two  before,   three within  ",
    "long": "Councils use about 140 permit systems. " * 76 + "twelve more.",
}


def policy_card(title: str = "Single parking permit") -> Card:
    """A policy card with what was said so far."""
    return Card(
        (
            Heading(title, 1),
            Paragraph("From April, one permit for every council. People apply once, online."),
            Link("Read the announcement", "https://example.org/announcements/single-parking-permit"),
            Paragraph(
                "Policy owner: Helen Marsh. Announced Monday 30 November 2026. "
                "Open for flags until Friday 29 January 2027."
            ),
            Heading("Is this deliverable? If not, what would make it so?"),
            Paragraph("You choose whether your name is shown."),
            Tally(
                "So far: 6 flags.",
                ("1 deliverable as announced", "3 deliverable if…", "2 not deliverable as announced"),
            ),
            Paragraph(
                "5 flags ask for an answer: 3 answered, 1 read but not decided, 1 waiting. "
                "Next answer due by Wednesday 16 December 2026."
            ),
            Notice("1 answer is late. We told the senior owner on Monday 7 December 2026."),
            FormButton("Give your view", GIVE_VIEW, f"Give your view, {title}"),
            FormButton("See flags", intents.SeeFlags(POLICY), f"See flags, {title}"),
            FormButton("How you are protected", intents.HowProtected(POLICY), f"How you are protected, {title}"),
        ),
        f"{title} has been announced. Say by Friday 29 January 2027 if it is deliverable.",
    )


def answer_under_the_card(text: str = "We start in April with councils that share a system.") -> Card:
    """What everyone reads under a card when a flag has an answer."""
    return Card(
        (
            Paragraph("Helen Marsh answered a flag about Timetable: We will change it, by 31 March 2027."),
            Quote("Answer", text),
            FormButton("Read the flag", intents.SeeFlag(FLAG)),
        ),
        "Helen Marsh answered a flag about Timetable.",
    )


def digest() -> Card:
    """A digest with two policies."""
    return Card(
        (
            Heading("3 flags need your answer. 1 is due today, 2 by Wednesday 23 December 2026.", 1),
            Paragraph("Start with Single parking permit: 7 people say it is not deliverable as announced."),
            Heading("Single parking permit (2 flags to answer)"),
            Link("Read the announcement", "https://example.org/announcements/single-parking-permit"),
            Heading("1. Not deliverable as announced. Timetable. 7 people say this. Due today.", 3),
            Quote(
                "Why",
                "Councils use about 140 permit systems. For 60 of them the supplier's contract ends after April, "
                "so those cannot be joined up by then.",
                intents.SeeFlag(FLAG),
            ),
            Quote("What would make it deliverable", "Start in April with councils that share a system."),
            Paragraph("Confidential. First sent to you on Wednesday 25 November 2026."),
            FormButton("Answer", intents.AnswerFlags((FLAG,)), "Answer flag 1, Single parking permit"),
            Heading("2. Cannot tell yet. Law, privacy and security. 1 person says this. New.", 3),
            Quote("Question", "May councils share blue badge data for this purpose?"),
            FormButton("Answer", intents.AnswerFlags((FLAG,)), "Answer flag 2, Single parking permit"),
            FormButton("Answer together", intents.AnswerPolicy(POLICY)),
            Heading("Same-day address change (1 flag to answer)"),
            Heading("3. Deliverable if… Funding and whole-life cost. 2 people say this. New.", 3),
            Quote("Why", "It works at today's volume. At ten times the volume, support at night is needed."),
            FormButton("Answer", intents.AnswerFlags((FLAG,)), "Answer flag 3, Same-day address change"),
            Paragraph("1 more flag says: deliverable as announced. No answer is needed."),
            Facts((("Since your last digest", "2 answers settled"), ("Next digest", "Wednesday 16 December 2026"))),
            FormButton("Acknowledge all", intents.AcknowledgeAll(DIGEST)),
            FormButton("Remind me later", intents.Snooze()),
        ),
        "3 flags need your answer, 1 by today: Single parking permit, Same-day address change",
    )


def home(name: str) -> Card:
    """A person's home, with a button that does something at once."""
    return Card(
        (
            Heading(f"Open policies for {name}", 1),
            Paragraph("You can say whether these are deliverable."),
            Facts((("Single parking permit", "open until Friday 29 January 2027"),)),
            FormButton("See open policies", intents.OpenPolicies()),
            Button("Withdraw", intents.WithdrawFlag(FLAG), "Withdraw your flag on Single parking permit"),
        ),
        "2 policies are open.",
    )


def flag_form(**kept: object) -> Form:
    """The flag form, with radios, a list to open, text of both lengths and boxes to tick."""
    given = {name: value for name, value in kept.items() if name not in {"problems", "nonce"}}

    def chosen(name: str) -> tuple[str, ...]:
        value = given.get(name, ())
        return value if isinstance(value, tuple) else (str(value),)

    def typed(name: str) -> str:
        return str(given.get(name, ""))

    themes = ("Aims and scope", "User need and inclusion", "Legacy systems and data", "Timetable")
    more = ("Dependencies on others", "Funding and whole-life cost", "Running it after launch")
    problems = kept.get("problems", {})
    return Form(
        "Is this deliverable?",
        (
            Paragraph(
                "Single parking permit. About 3 minutes the first time. "
                "Nobody in the channel can see that you have opened this form."
            ),
            Notice("This channel has 4 members. In a group this small, people may guess who wrote a flag."),
            FormButton("How you are protected", intents.HowProtected(POLICY)),
            ChoiceQuestion(
                "promise",
                "Who can know this is from you?",
                (
                    Option("confidential", "Confidential: nobody is shown my name", "We show your name to nobody."),
                    Option(
                        "named",
                        "Named: the policy owner and their delegate see my name",
                        "Everyone else sees it without.",
                    ),
                ),
                hint="Confidential flags are never shown on the day you write them.",
                values=chosen("promise"),
            ),
            ChoiceQuestion(
                "verdict",
                "Is it deliverable?",
                (Option("yes", "Deliverable as announced"), Option("if", "Deliverable if…")),
                values=chosen("verdict"),
            ),
            ChoiceQuestion(
                "theme",
                "What is it mainly about?",
                tuple(Option(each.lower().replace(" ", "-"), each) for each in (*themes, *more)),
                hint="Pick the nearest.",
                placeholder="Choose one",
                values=chosen("theme"),
            ),
            Paragraph("Say what it would take to deliver this, not whether you agree with it."),
            TextQuestion(
                "because", "Why?", "Make one point in each flag.", value=typed("because"), limit=3000, long=True
            ),
            TextQuestion("evidence", "Link to evidence", value=typed("evidence"), limit=2000, optional=True),
            ChoiceQuestion(
                "same",
                "Has it been said?",
                (Option("a", "I see this too: Councils use about 140…"), Option("b", "I see this too: A third of…")),
                values=chosen("same"),
                several=True,
                optional=True,
            ),
            Button("Withdraw", intents.WithdrawFlag(FLAG)),
        ),
        intent=GIVE_VIEW,
        send="Send flag",
        nonce=str(kept.get("nonce", "nonce-1")),
        problems=dict(problems) if isinstance(problems, dict) else {},
    )


def settings_form(**kept: str) -> Form:
    """A form with a day and a person."""
    return Form(
        "Name another policy owner",
        (
            Paragraph("Single parking permit."),
            PersonQuestion("owner", "Who?", "Enter an e-mail address.", value=kept.get("owner", "")),
            DateQuestion("since", "From when?", "Optional.", value=kept.get("since", ""), optional=True),
        ),
        intent=intents.NameOwner(POLICY),
        send="Name policy owner",
        nonce="nonce-2",
        problems={"owner": "Enter an e-mail address"} if kept else {},
    )


def receipt() -> Form:
    """What is seen once, in answer to one's own click."""
    return Form(
        "Flag saved.",
        (
            Notice("Your flag is saved. Nobody is shown your name."),
            Paragraph("What happens next:\n1. It is shown by Thursday 3 December 2026.\n2. We will not message you."),
            FormButton("Change", intents.ChangeFlag(FLAG)),
            Button("Withdraw", intents.WithdrawFlag(FLAG)),
        ),
        close="Done",
    )


def protected() -> Form:
    """A private view, without questions."""
    return Form("How you are protected", (Paragraph("Run by the platform team."),), close="Done")
