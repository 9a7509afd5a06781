"""Officers: who reads reported texts and takes them down, and who reads the audit log, by e-mail address."""

from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import enum_type


class OfficerRole(StrEnum):
    """What an admin can make a full member, besides what the settings and the policies say."""

    RECORDS = "records"
    AUDITOR = "auditor"


class Officer(SQLModel, table=True):
    """One role of one address, in the form in which addresses are compared."""

    __tablename__ = "officers"
    __table_args__ = (UniqueConstraint("role", "email"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    role: OfficerRole = Field(sa_type=enum_type(OfficerRole))
    email: str


def officers(session: Session) -> list[Officer]:
    """Every officer, by role and address."""
    return list(session.exec(select(Officer).order_by(col(Officer.role), col(Officer.email))))


def of_role(session: Session, role: OfficerRole) -> list[Officer]:
    """The officers with that role, by address."""
    return list(session.exec(select(Officer).where(Officer.role == role).order_by(col(Officer.email))))


def roles_of(session: Session, email: str) -> set[OfficerRole]:
    """The roles of an address."""
    return {each.role for each in session.exec(select(Officer).where(Officer.email == email))}
