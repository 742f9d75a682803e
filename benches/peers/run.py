"""Other tools and ours on the same files in the same run, by CPU time.

Usage: run.py HOME BENCH DOSIMETER [--out FILE] [--rounds N] [--quick]

HOME is where peers.sh has installed the others. Tools that are not there are skipped, and said to be.

Programs are measured as a user runs them, by the CPU time of the process and its children less that
for an empty file; engines that are libraries by the time of the thread around the scan alone. All
take turns, the best round counts. Slow tools are given the beginning of a file: figures are per byte.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

CORPORA = ["prose", "code", "json", "csv"]
MIB = 1 << 20
# How much of each file a tool is given: about as much as it reads in a few seconds.
BYTES = {
    "dosimeter": 64 * MIB,
    "kingfisher": 32 * MIB,
    "gitleaks": 4 * MIB,
    "detect-secrets": MIB,
    "presidio": MIB // 16,
    "dd-sds": MIB // 16,
    "library": 8 * MIB,
}


def main():
    words = sys.argv[1:]
    option = lambda name, default: words[words.index(name) + 1] if name in words else default
    home, bench, dosimeter = (pathlib.Path(word).resolve() for word in words[:3])
    rounds = int(option("--rounds", "3"))
    out = option("--out", None)
    divisor = 8 if "--quick" in words else 1
    sizes = {tool: size // divisor for tool, size in BYTES.items()}
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        files = corpora(bench, scratch, max(sizes.values()) // MIB)
        export(bench, scratch)
        rows = programs(tools(home, dosimeter, scratch), files, sizes, scratch, rounds)
        rows += libraries(home, bench, files, sizes["library"], scratch, rounds)
        rows += start(dosimeter, scratch)
    if out:
        with open(out, "a") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)


def row(harness, subject, engine, rules, figure, value):
    return {
        "harness": harness,
        "subject": subject,
        "engine": engine,
        "rules": rules,
        "figure": figure,
        "value": float(f"{value:.3e}"),
    }


def corpora(bench, scratch, mib):
    command = [bench, "corpora", scratch, *CORPORA, "--mib", str(max(mib, 1))]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return {name: (scratch / f"{name}.txt").read_bytes() for name in CORPORA}


def export(bench, scratch):
    """Our rules and the generated ones, for engines that bring none."""
    rules = subprocess.run([bench, "export"], check=True, stdout=subprocess.PIPE).stdout
    (scratch / "rules.tsv").write_bytes(rules)


def beginning(text, size):
    """The first lines of a text, about so many bytes of it."""
    return text[: text.rfind(b"\n", 0, size) + 1]


def tools(home, dosimeter, scratch):
    """The command line of each program that is installed."""
    venv = home / "venv" / "bin"
    here = pathlib.Path(__file__).resolve().parent
    report = str(scratch / "report")
    # A directory of its own each time would hide that the compiled rules are kept: let it keep them.
    commands = {
        "dosimeter": (
            dosimeter,
            ["scan", "--quiet", "--format", "jsonl", "--threads", "1", "--max-file-mb", "100"],
        ),
        "kingfisher": (
            venv / "kingfisher",
            ["scan", "--no-validate", "--jobs", "1", "--no-update-check", "--git-history", "none",
             "--format", "jsonl", "--output", report],
        ),
        "gitleaks": (
            home / "gitleaks" / "usr" / "bin" / "gitleaks",
            ["dir", "--no-banner", "--report-format", "json", "--report-path", report],
        ),
        "detect-secrets": (venv / "detect-secrets", ["scan", "--all-files", "--no-verify"]),
        "presidio": (venv / "python", [here / "presidio.py"]),
        "dd-sds": (home / "dd-sds", [scratch / "rules.tsv"]),
    }
    found = {}
    for name, (program, arguments) in commands.items():
        if program.exists() and (name != "presidio" or has_presidio(program)):
            found[name] = [program, *arguments]
        else:
            print(f"skipped: {name} is not installed")
    return found


def has_presidio(python):
    command = [python, "-c", "import presidio_analyzer, spacy"]
    return subprocess.run(command, capture_output=True).returncode == 0


def cost(command, scratch, stdin=None):
    """CPU seconds and the most memory in MB of a program and its children."""
    key = pathlib.Path(tempfile.gettempdir()) / "dosimeter-bench-key"
    environment = os.environ | {"GOMAXPROCS": "1", "DOSIMETER_KEY_FILE": str(key)}
    with open(stdin or os.devnull, "rb") as source:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=source,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            # Some look at nothing outside of where they are started.
            cwd=scratch,
        )
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def programs(found, files, sizes, scratch, rounds):
    empty = scratch / "empty.txt"
    empty.write_bytes(b"")
    rows = []
    starts = {}
    for name, command in found.items():
        starts[name] = min(cost([*command, empty.name], scratch)[0] for _ in range(3))
    print("\nStart-up, CPU seconds: " + ", ".join(f"{name} {cpu:.3f}" for name, cpu in starts.items()))
    rows += [row("peers", "empty", name, 0, "start_up_seconds", cpu) for name, cpu in starts.items()]
    print(f"\n{'MB/s':<10}" + "".join(f"{name:>16}" for name in found))
    for corpus, text in files.items():
        parts = {}
        for name in found:
            parts[name] = scratch / f"{corpus}-{name}.txt"
            parts[name].write_bytes(beginning(text, sizes[name]))
        best = dict.fromkeys(found, float("inf"))
        for _ in range(rounds):
            for name, command in found.items():
                best[name] = min(best[name], cost([*command, parts[name].name], scratch)[0])
        speeds = {}
        for name, cpu in best.items():
            # Less than the clock can tell is no figure to divide by.
            speeds[name] = parts[name].stat().st_size / max(cpu - starts[name], 1e-3) / 1e6
            rows.append(row("peers", corpus, name, 0, "mb_per_s", speeds[name]))
            if name != "dosimeter":
                rows.append(row("peers", corpus, name, 0, "times_slower", speeds["dosimeter"] / speeds[name]))
            parts[name].unlink()
        print(f"{corpus:<10}" + "".join(f"{speeds[name]:>16.3f}" for name in found))
        print(f"{'':<10}" + "".join(f"{speeds['dosimeter'] / speeds[name]:>15.1f}x" for name in found))
    return rows


def libraries(home, bench, files, size, scratch, rounds):
    """Our engine and Hyperscan or Vectorscan, both with our rules and the generated ones."""
    rules = scratch / "rules.tsv"
    count = len(rules.read_bytes().splitlines())
    paths = []
    for corpus, text in files.items():
        paths.append(scratch / f"{corpus}-part.txt")
        paths[-1].write_bytes(beginning(text, size))
    rows = []
    for engine in ["hyperscan", "vectorscan"]:
        program = home / f"hs-{engine}"
        if not program.exists():
            print(f"skipped: {engine} is not installed")
            continue
        lines = subprocess.run(
            [program, str(rounds), rules, *paths], check=True, capture_output=True, text=True
        ).stdout.splitlines()
        product = 1.0
        for corpus, path, line in zip(files, paths, lines):
            length, whole, by_line, matches, _, taken, refused, compiling = map(float, line.split())
            ours = measure_ours(bench, path, count, rounds)
            if corpus == "prose":
                print(f"\n{engine}: takes {taken:.0f} of {count} rules, compiles them in {compiling:.1f} s")
                rows.append(row("peers", "rules", engine, count, "rules_refused", refused))
                rows.append(row("peers", "rules", engine, count, "compile_seconds", compiling))
            theirs = {"whole": length / whole / 1e9, "lines": length / by_line / 1e9}
            for kind in theirs:
                times = ours[kind] / theirs[kind]
                rows.append(row("peers", corpus, f"{engine}-{kind}", count, "gb_per_s", theirs[kind]))
                rows.append(row("peers", corpus, f"{engine}-{kind}", count, "times_slower", times))
                print(f"{corpus:<8} {kind}: {theirs[kind]:.4f} GB/s, ours {ours[kind]:.4f} GB/s, {times:.1f}x")
            product *= ours["whole"] / theirs["whole"]
        mean = product ** (1 / len(paths))
        rows.append(row("peers", "geometric-mean", f"{engine}-whole", count, "times_slower", mean))
        print(f"geometric mean over {', '.join(files)}: {mean:.1f}x")
    return rows


def measure_ours(bench, path, rules, rounds):
    speeds = {}
    for kind, flag in [("whole", []), ("lines", ["--lines"])]:
        command = [bench, "scan", path, "--rules", str(rules), "--repeat", str(max(rounds, 3)), *flag]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        speeds[kind] = float(output.split("GB/s")[0].split()[-1])
    return speeds


def start(dosimeter, scratch):
    """`dosimeter scan -` on one line: the whole process."""
    line = scratch / "line.txt"
    line.write_bytes(b"see you at the station at seven\n")
    costs = [cost([dosimeter, "scan", "-"], scratch, line) for _ in range(20)]
    cpu, memory = min(cpu for cpu, _ in costs) * 1000, min(memory for _, memory in costs)
    print(f"\ndosimeter scan - on one line: {cpu:.1f} ms of CPU, {memory:.1f} MB resident")
    return [
        row("start", "one-line", "dosimeter", 0, "milliseconds", cpu),
        row("start", "one-line", "dosimeter", 0, "resident_mb", memory),
    ]


if __name__ == "__main__":
    main()
