"""The privacy page lists exactly the tables and columns that exist."""

import re

from storage import metadata
from tests.shape.tree import ROOT, text

PAGE = text(ROOT / "docs/privacy.md")
TABLE = re.compile(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `(\w+)` \| (.*?) \|(.*)\|$", re.MULTILINE)


def listed(page: str) -> dict[str, set[str]]:
    """The columns that a page lists with a description, by table."""
    return {
        table: {column for column, said, _ in ROW.findall(rows) if said.strip()} for table, rows in TABLE.findall(page)
    }


def kept() -> dict[str, set[str]]:
    """The columns that exist, by table."""
    return {table.name: {column.name for column in table.columns} for table in metadata.sorted_tables}


def test_every_table_and_column_is_on_the_page() -> None:
    assert listed(PAGE) == kept()


def test_a_planted_omission_is_found() -> None:
    without = PAGE.replace("| `tag` | 16 bytes", "| `mark` | 16 bytes", 1)
    assert without != PAGE
    assert listed(without) != kept()
