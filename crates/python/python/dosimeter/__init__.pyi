from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal, final

Label = Literal["pii", "payment", "secrets", "regulated", "financial", "customer"]
Level = Literal["low", "medium", "high"]
Coverage = Literal["complete", "partial", "none"]

__version__: Final[str]

def scan(text: str) -> tuple[Finding, ...]:
    """Scans one text with the built-in rules.

    O(length of the text). From 1024 bytes on, other Python threads run meanwhile.
    """

def scan_many(texts: Iterable[str]) -> list[tuple[Finding, ...]]:
    """Scans many texts with the built-in rules, on all cores (or ``RAYON_NUM_THREADS``).

    ``scan_many(texts)[i]`` is ``scan(texts[i])``. Texts are taken until there are 131072 of them or
    64 MiB, so an iterator need not fit in memory. Other Python threads run while texts are scanned; Ctrl-C
    is noticed in between. Works in a process that was made by ``fork``.
    """

def extract(
    data: bytes | bytearray,
    *,
    name: str | None = None,
    media_type: str | None = None,
    timeout: float | None = None,
) -> Extraction:
    """Reads all text of a file: PDF, Office, mail, archives and others, nested in any order.

    Never fails on what a file holds: what cannot be read is a gap with its reason. Memory and work are
    bounded; time only by ``timeout`` (seconds). ``name`` and ``media_type`` break ties, content decides.

    Runs in this process. Where files come from strangers, call it in a child process with a memory
    limit of its own.
    """

@final
class Classifier:
    """Rules made ready for scanning. Made in some milliseconds; shared by any number of threads."""

    def __init__(
        self,
        *,
        labels: Sequence[Label] | None = None,
        min_confidence: Level = "medium",
        rules: Sequence[str] | None = None,
        disable: Sequence[str] | None = None,
        key: bytes | None = None,
    ) -> None:
        """Makes rules ready.

        labels: look for these only.
        min_confidence: report findings from here up.
        rules: TOML texts with rules in addition to the built-in ones.
        disable: ids of rules to leave out.
        key: 32 secret random bytes. With the same key, the same value has the same fingerprint, and the
            same value in the same place the same id; whoever has the key can find out values by trial.
            Without one, each process draws its own.

        Raises ValueError if an option or a rule is wrong; the message may quote the rules.
        """

    @property
    def ruleset(self) -> str:
        """Which rules these are: changes whenever any rule changes."""

    def scan(self, text: str) -> tuple[Finding, ...]:
        """As ``dosimeter.scan``, with these rules."""

    def scan_many(self, texts: Iterable[str]) -> list[tuple[Finding, ...]]:
        """As ``dosimeter.scan_many``, with these rules."""

    def label(
        self, text: str, *, tenant: str = "", resource: str = "", part: str = ""
    ) -> Labelled:
        """Scans one message or document, and decides its labels.

        ``tenant``, ``resource`` and ``part`` say which one it is, and go into the ids of findings.
        """

    def scan_file(
        self,
        data: bytes | bytearray,
        *,
        name: str | None = None,
        media_type: str | None = None,
        timeout: float | None = None,
        tenant: str = "",
        resource: str = "",
    ) -> Labelled:
        """Reads a file as ``dosimeter.extract`` does, scans its text, and decides its labels."""

@final
class Finding:
    """One thing that was found. Holds no text but the masked snippet."""

    @property
    def id(self) -> str:
        """The stable name of this finding (needs a ``key``)."""

    @property
    def rule(self) -> str:
        """The rule that found it, such as ``payment.card.separated``."""

    @property
    def label(self) -> Label:
        """The first of its labels."""

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels that it speaks for."""

    @property
    def severity(self) -> Level:
        """How bad its exposure is."""

    @property
    def confidence(self) -> Level:
        """How sure we are."""

    @property
    def span(self) -> tuple[int, int] | None:
        """Where, in characters: ``text[slice(*finding.span)]`` is the value.

        None for findings of ``scan_file``, where ``locator`` says where.
        """

    @property
    def byte_span(self) -> tuple[int, int]:
        """Where, in bytes of UTF-8 (in a file: of the text of its segment)."""

    @property
    def locator(self) -> str:
        """Where in a file, such as ``entry 2, page 7``; empty for texts."""

    @property
    def redacted(self) -> str:
        """The masked value in its masked context: one line of at most 160 characters."""

    @property
    def masked(self) -> str:
        """The masked value alone."""

    @property
    def fingerprint(self) -> str:
        """Which value it was, keyed: 32 hexadecimal digits."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it has this confidence."""

    def to_dict(self) -> dict[str, Any]:
        """All of the above, for JSON and data frames."""

    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Labelled:
    """The verdict on one text or file."""

    @property
    def labels(self) -> dict[Label, dict[str, Any]]:
        """The labels, each with ``count``, ``max_confidence`` and ``max_severity``.

        Single findings are not the whole story: one e-mail address is a finding and not yet a label.
        """

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found."""

    @property
    def coverage(self) -> Coverage:
        """How much was scanned."""

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What was not scanned, and why."""

    @property
    def ruleset(self) -> str:
        """The version of the rules that were applied."""

    @property
    def is_clean(self) -> bool:
        """Whether everything was scanned and no label was given. Not scanned is never clean."""

@final
class Extraction:
    """What was read of a file, and what was not."""

    @property
    def kind(self) -> str:
        """What the file is, by its content: ``pdf``, ``docx``, ``zip`` and so on."""

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Its text, in reading order as far as the format has one."""

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What was not read, and why. Empty means that everything was."""

@final
class Segment:
    """A piece of text and where it stands. Does not show its text unless asked for it."""

    @property
    def text(self) -> str:
        """The text: content, which you should not keep."""

    @property
    def locator(self) -> str:
        """Its place in the file, such as ``entry 2, page 7``; empty for the whole of it."""

@final
class Gap:
    """Something that was not read or not scanned."""

    @property
    def reason(self) -> str:
        """Why: ``encrypted``, ``malformed``, ``unsupported``, ``text_cut`` and so on."""

    @property
    def locator(self) -> str:
        """Where; empty for the whole of it."""

    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...
