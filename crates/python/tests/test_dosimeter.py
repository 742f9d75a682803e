"""What Python sees. The values are drawn or documented examples; none is anybody's."""

import gc
import inspect
import multiprocessing
import pathlib
import pickle
import re
import sys
import threading

import pytest

import dosimeter

IBAN = "DE13 5001 0517 9513 7844 05"
TEXT = f"IBAN: {IBAN}"
KEY = bytes(range(32))

BADGE = r"""
[[rule]]
id         = "secrets.acme.badge"
title      = "Badge code"
label      = "secrets"
severity   = "high"
confidence = "high"
keywords   = ["badge-"]
pattern    = '\b(badge-[0-9]{8})\b'

[[rule.positive]]
text = "open with badge-{8:0-9}"
why  = "a sentence"

[[rule.negative]]
text = "badge-holder"
why  = "a word"
"""


def test_a_finding_says_what_where_and_why():
    [finding] = dosimeter.scan(TEXT)
    assert finding.rule == "payment.bank.iban"
    assert finding.label == "payment"
    assert finding.labels == ("payment", "financial")
    assert (finding.severity, finding.confidence) == ("high", "high")
    assert TEXT[slice(*finding.span)] == IBAN
    assert finding.masked == "DE•• •••• 4405"
    assert finding.redacted == "IBAN: DE•• •••• 4405"
    assert re.fullmatch("[0-9a-f]{32}", finding.fingerprint)
    assert re.fullmatch("[0-9a-f]{32}", finding.id)
    assert finding.locator == ""
    assert finding.reasons and all(isinstance(reason, str) for reason in finding.reasons)


@pytest.mark.parametrize("before", ["", "x ", "é ", "漢字 ", "😀😀 ", "e\u0301 ", "１ "])
def test_spans_count_characters_and_bytes(before):
    text = f"{before}{TEXT} {before}and {TEXT}"
    found = dosimeter.scan(text)
    assert len(found) == 2
    for finding in found:
        assert text[slice(*finding.span)] == IBAN
        assert text.encode()[slice(*finding.byte_span)].decode() == IBAN


def test_half_characters_do_not_move_what_stands_behind_them():
    text = f"\ud83d {TEXT} \udc00"
    [finding] = dosimeter.scan(text)
    assert text[slice(*finding.span)] == IBAN
    assert dosimeter.scan_many([text]) == [(finding,)]


def test_nothing_that_is_shown_holds_the_value():
    labelled = dosimeter.Classifier().label(TEXT)
    read = dosimeter.extract(TEXT.encode(), name=f"{IBAN}.txt")
    [finding] = labelled.findings
    shown = [*map(repr, (finding, labelled, read, *read.segments)), str(finding.to_dict())]
    attributes = [name for name in dir(finding) if not name.startswith("_") and name != "to_dict"]
    shown += [str(getattr(finding, name)) for name in attributes]
    for text in shown:
        assert "5001" not in text and "7844 05" not in text, text


def test_many_are_one_by_one_in_their_order():
    texts = ["nothing", TEXT, "", "mail office@larkfield.io or call", "é" * 3000, TEXT] * 4000
    classifier = dosimeter.Classifier(key=KEY)
    expected = [classifier.scan(text) for text in texts[:6]] * 4000
    for given in (texts, tuple(texts), iter(texts), (text for text in texts)):
        assert classifier.scan_many(given) == expected
    assert classifier.scan_many([]) == []
    assert len(expected[1]) == 1


def test_what_is_no_text_is_refused():
    for wrong in (None, 7, b"bytes"):
        with pytest.raises(TypeError):
            dosimeter.scan(wrong)
        with pytest.raises(TypeError):
            dosimeter.scan_many([TEXT, wrong])
    for wrong in (7, TEXT):
        with pytest.raises(TypeError):
            dosimeter.scan_many(wrong)

    def broken():
        yield TEXT
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        dosimeter.scan_many(broken())


def test_options_choose_what_is_found():
    assert dosimeter.Classifier(labels=["secrets"]).scan(TEXT) == ()
    assert dosimeter.Classifier(disable=["payment.bank.iban"]).scan(TEXT) == ()
    low = dosimeter.Classifier(min_confidence="low")
    assert len(low.scan("DE13500105179513784405 " * 3)) >= 1
    [finding] = dosimeter.Classifier(rules=[BADGE]).scan("open with badge-51729943")
    assert (finding.rule, finding.label) == ("secrets.acme.badge", "secrets")
    assert dosimeter.Classifier(rules=[BADGE]).ruleset != dosimeter.Classifier().ruleset


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"labels": ["pie"]}, "labels: unknown label"),
        ({"min_confidence": "sure"}, "min_confidence: unknown level"),
        ({"key": b"short"}, "key: expected 32"),
        ({"disable": ["No Rule"]}, "disable: invalid rule id"),
        ({"rules": ["[[rule]]"]}, r"rules\[0\]"),
    ],
)
def test_wrong_options_say_what_is_wrong(options, message):
    with pytest.raises(ValueError, match=message):
        dosimeter.Classifier(**options)


def test_the_same_key_gives_the_same_names():
    one, two = (dosimeter.Classifier(key=KEY).scan(TEXT)[0] for _ in range(2))
    assert one == two and hash(one) == hash(two)
    assert dosimeter.scan(TEXT)[0].fingerprint != one.fingerprint
    here, there = (
        dosimeter.Classifier(key=KEY).label(TEXT, resource=name).findings[0] for name in "ab"
    )
    assert here.fingerprint == there.fingerprint and here.id != there.id


def test_labels_sum_up_and_coverage_is_told():
    labelled = dosimeter.Classifier().label(TEXT)
    summary = {"count": 1, "max_confidence": "high", "max_severity": "high"}
    assert labelled.labels == {"payment": summary, "financial": summary}
    assert (labelled.coverage, labelled.gaps, labelled.is_clean) == ("complete", (), False)
    assert dosimeter.Classifier().label("nothing").is_clean


def test_files_are_opened_and_what_was_not_read_is_told():
    data = f"<p>IBAN <b>{IBAN}</b></p><!-- {TEXT} -->".encode()
    read = dosimeter.extract(data, name="note.html")
    assert read.kind == "html" and read.gaps == ()
    assert [segment.locator for segment in read.segments] == ["paragraph 1", "comment"]
    assert IBAN in read.segments[0].text
    labelled = dosimeter.Classifier(key=KEY).scan_file(bytearray(data), name="note.html")
    assert {finding.rule for finding in labelled.findings} == {"payment.bank.iban"}
    assert {finding.locator for finding in labelled.findings} == {"paragraph 1", "comment"}
    assert all(finding.span is None for finding in labelled.findings)

    archive = b"PK\x03\x04" + bytes(40)
    labelled = dosimeter.Classifier().scan_file(archive, name="a.zip")
    assert labelled.gaps and not labelled.is_clean
    assert labelled.gaps[0] == dosimeter.extract(archive, name="a.zip").gaps[0]


def test_time_is_limited():
    lines = b"a line of text\n" * 200_000
    assert dosimeter.extract(lines, timeout=60).gaps == ()
    assert [gap.reason for gap in dosimeter.extract(lines, timeout=0).gaps] == ["deadline"]
    with pytest.raises(ValueError, match="timeout"):
        dosimeter.extract(lines, timeout=-1)


def test_other_threads_run_during_a_scan():
    # A scan of this takes long enough for a thread that only counts to get its turns.
    text = "\n".join(f"{number} and some words that are looked at" for number in range(200_000))
    counted, done = 0, threading.Event()

    def count():
        nonlocal counted
        while not done.wait(0.001):
            counted += 1

    counter = threading.Thread(target=count)
    counter.start()
    dosimeter.scan(text)
    during = counted
    done.set()
    counter.join()
    assert during > 2


def test_threads_share_a_classifier():
    classifier = dosimeter.Classifier(key=KEY)
    expected = classifier.scan(TEXT)
    results = []
    threads = [
        threading.Thread(target=lambda: results.extend(classifier.scan(TEXT) for _ in range(300)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 2400


def scan_in_child(count):
    return [len(found) for found in dosimeter.scan_many([TEXT] * count)]


@pytest.mark.skipif(not hasattr(multiprocessing, "get_context"), reason="no processes")
def test_a_forked_process_has_threads_of_its_own():
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("no fork here")
    dosimeter.scan_many([TEXT] * 100)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map_async(scan_in_child, [50, 50]).get(timeout=60) == [[1] * 50] * 2


def test_texts_are_not_kept():
    text = f"unique {TEXT} {'x' * 100}"
    before = sys.getrefcount(text)
    found = [dosimeter.scan(text), dosimeter.scan_many([text] * 10)]
    gc.collect()
    assert sys.getrefcount(text) == before
    assert found[0]


def test_objects_can_neither_be_made_nor_changed_nor_pickled():
    [finding] = dosimeter.scan(TEXT)
    with pytest.raises(TypeError):
        dosimeter.Finding()
    with pytest.raises(AttributeError):
        finding.rule = "other"
    with pytest.raises(TypeError):
        pickle.dumps(finding)
    assert pickle.loads(pickle.dumps(finding.to_dict())) == finding.to_dict()


def test_stubs_and_module_name_the_same_things():
    stubs = (pathlib.Path(dosimeter.__file__).parent / "__init__.pyi").read_text()
    said = set(re.findall(r"^(?:def|class) (\w+)", stubs, re.M)) | {"__version__"}
    assert said == set(dosimeter.__all__)
    for block in re.split(r"^@final\n", stubs, flags=re.M)[1:]:
        name = re.match(r"class (\w+)", block).group(1)
        cls = getattr(dosimeter, name)
        stubbed = {member for member in re.findall(r"^    def (\w+)", block, re.M)}
        public = {member for member in vars(cls) if not member.startswith("_")}
        assert {member for member in stubbed if not member.startswith("_")} == public, name
        assert all(inspect.getdoc(getattr(cls, member)) for member in public), name
