"""Dosimeter as a recogniser of Microsoft Presidio.

    pip install dosimeter presidio-analyzer

    from presidio_analyzer import AnalyzerEngine
    from presidio_recognizer import DosimeterRecognizer

    analyzer = AnalyzerEngine()
    analyzer.registry.add_recognizer(DosimeterRecognizer())
    analyzer.analyze("IBAN: DE13 5001 0517 9513 7844 05", language="en")

Where Presidio has a name for what a rule finds, that name is used, so that results merge with those of
its own recognisers and its anonymizer's settings apply; everything else is ``DOSIMETER_`` and the label.
Words around a value are part of Dosimeter's confidence already: nothing here asks for Presidio's own
``context``, and no language model is needed.
"""

from __future__ import annotations

from typing import Any

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult

import dosimeter

#: Beginnings of rule ids, and what Presidio calls it. The first that fits counts.
ENTITIES = (
    ("payment.card.", "CREDIT_CARD"),
    ("payment.bank.iban", "IBAN_CODE"),
    ("payment.us.", "US_BANK_NUMBER"),
    ("financial.crypto.", "CRYPTO"),
    ("pii.au.tfn", "AU_TFN"),
    ("pii.email", "EMAIL_ADDRESS"),
    ("pii.es.dni", "ES_NIF"),
    ("pii.es.nie", "ES_NIE"),
    ("pii.fi.hetu", "FI_PERSONAL_IDENTITY_CODE"),
    ("pii.gb.nino", "UK_NINO"),
    ("pii.in.aadhaar", "IN_AADHAAR"),
    ("pii.in.pan", "IN_PAN"),
    ("pii.in.voter", "IN_VOTER"),
    ("pii.ip.", "IP_ADDRESS"),
    ("pii.it.fiscal-code", "IT_FISCAL_CODE"),
    ("pii.it.identity-card", "IT_IDENTITY_CARD"),
    ("pii.kr.rrn", "KR_RRN"),
    ("pii.mac", "MAC_ADDRESS"),
    ("pii.person.", "PERSON"),
    ("pii.phone.", "PHONE_NUMBER"),
    ("pii.pl.pesel", "PL_PESEL"),
    ("pii.sg.nric", "SG_NRIC_FIN"),
    ("pii.us.driver-license.", "US_DRIVER_LICENSE"),
    ("pii.us.itin", "US_ITIN"),
    ("pii.us.passport", "US_PASSPORT"),
    ("pii.us.ssn", "US_SSN"),
)

#: What remains is named by its label.
LABELS = ("PII", "PAYMENT", "SECRETS", "REGULATED", "FINANCIAL", "CUSTOMER")

#: Presidio's scores, for its thresholds.
SCORES = {"low": 0.3, "medium": 0.6, "high": 0.95}


class DosimeterRecognizer(EntityRecognizer):
    """Finds what Dosimeter finds. Takes the options of ``dosimeter.Classifier``."""

    def __init__(self, supported_language: str = "en", **options: Any) -> None:
        self._classifier = dosimeter.Classifier(**options)
        names = [name for _, name in ENTITIES] + [f"DOSIMETER_{label}" for label in LABELS]
        super().__init__(
            supported_entities=list(dict.fromkeys(names)),
            name="DosimeterRecognizer",
            supported_language=supported_language,
            version=dosimeter.__version__,
        )

    def load(self) -> None:
        """Nothing to load: the rules are part of the module."""

    def analyze(
        self, text: str, entities: list[str] | None, nlp_artifacts: Any = None
    ) -> list[RecognizerResult]:
        """Everything in ``text`` whose entity is asked for."""
        results = []
        for finding in self._classifier.scan(text):
            entity = entity_of(finding)
            if entities and entity not in entities:
                continue
            start, end = finding.span
            results.append(
                RecognizerResult(
                    entity_type=entity,
                    start=start,
                    end=end,
                    score=SCORES[finding.confidence],
                    analysis_explanation=AnalysisExplanation(
                        recognizer=self.name,
                        original_score=SCORES[finding.confidence],
                        pattern_name=finding.rule,
                        textual_explanation="; ".join(finding.reasons),
                    ),
                    recognition_metadata={
                        RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                        RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                        "fingerprint": finding.fingerprint,
                        "labels": list(finding.labels),
                        "severity": finding.severity,
                    },
                )
            )
        return results


def entity_of(finding: dosimeter.Finding) -> str:
    """What Presidio calls it."""
    for beginning, entity in ENTITIES:
        if finding.rule.startswith(beginning):
            return entity
    return f"DOSIMETER_{finding.label.upper()}"
