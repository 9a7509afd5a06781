"""The tables, one noun a file, with the queries on each. SQL stays in here, and no other package of ours is imported.

`bot` imports the tables, the enums of their columns, `Session` and `Database` from this package, and the queries
from the noun's own module (`storage.flags.shown`).
"""

from storage.metadata import metadata  # isort: skip
from storage.absences import Absence
from storage.answers import Answer, AnsweredFlag, AnswerKind, Role
from storage.audit import AuditEntry
from storage.boxes import Box
from storage.channel_sets import ChannelInSet
from storage.channels import Channel
from storage.commitments import Commitment, CommitmentState, CommitmentUpdate, UpdateKind
from storage.conversations import Conversation
from storage.deliveries import Delivery, State, Verb
from storage.digests import Digest, DigestPart
from storage.endings import Ending, EndingState, HeldMonths, KnownFile
from storage.engine import Conflict, Database, DatabaseUnavailable, Session
from storage.erasing import keep_out_of_statistics
from storage.escalation_notices import EscalationNotice, NotifiedCommitment, NotifiedFlag, Step
from storage.flags import Flag, FlagStatus, Promise, Verdict
from storage.held_accounts import AccountsVersion
from storage.installations import Installation
from storage.joining_codes import JoiningCode
from storage.memberships import Membership
from storage.newcomers_keys import NewcomersKeys
from storage.officers import Officer, OfficerRole
from storage.organisation import Organisation
from storage.people import Identity, Person
from storage.policies import Audience, Policy, Wording
from storage.policy_keys import EarlierAuthorsKey, PolicyKeys
from storage.postings import Posting
from storage.rejoining import Rejoining
from storage.replies import Reply, ReplyKind, ReplyStage
from storage.restores import Restore
from storage.schedules import Schedule
from storage.seconds import Second
from storage.take_downs import Report, ReportReason, TakeDown, TextKind
from storage.throttles import Throttle
from storage.unreached import Unreached

keep_out_of_statistics(metadata)

__all__ = [
    "Absence",
    "AccountsVersion",
    "Answer",
    "AnswerKind",
    "AnsweredFlag",
    "Audience",
    "AuditEntry",
    "Box",
    "Channel",
    "ChannelInSet",
    "Commitment",
    "CommitmentState",
    "CommitmentUpdate",
    "Conflict",
    "Conversation",
    "Database",
    "DatabaseUnavailable",
    "Delivery",
    "Digest",
    "DigestPart",
    "EarlierAuthorsKey",
    "Ending",
    "EndingState",
    "EscalationNotice",
    "Flag",
    "FlagStatus",
    "HeldMonths",
    "Identity",
    "Installation",
    "JoiningCode",
    "KnownFile",
    "Membership",
    "NewcomersKeys",
    "NotifiedCommitment",
    "NotifiedFlag",
    "Officer",
    "OfficerRole",
    "Organisation",
    "Person",
    "Policy",
    "PolicyKeys",
    "Posting",
    "Promise",
    "Rejoining",
    "Reply",
    "ReplyKind",
    "ReplyStage",
    "Report",
    "ReportReason",
    "Restore",
    "Role",
    "Schedule",
    "Second",
    "Session",
    "State",
    "Step",
    "TakeDown",
    "TextKind",
    "Throttle",
    "Unreached",
    "UpdateKind",
    "Verb",
    "Verdict",
    "Wording",
    "metadata",
]
