#!/usr/bin/env python3
"""Makes `*.xz` from Adobe's CMap resources: what each character of a collection is in Unicode.

    python3 make.py /usr/share/poppler/cMap     # Debian's package poppler-data holds the resources

Source: https://github.com/adobe-type-tools/mapping-resources-pdf (BSD-3-Clause, Copyright 1990-2023 Adobe),
the maps Adobe-*-UCS2, which say of a CID what it is, with what vertical and half-width forms stand for.

A file is the texts of the CIDs from 0 on as UTF-8, each ended by a line feed, compressed with XZ.
"""
import lzma
import pathlib
import re
import sys

COLLECTIONS = ["Japan1", "GB1", "CNS1", "Korea1", "KR"]


def text(digits):
    return bytes.fromhex(digits).decode("utf-16-be")


def read(source):
    """The texts by CID."""
    texts = {}
    for block in re.findall(r"beginbfrange(.*?)endbfrange", source, re.S):
        for first, last, target in re.findall(r"<(\w+)>\s*<(\w+)>\s*(<\w+>|\[.*?\])", block, re.S):
            first, last = int(first, 16), int(last, 16)
            if target.startswith("["):
                for cid, digits in enumerate(re.findall(r"<(\w+)>", target), first):
                    texts[cid] = text(digits)
            else:
                start = text(target[1:-1])
                for cid in range(first, last + 1):
                    texts[cid] = start[:-1] + chr(ord(start[-1]) + cid - first)
    for block in re.findall(r"beginbfchar(.*?)endbfchar", source, re.S):
        for cid, digits in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            texts[int(cid, 16)] = text(digits)
    return texts


def main():
    root = pathlib.Path(sys.argv[1])
    for name in COLLECTIONS:
        texts = read((root / f"Adobe-{name}" / f"Adobe-{name}-UCS2").read_text("ascii"))
        # U+FFFD is how the resources say that there is nothing.
        lines = (texts.get(cid, "").replace("\ufffd", "") for cid in range(max(texts) + 1))
        raw = "".join(f"{line}\n" for line in lines).encode()
        filters = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 18}]
        packed = lzma.compress(raw, lzma.FORMAT_XZ, lzma.CHECK_CRC32, filters=filters)
        (pathlib.Path(__file__).parent / f"{name.lower()}.xz").write_bytes(packed)


main()
