"""Finds sensitive content in text and files, and tells of it without repeating it.

>>> import dosimeter
>>> [finding] = dosimeter.scan("IBAN: DE13 5001 0517 9513 7844 05")
>>> finding.rule, finding.masked, finding.span
('payment.bank.iban', 'DE•• •••• 4405', (6, 33))

``scan`` and ``scan_many`` use the built-in rules and a fingerprint key of this process. For other
labels, rules of your own, or fingerprints that stay the same from run to run, make a ``Classifier``.
What each function and attribute means stands in the stubs (``__init__.pyi``).
"""

from ._native import (
    Classifier,
    Extraction,
    Finding,
    Gap,
    Labelled,
    Segment,
    __version__,
    extract,
    scan,
    scan_many,
)

__all__ = [
    "Classifier",
    "Extraction",
    "Finding",
    "Gap",
    "Labelled",
    "Segment",
    "__version__",
    "extract",
    "scan",
    "scan_many",
]
