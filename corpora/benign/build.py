#!/usr/bin/env python3
"""Builds the benign corpus: text in which nothing sensitive should be found.

Fetches the releases that sources.json pins with pip, checks each archive by its SHA-256, and unpacks
the UTF-8 texts of the wanted folders, each file once and none longer than 256 KiB. The result depends
on sources.json alone. `--sample` writes the small part that the repository keeps.

Usage: build.py FOLDER [--sample FOLDER]        (started by `cargo xtask corpora`)
"""

import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
FILE_BYTES_MAX = 256 * 1024
TOTAL_BYTES_MIN = 20_000_000
# Whoever is named in a release with an address is a real person, and has no place in a corpus.
ADDRESS = re.compile(r"[\w.+-]+@(?!example\b)[\w-]+\.[a-z]{2,}")


def fetch(source, folder):
    """The archive of a source, which pip downloads unless it is there."""
    path = folder / source["archive"]
    if not path.exists():
        wanted = f"{source['project']}=={source['version']}"
        options = ["--quiet", "--no-deps", "--no-binary", source["project"], "--dest", str(folder)]
        subprocess.run([sys.executable, "-m", "pip", "download", *options, wanted], check=True)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != source["sha256"]:
        sys.exit(f"{source['archive']}: SHA-256 is {digest}, not what sources.json pins")
    return path


def texts(source, archive):
    """Name and text of each wanted file, by name."""
    with tarfile.open(archive) as opened:
        members = sorted((m for m in opened.getmembers() if m.isfile()), key=lambda m: m.name)
        for member in members:
            name = member.name.split("/", 1)[-1]
            if member.size > FILE_BYTES_MAX or not name.startswith(tuple(source["keep"])):
                continue
            data = opened.extractfile(member).read()
            if b"\0" in data or not data.strip():
                continue
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                continue
            if not ADDRESS.search(text):
                yield name, text


def flat(name):
    return name.replace("/", "__")


def write(folder, name, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / flat(name)).write_text(text, encoding="utf-8", newline="")
    return len(text.encode())


def sample(source, kept, folder):
    """Every so many files, small ones, up to the share of the source."""
    small = [(name, text) for name, text in kept if 400 <= len(text) <= 24 * 1024]
    budget = source["sample_kib"] * 1024
    step = max(1, sum(len(text) for _, text in small) // budget)
    taken = 0
    for name, text in small[::step]:
        size = len(text.encode())
        if taken + size > budget:
            break
        taken += write(folder / source["project"], name, text)
    return taken


def main(arguments):
    out = pathlib.Path(arguments[0])
    kept_folder = pathlib.Path(arguments[2]) if arguments[1:2] == ["--sample"] else None
    downloads = out / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    total, seen = 0, set()
    for source in json.loads((HERE / "sources.json").read_text()):
        kept = []
        for name, text in texts(source, fetch(source, downloads)):
            digest = hashlib.sha256(text.encode()).digest()
            if digest not in seen:
                seen.add(digest)
                kept.append((name, text))
        size = sum(write(out / "texts" / source["project"], name, text) for name, text in kept)
        total += size
        print(f"{source['project']:12} {len(kept):6} files {size / 1e6:8.1f} MB  {source['what']}")
        if kept_folder:
            sample(source, kept, kept_folder)
    print(f"{'':12} {len(seen):6} files {total / 1e6:8.1f} MB")
    if total < TOTAL_BYTES_MIN:
        sys.exit("the corpus is smaller than it should be")


main(sys.argv[1:])
