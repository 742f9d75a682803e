"""Many short texts through the wheel, and the same texts through the Rust crate, in turns.

    cargo build --release -p dosimeter --features rayon --example throughput
    maturin build --release -m crates/python/Cargo.toml && pip install target/wheels/dosimeter-*.whl
    python crates/python/benches/throughput.py target/release/examples/throughput [COUNT [ROUNDS]]

The texts are drawn with a fixed seed: sentences of 4 to 24 words, one in fifty with a value in it. Both
sides take turns, and the best round of each counts, which leaves out most of what else runs.

``by the clock`` is seconds until all results are there. ``by the core`` is what the same work would take
on idle cores: the time that the calling thread was on a core, in which nobody else has work to do, plus
that of all others divided by their number. It does not depend on what else the machine does.
"""

import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import dosimeter

ROOT = pathlib.Path(__file__).parents[3]


def texts(count):
    words = (ROOT / "benches/texts/vocabulary.txt").read_text().split()
    draw = random.Random(20261121)

    def digits(length):
        return "".join(str(draw.randrange(10)) for _ in range(length))

    def card():
        body = "4" + digits(14)
        doubled = [sum(divmod(int(digit) * 2, 10)) for digit in body[::2]]
        total = sum(doubled) + sum(int(digit) for digit in body[1::2])
        return body + str(-total % 10)

    values = (
        lambda: f"card {card()}",
        lambda: f"mail {draw.choice(words).lower()}.{digits(3)}@larkfield.io",
        lambda: f"call +49 30 {digits(4)} {digits(4)}",
        lambda: f"password: {digits(4)}aX!{digits(5)}",
    )
    for _ in range(count):
        text = " ".join(draw.choices(words, k=draw.randint(4, 24)))
        yield f"{text} {draw.choice(values)()}" if draw.random() < 0.02 else text


def rust(program, file):
    """Seconds by the clock, of the calling thread, of the whole process; findings."""
    run = subprocess.run([program, file, "1"], check=True, capture_output=True, text=True)
    clock, thread, process, findings = run.stdout.split()
    return float(clock), float(thread), float(process), int(findings)


def python(classifier, given):
    """Seconds by the clock, of the calling thread, of the whole process; findings."""
    clock, thread, process = time.perf_counter(), time.thread_time(), time.process_time()
    found = classifier.scan_many(given)
    took = (
        time.perf_counter() - clock,
        time.thread_time() - thread,
        time.process_time() - process,
    )
    return *took, sum(map(len, found))


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    cores = int(os.environ.get("RAYON_NUM_THREADS") or len(os.sched_getaffinity(0)))
    given = list(texts(count))
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(given) + "\n")
        file.flush()
        classifier = dosimeter.Classifier()
        python(classifier, given)
        ours, theirs = [], []
        for _ in range(rounds):
            theirs.append(rust(program, file.name))
            ours.append(python(classifier, given))
    assert ours[0][3] == theirs[0][3], "both must find the same"

    def by_core(figures):
        return min(thread + (process - thread) / cores for _, thread, process, _ in figures)

    def by_clock(figures):
        return min(clock for clock, *_ in figures)

    share = min(thread / process for _, thread, process, _ in ours)
    size = sum(len(text) for text in given) / count
    print(f"{count} texts of {size:.0f} characters on average, {ours[0][3]} findings, {cores} cores")
    print(f"{'':<14}{'Rust, s':>10}{'Python, s':>12}{'Python/Rust':>14}")
    for name, one, other in (
        ("by the clock", by_clock(theirs), by_clock(ours)),
        ("by the core", by_core(theirs), by_core(ours)),
    ):
        print(f"{name:<14}{one:>10.3f}{other:>12.3f}{100 * one / other:>12.0f} %")
    print(f"{100 * share:.0f} % of Python's processor time is the calling thread's")


if __name__ == "__main__":
    main()
