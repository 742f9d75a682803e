"""The recogniser beside Presidio.

With all of ``presidio-analyzer`` installed, in a real analyzer, with an empty pipeline in place of a
language model, which would have to be downloaded. With its files alone (``pip install --no-deps``, as
continuous integration does: all of it are 400 MB), against its base class and its results.
"""

import importlib
import importlib.util
import pathlib
import sys
import types

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "examples"))


def base_classes_only():
    """The parts of Presidio that recognisers are made of, which need nothing else."""
    found = importlib.util.find_spec("presidio_analyzer")
    if found is None:
        pytest.skip("presidio-analyzer is not installed", allow_module_level=True)
    package = types.ModuleType("presidio_analyzer")
    package.__path__ = list(found.submodule_search_locations)
    sys.modules["presidio_analyzer"] = package
    for module, name in (
        ("analysis_explanation", "AnalysisExplanation"),
        ("recognizer_result", "RecognizerResult"),
        ("entity_recognizer", "EntityRecognizer"),
    ):
        imported = importlib.import_module(f"presidio_analyzer.{module}")
        setattr(package, name, getattr(imported, name))


try:
    import spacy
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
except ImportError:
    spacy = None
    sys.modules.pop("presidio_analyzer", None)
    base_classes_only()

from presidio_recognizer import DosimeterRecognizer  # noqa: E402

IBAN = "DE13 5001 0517 9513 7844 05"
MAIL = "ada.kessler@larkfield.io"
TEXT = f"Größe é: IBAN {IBAN}, mail {MAIL}"


def analyze(text, entities=None, **options):
    recognizer = DosimeterRecognizer(**options)
    if spacy is None:
        return recognizer.analyze(text, entities or recognizer.supported_entities, None)
    engine = SpacyNlpEngine()
    engine.nlp = {"en": spacy.blank("en")}
    registry = RecognizerRegistry(recognizers=[recognizer])
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])
    return analyzer.analyze(text, language="en", entities=entities, return_decision_process=True)


def test_findings_are_results_of_presidio():
    results = analyze(TEXT)
    found = {result.entity_type: TEXT[result.start : result.end] for result in results}
    assert found == {"IBAN_CODE": IBAN, "EMAIL_ADDRESS": MAIL}
    [iban] = [result for result in results if result.entity_type == "IBAN_CODE"]
    assert iban.score == 0.95
    assert iban.analysis_explanation.pattern_name == "payment.bank.iban"
    assert iban.recognition_metadata["severity"] == "high"


def test_only_what_is_asked_for_is_told():
    results = analyze(TEXT, entities=["EMAIL_ADDRESS"])
    assert [result.entity_type for result in results] == ["EMAIL_ADDRESS"]
    assert analyze(TEXT, labels=["secrets"]) == []


def test_what_presidio_has_no_name_for_is_named_by_its_label():
    results = analyze("password: hunter2Xy!9pQ")
    assert [result.entity_type for result in results] == ["DOSIMETER_SECRETS"]


def test_every_entity_is_announced():
    announced = DosimeterRecognizer().supported_entities
    assert len(set(announced)) == len(announced)
    assert {"CREDIT_CARD", "DOSIMETER_CUSTOMER"} <= set(announced)
