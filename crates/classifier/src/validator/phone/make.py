"""Writes metadata.tsv from the metadata of libphonenumber, as rlibphonenumber carries it.

    python3 make.py ~/.cargo/registry/src/*/rlibphonenumber-*/src/generated/metadata/metadata.bin > metadata.tsv

Fields are numbered in resources/phonemetadata.proto of the same crate.
"""

import sys

HEADER = """\
# Telephone numbers of the world: the metadata of libphonenumber (Apache-2.0, Copyright The Libphonenumber
# Authors; https://github.com/google/libphonenumber) as rlibphonenumber 2.2.15 carries it. Made by make.py.
#
# region   id, country code
# leading  what the numbers of this region begin with
# prefix   what is dialled in front within the country; what a transformation makes of it
# general  possible lengths; lengths within an area; pattern
# type     lengths if not those of `general`; pattern"""

# Fixed, mobile, toll free, premium, shared cost, personal, VoIP, pager, UAN, voicemail.
TYPES = {2, 3, 4, 5, 6, 7, 8, 21, 25, 28}
GENERAL, ID, CODE, PREFIX, TRANSFORMATION, MAIN, LEADING = 1, 9, 10, 15, 16, 22, 23


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        value, at = varint(data, at)
        if key & 7 == 2:
            value, at = data[at : at + value], at + value
        yield key >> 3, value


def numbers(value):
    """Repeated numbers, packed or not; -1 says that there is none."""
    values, at = [], 0
    while not isinstance(value, int) and at < len(value):
        number, at = varint(value, at)
        values.append(number)
    values = [value] if isinstance(value, int) else values
    return [number for number in values if number < 1 << 63], len(values)


def bare(pattern):
    """A pattern without the anchors that the crate adds."""
    assert pattern.startswith("^(?:") and pattern.endswith(")$")
    return pattern[4:-2]


def description(data):
    pattern, lens, local, given = None, [], [], 0
    for field, value in fields(data):
        if field == 2:
            pattern = bare(value.decode())
        elif field == 9:
            more, count = numbers(value)
            lens, given = lens + more, given + count
        elif field == 10:
            local += numbers(value)[0]
    exists = pattern is not None and (lens or not given)
    return exists, ",".join(map(str, lens)), ",".join(map(str, local)), pattern


def region(data):
    read = {"types": [], "main": False}
    for field, value in fields(data):
        if field in TYPES:
            exists, lens, _, pattern = description(value)
            if exists and (lens, pattern) not in read["types"]:
                read["types"].append((lens, pattern))
        elif field == GENERAL:
            read["general"] = description(value)[1:]
        elif field in (CODE, MAIN):
            read[field] = value
        elif field in (ID, PREFIX, TRANSFORMATION, LEADING):
            read[field] = value.decode()
    return read


def lines(read):
    yield "region", read[ID], str(read[CODE])
    if read.get(LEADING):
        yield "leading", bare(read[LEADING])
    if read.get(PREFIX):
        yield ("prefix", bare(read[PREFIX]), *filter(None, [read.get(TRANSFORMATION)]))
    yield "general", *read["general"]
    for lens, pattern in read["types"]:
        yield "type", lens, pattern


def main():
    with open(sys.argv[1], "rb") as file:
        regions = [region(value) for _, value in fields(file.read())]
    # The sort is stable: regions that share a code stay in their order, behind the main one.
    regions.sort(key=lambda read: (read[CODE], not read.get(MAIN)))
    print(HEADER)
    for read in regions:
        for line in lines(read):
            print("\t".join(line))


main()
