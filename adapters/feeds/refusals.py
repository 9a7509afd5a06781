"""Why a feed was not taken."""


class FeedRefused(Exception):
    """A feed, or a source of one, that is not taken; `sentence` says why to a person in a terminal.

    The sentence holds nothing that the feed or its server wrote, but for a status number.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def too_large(limit: int) -> FeedRefused:
    """Give the refusal of a feed of more than `limit` bytes."""
    size = f"{limit / 1024 / 1024:g} MiB" if limit >= 1024 * 1024 else f"{limit:,} bytes"
    return FeedRefused(f"The feed is larger than {size}, so it was not read.")
