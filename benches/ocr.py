#!/usr/bin/env python3
"""Draws phrases in several fonts, sizes and looks, has text recognition read them, and counts what is read.

    pip install pillow                              # draws; the fonts are those of fonts-dejavu
    cargo build -p dosimeter-sandbox --example pictures
    benches/ocr.py target/debug/examples/pictures

A phrase is read if all of its characters come back, spaces aside. Values are drawn at random from a fixed seed.
"""

import collections, io, pathlib, random, resource, subprocess, sys, tempfile
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FOLDER = "/usr/share/fonts/truetype/dejavu"
FONTS = ["DejaVuSans", "DejaVuSerif", "DejaVuSansMono"]
SIZES = [10, 12, 14, 18, 24, 32]
# Paper and ink.
LOOKS = {
    "plain": ((255, 255, 255), (0, 0, 0)),
    "dark": ((30, 30, 46), (220, 220, 220)),
    "pale": ((255, 255, 255), (150, 150, 150)),
    "jpeg": ((255, 255, 255), (20, 20, 20)),
    "tilted": ((255, 255, 255), (0, 0, 0)),
    "photographed": ((235, 228, 210), (40, 40, 60)),
}
WORDS = "please send the invoice to our office in the morning before noon and call back when it is there".split()


def phrase(draw):
    digits = lambda count: "".join(draw.choice("0123456789") for _ in range(count))
    fours = lambda text: " ".join(text[at:at + 4] for at in range(0, len(text), 4))
    code = "".join(draw.choice("abcdefghkmnpqrstuvwxyz23456789") for _ in range(12))
    return draw.choice([fours(digits(16)), fours("DE" + digits(20)), "ref-" + code])


def picture(draw, font, size, look, value):
    paper, ink = LOOKS[look]
    lines = [" ".join(draw.sample(WORDS, 8)), f"The value is {value}", " ".join(draw.sample(WORDS, 8))]
    font = ImageFont.truetype(f"{FOLDER}/{font}.ttf", size)
    width = int(size * 0.62 * max(map(len, lines))) + 60
    image = Image.new("RGB", (width, int(size * 4.8) + 60), paper)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((25, 25 + number * size * 1.6), line, font=font, fill=ink)
    if look == "tilted":
        image = image.rotate(2, expand=True, fillcolor=paper, resample=Image.BICUBIC)
    if look == "photographed":
        # Out of focus, with grain, and darker to one side.
        image = image.filter(ImageFilter.GaussianBlur(0.6))
        pixels = image.load()
        for y in range(image.height):
            for x in range(image.width):
                off = draw.randint(-18, 18) - int(40 * x / image.width)
                pixels[x, y] = tuple(max(0, min(255, level + off)) for level in pixels[x, y])
    file = io.BytesIO()
    compressed = look in ("jpeg", "photographed")
    image.save(file, *(["JPEG"] if compressed else ["PNG"]), **({"quality": 60} if compressed else {}))
    return file.getvalue()


def main(program):
    draw = random.Random(7)
    # Read, missed with a gap, missed without one; by font, size and look.
    counts = collections.defaultdict(collections.Counter)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "picture"
        for font in FONTS:
            for size in SIZES:
                for look in LOOKS:
                    value = phrase(draw)
                    path.write_bytes(picture(draw, font, size, look, value))
                    said = subprocess.run([program, path], capture_output=True, text=True, check=True).stdout
                    is_read = value.replace(" ", "") in said.replace(" ", "").replace("\n", "")
                    outcome = "read" if is_read else "missed, gap" if "image_unclear" in said else "missed"
                    for key in ("all", font, f"{size} px", look):
                        counts[key][outcome] += 1
                        counts[key]["gap although read"] += is_read and "image_unclear" in said
    print("| | phrases | read | missed with a gap | missed without | gap although read |\n|---|---|---|---|---|---|")
    for key, count in counts.items():
        all_of = count["read"] + count["missed, gap"] + count["missed"]
        print(f"| {key} | {all_of} | {count['read']} | {count['missed, gap']} | {count['missed']} | {count['gap although read']} |")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    each = (used.ru_utime + used.ru_stime) / sum(counts["all"][key] for key in ("read", "missed, gap", "missed"))
    print(f"\nprocessor time for each picture, with starting twice (languages, picture): {each:.2f} s")
    print(f"largest process: {used.ru_maxrss // 1024} MiB")


main(sys.argv[1])
