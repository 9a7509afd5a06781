"""Themes: what a flag is mainly about. To use another list, change it here.

The list draws on the barriers in the NAO's 2021 report on digital change in government, the DTA's sub-criteria, the
Service Standard and the Accounting Officer's feasibility test. The key is stored with a flag and never changes; the
label is what people read.
"""

from types import MappingProxyType

THEMES = MappingProxyType(
    {
        "aims": "Aims and scope",
        "users": "User need and inclusion",
        "legacy": "Legacy systems and data",
        "dependencies": "Dependencies on others",
        "timetable": "Timetable",
        "funding": "Funding and whole-life cost",
        "skills": "Skills and capacity",
        "commercial": "Commercial and suppliers",
        "law": "Law, privacy and security",
        "governance": "Ownership and governance",
        "running": "Running it after launch",
        "opportunity": "Missed opportunity",
        "other": "Something else",
    }
)


def label(key: str) -> str:
    """The label of a theme; for a key that is no longer in the list, the key itself."""
    return THEMES.get(key, key)
