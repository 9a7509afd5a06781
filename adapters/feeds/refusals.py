"""Why a feed was refused."""


class FeedRefused(Exception):
    """A feed, or the path or address of one, that is refused. `sentence` tells the operator why.

    The sentence repeats nothing that the feed or its server sent, except a status code.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def too_large(limit: int) -> FeedRefused:
    """Give the refusal of a feed of more than `limit` bytes."""
    size = f"{limit / 1024 / 1024:g} MiB" if limit >= 1024 * 1024 else f"{limit:,} bytes"
    return FeedRefused(f"The feed is larger than {size}, so it was not read.")
