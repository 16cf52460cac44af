Pair = tuple[bytes, bytes]


def train(data: bytes, n_merges: int) -> list[Pair]:
    """The merges, in the order in which they were made."""
    raise NotImplementedError


class Tokenizer:
    def __init__(self, merges: list[Pair], specials: list[str]) -> None:
        raise NotImplementedError

    def encode(self, text: str, allow_special: bool = False) -> list[int]:
        """The ids of a text."""
        raise NotImplementedError

    def decode(self, ids: list[int]) -> bytes:
        """The bytes of ids."""
        raise NotImplementedError

    def size(self) -> int:
        """The number of ids."""
        raise NotImplementedError

    def tokens_per_character(self, samples: dict[str, str]) -> dict[str, float]:
        """Tokens divided by characters, for each sample."""
        raise NotImplementedError
