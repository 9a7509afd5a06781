"""The terms of an organisation that are whole numbers, with the least and the most that each may be."""

from collections.abc import Mapping
from types import MappingProxyType

RANGES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "release_hour": (0, 23),
        "batch_least": (1, 100),
        "batch_wait_days": (1, 10),
        "answer_days": (1, 60),
        "delegate_after": (1, 20),
        "senior_after": (1, 60),
        "notice_at": (0, 100),
        "floor": (1, 10_000),
        "keep_months": (1, 120),
        "end_keys_kept_days": (0, 365),
    }
)
