#!/usr/bin/env python3
"""Makes the hostile files of this folder, and writes manifest.toml. Small ones only: the tests make larger ones.

    apt-get install zip zstd
    pip install py7zr pikepdf pyzipper msoffcrypto-tool reportlab
    python3 make.py          (after ../files/make.py)
"""

import bz2, gzip, hashlib, io, lzma, pathlib, struct, subprocess, tomllib, zipfile, zlib
from importlib.metadata import PackageNotFoundError, version

HERE = pathlib.Path(__file__).parent
FILES = HERE.parent / "files"
ENTRIES = []


# A file that is kept was made by what the manifest says, whatever is installed now.
KEPT = {entry["name"]: entry["source"] for entry in tomllib.loads((HERE / "manifest.toml").read_text()).get("file", [])}


def add(name, source, gaps, phrases=(), make=None, licence="CC0-1.0"):
    path = HERE / name
    if path.exists():
        source = KEPT.get(name, source)
    else:
        made = make()
        if made is not None:
            path.write_bytes(made)
    assert path.stat().st_size < 100_000, name
    ENTRIES.append((name, source, licence, list(phrases), sorted(gaps)))


def taken(name, source, licence, gaps, phrases=()):
    """A file of another project's test suite, for formats that nothing at hand writes."""
    def make():
        raise SystemExit(f"{name} is kept as it was taken from {source}")
    add(name, source, gaps, phrases, make, licence)


def installed(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def zipped(entries, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method, compresslevel=9) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, method)
    return file.getvalue()


# Archives.

add("bomb.zip", "Python zipfile", ["expansion_ratio"], ["aaaaaaaa"], make=lambda: zipped([("a.txt", b"a" * 30_000_000)]))
add("bomb.gz", "Python gzip", ["expansion_ratio"], ["aaaaaaaa"], make=lambda: gzip.compress(b"a" * 30_000_000, mtime=0))
def nested_bomb():
    leaf = b"\0" * 4_000_000
    inner = zipped([(f"{i}.bin", leaf) for i in range(16)])
    return zipped([(f"{i}.zip", inner) for i in range(16)])
add("bomb-nested.zip", "Python zipfile", ["expansion_size", "unsupported"], make=nested_bomb)
def deep():
    data = b"the innermost text"
    for level in range(20):
        data = zipped([("a.zip" if level else "a.txt", data)], zipfile.ZIP_STORED)
    return data
add("deep.zip", "Python zipfile", ["too_deep"], make=deep)
def overlap():
    """Two hundred directory records that all point at one local header (D. Fifield, A better zip bomb, 2019)."""
    data = zipped([("0.txt", b"overlap " * 1000)])
    end = data.index(b"PK\x05\x06")
    start = data.index(b"PK\x01\x02")
    record = data[start:end]
    records = b"".join(record.replace(b"0.txt", b"%05d" % i) for i in range(200))
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 200, 200, len(records), start, 0)
    return data[:start] + records + tail
add("overlap.zip", "by hand", ["malformed"], ["overlap overlap"], make=overlap)
def password_zip():
    subprocess.run(["zip", "-q", "-j", "-P", "heron", str(HERE / "encrypted.zip"), str(FILES / "note-utf8.txt")], check=True)
add("encrypted.zip", "Info-ZIP 3.0", ["encrypted"], ["note-utf8.txt"], make=password_zip)
def aes_zip():
    import pyzipper
    file = io.BytesIO()
    with pyzipper.AESZipFile(file, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"heron")
        archive.writestr("secret name.txt", "text")
    return file.getvalue()
add("encrypted-aes.zip", "pyzipper " + installed("pyzipper"), ["encrypted"], ["secret name.txt"], make=aes_zip)
add("truncated.zip", "first 300 bytes of ../files/streamed.zip", ["malformed"], ["HERON-4711-2290-X"], make=lambda: (FILES / "streamed.zip").read_bytes()[:300])

# Office.

def encrypted_docx():
    from msoffcrypto.format.ooxml import OOXMLFile
    file = io.BytesIO()
    OOXMLFile(open(FILES / "contract-python.docx", "rb")).encrypt("heron", file)
    return file.getvalue()
add("encrypted.docx", "msoffcrypto-tool " + installed("msoffcrypto-tool"), ["encrypted"], make=encrypted_docx)
MANIFEST = b"""<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"""
add("encrypted.odt", "by hand", ["encrypted"], make=lambda: zipped([("mimetype", b"application/vnd.oasis.opendocument.text"),
    ("META-INF/manifest.xml", MANIFEST), ("content.xml", bytes(range(256)))]))
def first(name, share):
    data = (FILES / name).read_bytes()
    return data[: int(len(data) * share)]
add("truncated.docx", "first 60 % of ../files/contract-office.docx", ["malformed"], ["The code is HERON-4711-2290-X."], make=lambda: first("contract-office.docx", 0.6))
add("truncated.xlsx", "first 70 % of ../files/customers-xlsxwriter.xlsx", ["malformed"], make=lambda: first("customers-xlsxwriter.xlsx", 0.7))
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9)) + b"]>"
add("laughs.xml", "by hand", ["unsupported"], ["needle 1"], make=lambda: b'<?xml version="1.0"?>' + LAUGHS + b"<x>needle 1 &j;</x>")
W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
def document(body, before=b""):
    return zipped([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", before + b"<w:document " + W + b"><w:body>" + body + b"</w:body></w:document>")])
add("laughs.docx", "by hand", ["unsupported"], ["needle 2"], make=lambda: document(b"<w:p><w:r><w:t>needle 2 &j;</w:t></w:r></w:p>", LAUGHS))
add("deep.docx", "by hand", [], ["needle 3"], make=lambda: document(b"<w:p>" * 200_000 + b"<w:t>needle 3</w:t>" + b"</w:p>" * 200_000))
add("attributes.docx", "by hand", [], ["needle 4"], make=lambda: document(b"<w:p " + b" ".join(b"a%d='%d'" % (i, i) for i in range(20_000)) + b"><w:t>needle 4</w:t></w:p>"))
def workbook(sheet, strings=b"<sst/>"):
    return zipped([("xl/workbook.xml", b'<workbook xmlns:r="r"><sheets><sheet name="S" r:id="r1"/></sheets></workbook>'),
        ("xl/_rels/workbook.xml.rels", b'<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'),
        ("xl/sharedStrings.xml", strings), ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>" + sheet + b"</sheetData></worksheet>")])
add("far-cell.xlsx", "by hand", [], ["needle 5", "needle 6"], make=lambda: workbook(b'<row r="1"><c r="A1" t="inlineStr"><is><t>needle 5</t></is></c></row><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>needle 6</t></is></c></row>'))
add("shared-string.xlsx", "by hand", ["text_cut"], ["bbbbbbbb"], make=lambda: workbook(b'<row r="1"><c t="s"><v>0</v></c></row>' * 1000, b"<sst><si><t>" + b"b" * 1_000_000 + b"</t></si></sst>"))

# Text formats.

add("deep.json", "by hand", [], ["needle 7"], make=lambda: b"[" * 40_000 + b'"needle 7"' + b"]" * 40_000)
add("deep.html", "by hand", [], ["needle 8"], make=lambda: b"<html>" + b"<div>" * 15_000 + b"needle 8")
add("deep.xml", "by hand", [], ["needle 9"], make=lambda: b"<?xml version='1.0'?>" + b"<a>" * 10_000 + b"needle 9" + b"</a>" * 10_000)
HEAD = b"From: a@heron.example\r\nTo: b@heron.example\r\nSubject: deep\r\nMIME-Version: 1.0\r\n"
def multiparts():
    return HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(1500)) + b"Content-Type: text/plain\r\n\r\nneedle 10\r\n"
add("deep-multipart.eml", "by hand", [], ["needle 10"], make=multiparts)
add("deep-forwarded.eml", "by hand", ["too_deep"], ["needle 11"], make=lambda: HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 1500 + b"Subject: x\r\n\r\nneedle 11\r\n")

# PDF.

def pdf(objects, trailer=b"/Root 1 0 R"):
    """Objects are numbered from 1."""
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, xref)
def stream(data, extra=b"", compress=True):
    if compress:
        data, extra = zlib.compress(data, 9), extra + b" /Filter /FlateDecode"
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), extra, data)
def page_pdf(content, resources=b"", extra=()):
    return pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F 5 0 R >> %s >> >>" % resources,
                content, b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", *extra])
SHOW = b"BT /F 12 Tf 72 700 Td (needle %d) Tj ET "
# As LibreOffice writes it since 24.2: the whole package as one entry.
add("encrypted-whole.odt", "by hand", ["encrypted"], make=lambda: zipped([("mimetype", b"application/vnd.oasis.opendocument.text"),
    ("encrypted-package", bytes(range(256))), ("META-INF/manifest.xml", b'<manifest:manifest><manifest:file-entry manifest:full-path="encrypted-package">'
     b'<manifest:encryption-data/></manifest:file-entry></manifest:manifest>')]))
def key_store():
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=heron",
                    "-keyout", "/tmp/heron.key", "-out", "/tmp/heron.crt"], check=True, stderr=subprocess.DEVNULL)
    subprocess.run(["openssl", "pkcs12", "-export", "-inkey", "/tmp/heron.key", "-in", "/tmp/heron.crt", "-passout", "pass:heron", "-out", str(HERE / "encrypted.p12")], check=True)
add("encrypted.p12", "OpenSSL 3", ["encrypted"], make=key_store)
def encrypted_pdf(revision):
    def make():
        import pikepdf
        file = io.BytesIO()
        with pikepdf.open(FILES / "report-reportlab.pdf") as document:
            document.save(file, encryption=pikepdf.Encryption(owner="o", user="heron", R=revision, aes=revision > 3, metadata=revision > 3))
        return file.getvalue()
    return make
for revision in (3, 4, 6):
    add(f"encrypted-r{revision}.pdf", "pikepdf " + installed("pikepdf"), ["encrypted"], make=encrypted_pdf(revision))
add("truncated.pdf", "first 70 % of ../files/report-reportlab.pdf", ["malformed"], make=lambda: first("report-reportlab.pdf", 0.7))
add("page-loop.pdf", "by hand", ["malformed"], ["needle 20"], make=lambda: pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R 2 0 R 4 0 R] /Count 3 >>",
    b"<< /Type /Pages /Kids [2 0 R] >>", b"<< /Type /Page /Contents 5 0 R /Resources << /Font << /F 6 0 R >> >> >>", stream(SHOW % 20), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]))
add("q-stack.pdf", "by hand", [], ["needle 21"], make=lambda: page_pdf(stream(b"q " * 1_900_000 + SHOW % 21)))
add("form-recursion.pdf", "by hand", ["too_deep"], ["needle 22"], make=lambda: page_pdf(stream(SHOW % 22 + b"/X Do"), b"/XObject << /X 6 0 R >>", [stream(b"/X Do", b"/Type /XObject /Subtype /Form /Resources << /XObject << /X 6 0 R >> >>")]))
add("flate-bomb.pdf", "by hand", ["expansion_ratio"], make=lambda: page_pdf(stream(b" " * 30_000_000)))
add("object-stream-bomb.pdf", "by hand", ["expansion_size"], make=lambda: pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>", stream(b"3 0 " + b" " * 40_000_000, b"/Type /ObjStm /N 1 /First 4")]))
add("object-stream-nodes.pdf", "by hand", ["too_many_entries"], make=lambda: pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>", stream(b"9 0 [" + b"0 " * 13_000_000 + b"]", b"/Type /ObjStm /N 1 /First 4")]))
add("deep-array.pdf", "by hand", ["malformed"], make=lambda: pdf([b"[" * 40_000 + b"]" * 40_000]))
def wide_xref():
    """A cross-reference stream that says its fields are a terabyte wide."""
    plain = page_pdf(stream(SHOW % 24))
    body = plain[: plain.index(b"xref\n")]
    xref = b"6 0 obj\n" + stream(b"\0" * 64, b"/Type /XRef /Size 99999999 /W [1099511627776 1099511627776 1099511627776] /Index [0 99999999] /Root 1 0 R") + b"\nendobj\n"
    return body + xref + b"startxref\n%d\n%%%%EOF\n" % len(body)
add("wide-xref.pdf", "by hand", [], ["needle 24"], make=wide_xref)
def repeated_objects():
    """Ten thousand table entries that all name one large array."""
    body = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    large = len(body)
    body += b"3 0 obj\n[" + b"0 " * 5000 + b"]\nendobj\n"
    entries = b"%010d 00000 n \n" % large * 4000
    return body + b"xref\n0 1\n0000000000 65535 f \n1 2\n0000000009 00000 n \n0000000058 00000 n \n3 4000\n" + entries + b"trailer\n<< /Size 4003 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
add("repeated-objects.pdf", "by hand", ["too_many_entries"], make=repeated_objects)
def picture_pdf():
    from reportlab.pdfgen import canvas
    file = io.BytesIO()
    page = canvas.Canvas(file, invariant=True)
    page.drawString(72, 720, "needle 23")
    page.drawImage(str(FILES / "picture.png"), 72, 500)
    page.save()
    return file.getvalue()
add("picture.pdf", "reportlab " + installed("reportlab"), ["image_not_read"], ["needle 23"], make=picture_pdf)
NO_MEANING = b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>"
add("no-meaning.pdf", "by hand", ["unsupported"], make=lambda: page_pdf(stream(b"BT /G 12 Tf 72 700 Td <00010002000300040005> Tj ET"), b"", [NO_MEANING]).replace(b"/Font << /F 5 0 R >>", b"/Font << /G 6 0 R >>"))

# Other compressions, archives and Office formats.
ZEROS = bytes(200_000_000)
add("bomb.bz2", "Python bz2", ["expansion_ratio", "unsupported"], make=lambda: bz2.compress(ZEROS))
add("bomb.xz", "Python lzma", ["expansion_ratio", "unsupported"], make=lambda: lzma.compress(ZEROS))
add("bomb.zst", "zstd 1.5", ["expansion_ratio", "unsupported"], make=lambda: subprocess.run(["zstd", "-q", "-19", "-c"], input=ZEROS, capture_output=True).stdout)
# XZ within XZ: each level is modest, all together are not.
add("bomb-nested.bz2", "Python bz2", ["expansion_ratio", "unsupported"], make=lambda: bz2.compress(bz2.compress(bytes(1_000_000_000))))
def sevenz_bomb():
    import py7zr
    file = io.BytesIO()
    with py7zr.SevenZipFile(file, "w") as archive:
        archive.writestr(ZEROS, "zeros")
    return file.getvalue()
add("bomb.7z", "py7zr 1.1", ["expansion_size", "unsupported"], make=sevenz_bomb)
def sevenz_encrypted(header):
    import py7zr
    file = io.BytesIO()
    with py7zr.SevenZipFile(file, "w", password="secret", header_encryption=header) as archive:
        archive.writestr("needle", "needle.txt")
    return file.getvalue()
add("encrypted.7z", "py7zr 1.1", ["encrypted"], make=lambda: sevenz_encrypted(False))
add("encrypted-names.7z", "py7zr 1.1", ["encrypted"], make=lambda: sevenz_encrypted(True))
RARFILE = "rarfile 4.5, test/files/"
taken("encrypted-4.rar", RARFILE + "rar3-comment-psw.rar", "ISC", ["encrypted"])
taken("encrypted-4-names.rar", RARFILE + "rar3-comment-hpsw.rar", "ISC", ["encrypted"])
taken("encrypted-5.rar", RARFILE + "rar5-psw.rar", "ISC", ["encrypted"])
taken("encrypted-5-names.rar", RARFILE + "rar5-hpsw.rar", "ISC", ["encrypted"])
POI = "Apache POI 4.0.1, test-data/"
taken("encrypted.doc", POI + "document/PasswordProtected.doc", "Apache-2.0", ["encrypted"])
taken("encrypted.ppt", POI + "slideshow/Password_Protected-hello.ppt", "Apache-2.0", ["encrypted"])
taken("encrypted.xls", POI + "spreadsheet/xor-encryption-abc.xls", "Apache-2.0", ["encrypted"])
add("deep.rtf", "by hand", ["malformed"], ["needle 40"], make=lambda: b"{\\rtf1 needle 40" + b"{" * 90_000)

quote = lambda value: '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
manifest = ["# Written by make.py. `gaps` are all that the file must leave; `phrases` must be found all the same.", ""]
for name, source, licence, phrases, gaps in sorted(ENTRIES):
    manifest += ["[[file]]", f"name    = {quote(name)}", f"sha256  = {quote(hashlib.sha256((HERE / name).read_bytes()).hexdigest())}",
                 f"source  = {quote(source)}", f"licence = {quote(licence)}",
                 "phrases = [" + ", ".join(map(quote, phrases)) + "]", "gaps    = [" + ", ".join(map(quote, gaps)) + "]", ""]
(HERE / "manifest.toml").write_text("\n".join(manifest))
