"""Error sentences: beside a field, or in place of a form."""

from collections.abc import Iterable
from datetime import date

from bot.calendar.dates import count, listed, long_date, month_name, short_date
from bot.interface.parts import Button, Form, FormButton, Notice, Screen
from bot.interface.unavailable import SENTENCE
from bot.interface.views import OrganisationView, PolicyView
from bot.screens import invented, labels
from bot.screens.phrases import first_large
from storage import AnswerKind, Promise, Role

# Beside the fields of a flag
NO_PROMISE = "Select who can know this is from you"
TERMS_CHANGED = "What this form says about your flag has changed. Select who can know this is from you"
OPENED_EARLIER = (
    "You opened this form on an earlier day. Look in My flags, or use your code: it may have been sent. If it was not, "
    "send it now. Your text is still here"
)
READERS_CHANGED = "Who would see your name or your flag has changed. Select who can know this is from you"
NO_VERDICT = "Select whether it is deliverable"
NO_THEME = "Select what it is mainly about"
NO_WHY = "Enter why"
NO_REMEDY = "Enter what would make it deliverable, or choose another answer above"
NO_SIMILAR = "Select one of these, or none of them"

# Beside the fields of an answer, and of a reply
NO_ANSWER = "Select your answer"
NO_ANSWER_TEXT = {
    AnswerKind.CHANGE: "Enter what will change",
    AnswerKind.HANDLED: "Enter how it is handled",
    AnswerKind.CANNOT: "Enter why it cannot change",
    AnswerKind.MORE: "Enter your question",
}
NO_DATE_AHEAD = "Enter a date after today"
NO_DATE = "Enter the date with its month as a word, like 31 March 2027"
NOTHING_TO_ANSWER = "Choose another one for practice: a flag that says this needs no answer"
ACKNOWLEDGED_ALREADY = "This was acknowledged before. Choose another answer"
NO_HOW_DONE = "Enter how it was done"
NO_WHY_LATER = "Enter why a new day is needed"
NO_WHY_NOT = "Enter why it will not happen"
SAME_DAY = "This is the day that is promised now. Enter another one"
NO_STILL_IN_THE_WAY = "Enter what is still in the way"
NO_REPLY = "Enter your reply"

# Beside the fields of an announcement, and of settings
NO_TITLE = "Enter a title"
NO_SUMMARY = "Enter a summary"
BAD_LINK = "Enter a link that starts with https://, or leave this empty"
NO_OWNER = "Enter who the policy owner is"
NO_SUCH_PERSON = "Enter an e-mail address, like name@example.org"
ANNOUNCED_ALREADY = "This link has been announced already"
NO_PROMISES = "Select at least one"
NO_FLOOR = "Enter a number of members, for example 5"
NO_ACCOUNT = "Select one of your accounts"
NO_PRESET = "Select when your digests arrive"
NO_DAYS = "Select at least one day, or another choice above"
NO_TIME = "Select a time, or another choice above"
NO_YES_OR_NO = "Select yes or no"
GUEST_NAMED = "Name a member: this person is a guest here. Admins can let guests be named, under Who runs it"
NOT_MET = "Deliverable has not met this person yet. They must be in a connected channel first"
NAMED_TWICE = "Name someone else: this person has another role above"
NOBODY_TO_ASK = "Choose another answer: nobody can link these flags to people any more, so nobody can reply"
NO_SUCH_POLICY = "There is no policy with this id. It is the last part of the address of its page"
NO_END_MONTH = "The end-months file has no line for a later month. An operator adds months: python -m bot keys months"
NO_PREVIEW = "These dates follow from what you entered. Select yes if they are right, or change what you entered"
NO_CALENDAR = "Select a working calendar"
NO_QUIET_START = "Select when quiet hours start, or leave both empty"
NO_QUIET_END = "Select when quiet hours end, or leave both empty"
QUIET_IS_NO_TIME = "Select another hour: quiet hours cannot end when they start"
NO_FIRST_DAY = "Enter the first day that you are away, or leave all three empty"
NO_LAST_DAY = "Enter the last day that you are away, from the first day on and after yesterday"
NO_STAND_IN = "Enter who stands in for you"
STANDS_IN_FOR_ONESELF = "Enter someone else: you cannot stand in for yourself"
NO_REASON = "Enter why time to answer is paused"
NO_WITHDRAWAL_REASON = "Enter why the announcement is withdrawn"
NO_ADDRESSES = "Enter e-mail addresses, like name@example.org, with commas or line breaks between them"
NO_TEXT = "Select which text"
NO_REPORT_REASON = "Select what is wrong with it"
NO_TAKE_DOWN_REASON = "Select the reason"
NO_TAKE_DOWN_SENTENCE = "Enter why, in one sentence"
NOT_SURE = "This cannot be undone. Select yes if this is what you want, or change what you entered"
NO_END_OF_LOG = "Enter it as this form shows it: a number, a colon and 64 digits; or leave this empty"
NO_HOLD_REASON = "Enter why it must be kept"
NO_CHANNEL = "Select a channel, or choose below that everyone is on it"
NO_AUDIENCE = "Select who is on this policy"
AUDIENCE_AS_IT_IS = "This is how it is now. Select another one, or leave it as it is"
AUDIENCE_NOT_SURE = "Select yes, or leave it as it is"
AUDIENCE_WITHOUT_CHANNELS = "Leave it as it is: its channels are gone, so hardly anybody would be on it"
AUDIENCE_NARROWED = "Leave it as it is: it was made smaller before, so it cannot be made larger again"
AUDIENCE_PROMISED = (
    "Leave it as it is: somebody has sent a flag, and the form said that only members can read it. To ask everyone, "
    "announce it again"
)

# In place of a form
NOT_POSSIBLE = "Not possible"
OWN_FLAG = "You wrote this flag, so you are already counted"
JOIN_FIRST = (
    "Another account has your e-mail address. Join the two in My accounts first, so that you are counted once. If it "
    "is not yours, tell an admin"
)
SECOND_TWICE = "You have already said you see this too"
TOO_LARGE = "This is more text than we can keep. Shorten it and send it again. Your text is still here"
NO_CODE = "Enter your code: 26 letters and numbers"
UNKNOWN_CODE = (
    "We do not know that code. Check each letter and number. A code stops working when the policy is closed for good"
)
TOO_MANY_CODES = "You have tried too many codes that we do not know. Try again in an hour"
COULD_NOT_SAVE = "We could not save your flag. Nothing was sent. Your text is still here: try again"
CHANGED_SINCE = "This has changed since, so that is not possible any more."
AS_IT_STANDS = "This has changed since. Here is how it stands now."
"""For an outdated button, before the home of whoever pressed it."""
UNKNOWN_JOINING_CODE = (
    "We do not know that code. Check each letter and number. A code works once, for 10 minutes. After 5 wrong codes, "
    "wait 10 minutes"
)
OWN_JOINING_CODE = "That is the code of this account. Enter it in your other account"
TOO_MANY_ACCOUNTS = "These are too many accounts to join. Separate one of them first"
NEW_HERE = (
    "You are new here, so this does not work yet. Nothing was saved. Lists of who is in a channel are read once a day, "
    "so try again in a day. You can send flags now."
)
SHOWN_ALREADY = "This flag is shown already, so it cannot be changed or withdrawn."
WITHDRAWN_ALREADY = "You have withdrawn this flag. It was shown to nobody."
REPLIED_ALREADY = "You have already replied to this answer."
NOT_FOUND = "This is not here any more, or you may not see it."
NOTHING_WAITS = "Nothing waits for an answer here."
ADMINS_ONLY = "Only an admin can do this."
AUDIENCE_BY_OTHERS = "Only the policy owner, or the person who announced it, can do this."
RECORDS_OFFICERS_ONLY = "Only a records officer can do this."
OWN_TEXT = "You wrote this, so another records officer decides whether it stays."
AUDITORS_ONLY = "Only an auditor can do this."
DOWN = SENTENCE
TOO_LATE = "That took too long and the form did not open. Nothing was lost."


def too_long(what: str, limit: int, length: int) -> str:
    """`what` is the question as a noun: `Why must be 3,000 characters or fewer. You have 3,120`."""
    return f"{what} must be {count(limit, 'character')} or fewer. You have {length:,}"


def closed_for_good(on: date | None) -> str:
    """What was written on the policy has been destroyed, or cannot be opened."""
    if on is None:
        return "A key of this policy is missing, so nothing on it can be opened or added. Its owner has been told."
    return f"This policy was closed for good on {short_date(on)}. The key to what was written has been destroyed."


def no_line_for(month: str) -> str:
    """The end-months file does not reach to the month in which what is written would end."""
    return (
        f"The end-months file has no line for {month_name(month)}, when what is written would end. Choose an earlier "
        "last day, or ask an operator to add months: python -m bot keys months"
    )


def too_late_for_a_promise(since: date) -> str:
    """Something was promised while the end of the policy's month was under way."""
    return (
        f"Nothing can be promised here any more: since {short_date(since)} the key to what was written on this policy "
        "is being destroyed"
    )


def too_late_for_a_hold(since: date) -> str:
    """A hold came while the end of the policy's month was under way."""
    return (
        f"It is too late: since {short_date(since)} the key to what was written on this policy is being destroyed, "
        "and its line may be gone already"
    )


def closed(policy: PolicyView) -> str:
    """The policy closed while a person was writing."""
    to = policy.owner or "the policy owner"
    when = long_date(policy.closes_on)
    return f"This policy closed for flags on {when}. Your text is still here: copy it and send it to {to}"


def closed_for_flags(policy: PolicyView) -> str:
    """The policy takes no more flags."""
    return f"This policy closed for flags on {long_date(policy.closes_on)}. You can still read them."


def several_have_it(accounts: int) -> str:
    """The address that was entered is that of several accounts, and nobody can tell who is meant."""
    return f"{accounts} accounts have this address. Select the one that you mean"


def not_one_person(accounts: int) -> str:
    """The same, in a form that does not ask which of them is meant."""
    return f"{accounts} accounts have this address, and are not known to be one person. An admin can trust its domain"


def several_have_the_address(email: str, accounts: Iterable[tuple[str, str]]) -> str:
    """For the command line: (what to enter in place of the address, what it is called) for each of the accounts."""
    lines = "".join(f"\n  {path}  ({name})" for path, name in accounts)
    return (
        f"Several accounts have the address {email}, and are not known to be one person. Enter one of these in its "
        f"place, or trust the domain of the address (python -m bot organisation --domains):{lines}"
    )


def no_such_channel(found: Iterable[str]) -> str:
    """`found` is what the connected channels are called that have the name which was given: none, or several."""
    names = sorted(found)
    if not names:
        return "There is no connected channel of that name."
    # Nobody can choose between two of one name in one workspace by what they are called.
    say = f" Enter one of these: {'; '.join(names)}" if len(set(names)) > 1 else ""
    return f"Several channels have that name.{say}"


def no_later_than(last: date) -> str:
    """The day is later than can be chosen."""
    return f"Enter a date no later than {long_date(last)}"


def digest_in_quiet(at: str) -> str:
    """The digest would come in quiet hours; `at` reads like `9am`."""
    return f"Your digest comes at {at}, which is in these quiet hours. Select other hours, or another time for it"


def not_here(name: str) -> str:
    """This person cannot stand in, because no message reaches them."""
    return f"{name or 'This person'} cannot be reached here. Enter someone else"


def left_out(flags: int) -> str:
    """Flags are left out of what is shown, because they do not open."""
    verb, them = ("is", "it") if flags == 1 else ("are", "them")
    why = f"what is stored of {them} was changed or damaged"
    return f"{count(flags, 'flag')} cannot be shown and {verb} not counted, because {why}."


def detached_limit(most: int) -> str:
    """A person has sent as many detached flags on a policy as one person may in a day."""
    sent = f"You have sent {count(most, 'detached flag')} on this policy today"
    return f"{sent}. Send this tomorrow, or choose another option"


def too_many_seconds(most: int) -> str:
    """A person has added to as many flags as they can on a policy."""
    return f"You have said so of {count(most, 'flag')} on this policy, the most that one person can add to"


def too_many(most: int) -> str:
    """A person has sent as many flags as they can on a policy."""
    sent = f"You have sent {count(most, 'flag')} on this policy, the most that one person can send"
    return f"{sent}. To add to a point, open See flags and choose I see this too"


def no_months(least: int, most: int) -> str:
    """What was entered is no number of months in that range."""
    return f"Enter a whole number from {least} to {most} months, or leave this empty"


def too_many_officers(most: int) -> str:
    """More people were named than can have one role."""
    return f"Enter {most} addresses or fewer"


def guest_as_officer(email: str) -> str:
    """The address is that of a guest, who can be no officer."""
    return f"{email} is the address of a guest. Enter addresses of members"


def guest(organisation: OrganisationView) -> str:
    """For guests and members of other organisations."""
    return f"Only members of {organisation.name} can send flags here. Ask {organisation.contact}."


def account_damaged(organisation: OrganisationView) -> str:
    """For someone whose account does not open."""
    return (
        "We cannot tell whose account this is: what we keep of it was changed or damaged. Nothing was done. "
        f"Ask {organisation.contact}."
    )


def wrong_person(role: Role, name: str) -> str:
    """Only the person in that role can do this; `name` is empty where nobody has the role."""
    actor = labels.ROLES[role]
    return f"Only the {actor} can do this. {f'{name} is the {actor}.' if name else f'There is no {actor} yet.'}"


def may_not_answer(policy: PolicyView) -> str:
    """The person may not answer flags on this policy."""
    owner = f"This policy's owner is {policy.owner}" if policy.owner else "This policy has no owner yet"
    return f"Only the policy owner, the delegate, or the senior owner once told, can answer. {owner}"


def not_offered(promise: Promise, offers: tuple[Promise, ...]) -> str:
    """The channel does not offer this promise."""
    offered = listed([labels.PROMISES[each] for each in offers])
    return f"This channel does not offer {labels.PROMISES[promise]}. It offers {offered}."


def no_download(platform: str) -> str:
    """The platform, by its name on screens, cannot send files."""
    return f"Download CSV is not available in {platform}."


def refusal_form(sentence: str, *buttons: Button | FormButton) -> Form:
    """A refusal in place of what was asked for, with buttons to go on."""
    said = first_large(sentence)
    return Form(NOT_POSSIBLE, (Notice(said if said.endswith(".") else f"{said}."), *buttons), close="Close")


def is_refusal(screen: Screen) -> bool:
    """Whether a screen refuses as a whole what was asked for."""
    return isinstance(screen, Form) and screen.title == NOT_POSSIBLE and screen.intent is None


SCREEN = "refusal"
EXAMPLE = refusal_form(guest(invented.ORGANISATION))
STATES = {
    "new here": refusal_form(NEW_HERE),
    "second twice": refusal_form(SECOND_TWICE),
    "two accounts": refusal_form(JOIN_FIRST),
    "too many seconds": refusal_form(too_many_seconds(20)),
    "closed for good": refusal_form(closed_for_good(date(2027, 3, 31))),
    "account damaged": refusal_form(account_damaged(invented.ORGANISATION)),
    "not the policy owner": refusal_form(may_not_answer(invented.PERMIT)),
}
