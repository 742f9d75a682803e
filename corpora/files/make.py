#!/usr/bin/env python3
"""Makes the files of this folder with other people's software, and writes manifest.toml.

All names, numbers and addresses are invented. The files are committed, so this runs only to add one:

    apt-get install libreoffice-writer libreoffice-calc libreoffice-impress ghostscript chromium zip qpdf
    apt-get install zstd lz4
    pip install xlwt pycdlib py7zr fastavro cramjam pyarrow python-docx openpyxl XlsxWriter python-pptx reportlab fpdf2 pikepdf pillow pyzipper
    python3 make.py

A file that exists already is kept, so that the others keep their checksums: delete one to remake it.
Versions that made the committed files stand in the manifest.
"""

import gzip, hashlib, io, os, pathlib, shutil, subprocess, tempfile, tomllib, zipfile
from importlib.metadata import PackageNotFoundError, version

HERE = pathlib.Path(__file__).parent
ENTRIES = []
# A file that is kept was made by what the manifest says, whatever is installed now.
KEPT = {entry["name"]: entry["source"] for entry in tomllib.loads((HERE / "manifest.toml").read_text()).get("file", [])}

# Invented, and of no format that a checksum or an issuer knows.
CODE = "HERON-4711-2290-X"
PERSON = "Zoë Müller-Ångström"
ROWS = [
    ["Customer", "City", "Reference"],
    ["Ada Fairweather", "Zürich", "REF-100200301"],
    ["Bohumil Dvořák", "Brno", "REF-100200302"],
    ["Chiara Esposito", "Napoli", "REF-100200303"],
]


def add(name, source, phrases, gaps=(), make=None, licence="CC0-1.0"):
    path = HERE / name
    if path.exists():
        source = KEPT.get(name, source)
    else:
        make(path)
    ENTRIES.append((name, source, licence, list(phrases), list(gaps)))


def taken(name, source, licence, phrases, gaps=()):
    """A file of another project's test suite, for formats that nothing at hand writes."""
    def make(path):
        raise SystemExit(f"{name} is kept as it was taken from {source}")
    add(name, source, phrases, gaps, make, licence)


def run(*command):
    return lambda path: subprocess.run([*command, str(path)], check=True, cwd=HERE)


def soffice(source, target, options=""):
    """Converts with LibreOffice."""
    def make(path):
        with tempfile.TemporaryDirectory() as folder:
            kind = path.suffix[1:] + options
            subprocess.run(
                ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile",
                 "--convert-to", kind, "--outdir", folder, str(HERE / source)],
                check=True, stdout=subprocess.DEVNULL)
            made = pathlib.Path(folder) / (pathlib.Path(source).stem + path.suffix)
            shutil.copy(made, path)
    return make


def installed(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def office_version():
    return "LibreOffice " + " ".join(tool_version("soffice").split()[1:2])


def tool_version(tool):
    if not shutil.which(tool):
        return ""
    return subprocess.run([tool, "--version"], capture_output=True, text=True).stdout.strip()


# Text.

def text(content, encoding):
    return lambda path: path.write_bytes(content.encode(encoding))

NOTE = f"Meeting notes\n\nAttendees: {PERSON}, Ada Fairweather\nThe code is {CODE}.\nÜbrigens: naïve café costs 10 €.\n"
for name, encoding in [("note-utf8.txt", "utf-8"), ("note-utf8-bom.txt", "utf-8-sig"), ("note-utf16.txt", "utf-16"),
                       ("note-utf16be-plain.txt", "utf-16-be"), ("note-utf32.txt", "utf-32"), ("note-cp1252.txt", "cp1252")]:
    add(name, "Python codecs", [PERSON, CODE, "naïve café costs 10 €"], make=text(NOTE, encoding))
add("note-cp1251.txt", "Python codecs", ["Совещание по проекту", CODE],
    make=text(f"Совещание по проекту «Цапля». Код проекта: {CODE}. Присутствовали все.\n", "cp1251"))
add("note-shiftjis.txt", "Python codecs", ["会議の記録", CODE],
    make=text(f"会議の記録です。プロジェクトの番号は {CODE} です。よろしくお願いします。\n", "shift_jis"))
add("notes.md", "by hand", [PERSON, f"`{CODE}`"], make=text(f"# Notes\n\n- {PERSON}\n- code `{CODE}`\n", "utf-8"))
add("customers.csv", "Python csv", ["Ada Fairweather,Zürich,REF-100200301"],
    make=text("".join(",".join(row) + "\r\n" for row in ROWS), "utf-8"))
add("customers.json", "Python json", ["Ada Fairweather", "Zürich", "REF-100200303", "memo: first line\nREF-900 \"quoted\""],
    make=lambda path: path.write_text(__import__("json").dumps(
        {"customers": [dict(zip(ROWS[0], row)) for row in ROWS[1:]], "memo": "first line\nREF-900 \"quoted\""}, indent=1)))
add("customers.jsonl", "Python json", ["Bohumil Dvořák", "REF-100200302"],
    make=lambda path: path.write_text("".join(__import__("json").dumps(dict(zip(ROWS[0], row))) + "\n" for row in ROWS[1:])))
add("order.xml", "by hand", ["Müller & Söhne", f"<code>{CODE}</code>", "attribute text", "comment text"],
    make=text(f'<?xml version="1.0" encoding="UTF-8"?>\n<order note="attribute text"><!-- comment text -->\n'
              f'<buyer>M&#252;ller &amp; S&#xF6;hne</buyer><code>{CODE}</code></order>\n', "utf-8"))
PAGE = f"""<!DOCTYPE html><html><head><title>Customers of Heron</title><script>const token = "{CODE}";</script></head>
<body><h1>Customers</h1><p>Hello <b>{PERSON}</b>, the code is HERON-<i>4711</i>-2290-X.</p>
<img alt="picture of a heron" src="x.png"><!-- internal: ask Bohumil -->
<table>{"".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)}</table></body></html>"""
add("page.html", "by hand", [PERSON, f"the code is {CODE}", "picture of a heron", "internal: ask Bohumil",
    "Ada Fairweather\tZürich\tREF-100200301", f'const token = "{CODE}"'], make=text(PAGE, "utf-8"))

# Word processing.

def docx(path):
    import docx
    document = docx.Document()
    document.core_properties.title = "Heron contract"
    document.core_properties.author = "Ada Fairweather"
    section = document.sections[0]
    section.header.paragraphs[0].text = "Header: Heron confidential"
    section.footer.paragraphs[0].text = "Footer: page of Heron"
    document.add_heading("Contract", 1)
    paragraph = document.add_paragraph("The code is HERON-")
    paragraph.add_run("4711").bold = True
    run = paragraph.add_run("-2290-X.")
    document.add_comment(run, text="Comment: check with Bohumil", author="Chiara Esposito", initials="CE")
    table = document.add_table(rows=0, cols=3)
    for row in ROWS:
        for cell, value in zip(table.add_row().cells, row):
            cell.text = value
    document.save(path)
DOCX_PHRASES = ["The code is HERON-4711-2290-X.", "Header: Heron confidential", "Footer: page of Heron",
                "Customer\tCity\tReference", "Ada Fairweather\tZürich\tREF-100200301"]
add("contract-python.docx", "python-docx " + installed("python-docx"),
    DOCX_PHRASES + ["Comment: check with Bohumil", "Heron contract", "Ada Fairweather"], make=docx)
add("contract.odt", office_version(), ["The code is HERON-4711-2290-X.", "Header: Heron confidential",
    "Footer: page of Heron", "Comment: check with Bohumil", "REF-100200303"], make=soffice("contract-python.docx", "odt"))
add("contract-office.docx", office_version(), DOCX_PHRASES + ["Comment: check with Bohumil"], make=soffice("contract.odt", "docx"))
add("contract-office.pdf", office_version(), ["The code is HERON-4711-2290-X.", "Header: Heron confidential", "REF-100200303"],
    make=soffice("contract.odt", "pdf"))
add("contract.rtf", office_version(), DOCX_PHRASES + ["Comment: check with Bohumil"], make=soffice("contract.odt", "rtf"))
add("contract.doc", office_version(), DOCX_PHRASES + ["Comment: check with Bohumil"], make=soffice("contract.odt", "doc"))

FLAT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:body><office:text><text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info><dc:creator>Ada</dc:creator><dc:date>2026-01-01T00:00:00</dc:date></office:change-info><text:p>DELETED-77-WORDS</text:p></text:deletion></text:changed-region></text:tracked-changes>
<text:p>Before <text:change text:change-id="c1"/>after.<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>Footnote about Heron</text:p></text:note-body></text:note></text:p>
<text:p>Box:<draw:frame svg:width="5cm" svg:height="2cm"><draw:text-box><text:p>Text in a box REF-555</text:p></draw:text-box></draw:frame></text:p>
</office:text></office:body></office:document>"""
def changed(path):
    with tempfile.TemporaryDirectory() as folder:
        flat = pathlib.Path(folder) / (path.stem + ".fodt")
        flat.write_text(FLAT)
        subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "docx",
                        "--outdir", str(path.parent), str(flat)], check=True, stdout=subprocess.DEVNULL)
add("changes.docx", office_version(), ["DELETED-77-WORDS", "Footnote about Heron", "Text in a box REF-555"], make=changed)

# Spreadsheets.

def xlsx_openpyxl(path):
    import openpyxl
    from openpyxl.comments import Comment
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Customers"
    for row in ROWS:
        sheet.append(row)
    sheet["C2"].comment = Comment("Cell comment: verify", "Ada")
    sheet["A7"] = 4539148803436467
    sheet["B7"] = '=CONCATENATE("FORMULA-","88")'
    hidden = book.create_sheet("Hidden ledger")
    hidden.sheet_state = "hidden"
    hidden["B300"] = "HIDDEN-300"
    book.save(path)
add("customers-openpyxl.xlsx", "openpyxl " + installed("openpyxl"),
    ["Customer\tCity\tReference\nAda Fairweather\tZürich\tREF-100200301", "Cell comment: verify", "4539148803436467", "FORMULA-", "Hidden ledger", "HIDDEN-300"],
    make=xlsx_openpyxl)
def xlsx_writer(path):
    import xlsxwriter
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Kunden")
    for index, row in enumerate(ROWS):
        sheet.write_row(index, 0, row)
    bold = book.add_format({"bold": True})
    sheet.write_rich_string("A6", "HERON-", bold, "4711", "-2290-X")
    sheet.write_formula("B6", "=1+1", None, 2)
    sheet.insert_textbox("E2", "Text box REF-777")
    sheet.set_header("&CPrinted header of Heron")
    book.set_properties({"title": "Ledger of Heron"})
    book.close()
add("customers-xlsxwriter.xlsx", "XlsxWriter " + installed("XlsxWriter"), [CODE + "\t2", "Text box REF-777", "Printed header of Heron", "Ledger of Heron", "Kunden"], make=xlsx_writer)
add("customers.ods", office_version(), ["Customer\tCity\tReference", "Chiara Esposito\tNapoli\tREF-100200303", "Cell comment: verify", "4539148803436467", "HIDDEN-300", "Hidden ledger"],
    make=soffice("customers-openpyxl.xlsx", "ods"))
add("customers-office.xlsx", office_version(), ["Ada Fairweather\tZürich\tREF-100200301", "4539148803436470\tFORMULA-88", "HIDDEN-300"], make=soffice("customers.ods", "xlsx"))

# Presentations.

def pptx(path):
    import pptx
    from pptx.util import Inches
    deck = pptx.Presentation()
    for number in (1, 2):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = f"Slide {number} of Heron"
        slide.notes_slide.notes_text_frame.text = f"Speaker note {number}: {CODE}"
    table = slide.shapes.add_table(len(ROWS), 3, Inches(1), Inches(2), Inches(8), Inches(3)).table
    for r, row in enumerate(ROWS):
        for c, value in enumerate(row):
            table.cell(r, c).text = value
    deck.save(path)
add("deck-python.pptx", "python-pptx " + installed("python-pptx"), ["Slide 1 of Heron", "Slide 2 of Heron", f"Speaker note 2: {CODE}", "Ada Fairweather\tZürich\tREF-100200301"], make=pptx)
add("deck.odp", office_version(), ["Slide 1 of Heron", f"Speaker note 1: {CODE}", "REF-100200302"], make=soffice("deck-python.pptx", "odp"))
add("deck-office.pptx", office_version(), ["Slide 2 of Heron", f"Speaker note 2: {CODE}", "REF-100200303"], make=soffice("deck.odp", "pptx"))

# PDF.

def reportlab_table(path):
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table
    from reportlab.lib.styles import getSampleStyleSheet
    style = getSampleStyleSheet()["Normal"]
    SimpleDocTemplate(str(path), pagesize=A4, title="Report of Heron", author="Ada Fairweather").build(
        [Paragraph(f"The code is HERON-<b>4711</b>-2290-X. " + "A long sentence that wraps. " * 12, style), Table(ROWS), PageBreak(), Paragraph("Second page REF-2", style)])
add("report-reportlab.pdf", "reportlab " + installed("reportlab"), [f"The code is {CODE}.", "Ada Fairweather\tZürich\tREF-100200301", "Second page REF-2", "Report of Heron"], make=reportlab_table)
def reportlab_form(path):
    from reportlab.pdfgen import canvas
    page = canvas.Canvas(str(path))
    page.drawString(72, 720, "Form of Heron")
    page.acroForm.textfield(name="reference", tooltip="Your reference", value="FIELD-42-VALUE", x=72, y=680)
    page.bookmarkPage("a"); page.addOutlineEntry("Outline of Heron", "a")
    page.linkURL("https://heron.example/secret-path", (72, 600, 200, 620))
    page.save()
add("form-reportlab.pdf", "reportlab " + installed("reportlab"), ["Form of Heron", "FIELD-42-VALUE", "Outline of Heron", "https://heron.example/secret-path"], make=reportlab_form)
def fpdf(path):
    from fpdf import FPDF
    page = FPDF()
    page.add_page()
    page.add_font("DejaVu", fname="/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    page.set_font("DejaVu", size=12)
    page.cell(text=f"{PERSON} Дворник {CODE}")
    page.text_annotation(x=50, y=50, text="Annotation REF-66")
    page.output(str(path))
add("unicode-fpdf2.pdf", "fpdf2 " + installed("fpdf2"), [f"{PERSON} Дворник {CODE}", "Annotation REF-66"], make=fpdf)
def chromium(path):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}", "--no-pdf-header-footer",
                        f"--print-to-pdf={path}", f"file://{HERE}/page.html"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
add("page-chromium.pdf", "Chromium", [f"the code is {CODE}", PERSON, "Ada Fairweather", "REF-100200303"], make=chromium)
def ghostscript(path):
    script = f"/Times-Roman findfont 12 scalefont setfont 72 720 moveto (The code is {CODE}) show " \
             "72 700 moveto (Kerned ) show 0 1 9 { 48 add (0) dup 0 4 -1 roll put show } for " \
             "72 680 moveto 2 0 (SPACED-12345) ashow gsave 300 400 translate 90 rotate 0 0 moveto (Rotated REF-90) show grestore showpage"
    subprocess.run(["gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", f"-sOutputFile={path}", "-"], input=script.encode(), check=True)
add("digits-ghostscript.pdf", "Ghostscript " + tool_version("gs"), [f"The code is {CODE}", "Kerned 0123456789", "SPACED-12345", "Rotated REF-90"], make=ghostscript)
def pikepdf_save(source, **options):
    def make(path):
        import pikepdf
        with pikepdf.open(HERE / source) as document:
            if options.get("attach"):
                document.attachments["notes of Heron.txt"] = NOTE.encode()
            document.save(path, **{key: value for key, value in options.items() if key != "attach"})
    return make
import pikepdf
PIKE = f"pikepdf {version('pikepdf')} (qpdf {pikepdf.__libqpdf_version__}) from report-reportlab.pdf"
REPORT = [f"The code is {CODE}.", "Second page REF-2"]
add("report-objstm.pdf", PIKE, REPORT + ["Report of Heron"], make=pikepdf_save("report-reportlab.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate))
add("report-attachment.pdf", PIKE, REPORT + ["notes of Heron.txt", "naïve café costs 10 €"], make=pikepdf_save("report-reportlab.pdf", attach=True))
for revision, metadata in [(3, False), (4, True), (6, True)]:
    encryption = pikepdf.Encryption(owner="owner", user="", R=revision, aes=revision > 3, metadata=metadata)
    add(f"report-empty-password-r{revision}.pdf", PIKE, REPORT + ["Report of Heron"],
        make=pikepdf_save("report-reportlab.pdf", encryption=encryption, object_stream_mode=pikepdf.ObjectStreamMode.generate if revision > 3 else pikepdf.ObjectStreamMode.disable))

# Mail, archives, pictures.

def mail(path):
    from email.message import EmailMessage
    from email.policy import SMTP
    inner = EmailMessage(policy=SMTP)
    inner["From"], inner["To"], inner["Subject"] = "bohumil@heron.example", "ada@heron.example", "Forwarded REF-31"
    inner.set_content("The forwarded body")
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = f"{PERSON} <zoe@heron.example>", "ada@heron.example"
    message["Subject"] = f"Käse und {CODE}"
    message["Date"], message["Message-ID"] = "Mon, 05 Jan 2026 10:00:00 +0000", "<1@heron.example>"
    message.set_content(f"Plain body: naïve café costs 10 €\n", cte="quoted-printable")
    message.add_alternative("<p>Markup <b>body</b> REF-30</p>", subtype="html")
    message.add_attachment((HERE / "contract-python.docx").read_bytes(), maintype="application", subtype="octet-stream", filename="Vertrag Größe.docx")
    message.add_attachment(inner)
    path.write_bytes(message.as_bytes())
add("mail-python.eml", "Python email", [PERSON, f"Käse und {CODE}", "naïve café costs 10 €", "Markup body REF-30", "Vertrag Größe.docx", "Header: Heron confidential", "Forwarded REF-31", "The forwarded body"], make=mail)
def zip_cli(path):
    with tempfile.TemporaryDirectory() as folder:
        for name in ("note-utf8.txt", "contract-python.docx"):
            shutil.copy(HERE / name, folder)
        subprocess.run(["zip", "-q", "-r", "inner.zip", "."], cwd=folder, check=True)
        (pathlib.Path(folder) / "Zoë's list REF-19.csv").write_text("a,b\nREF-20,x\n")
        subprocess.run(["zip", "-q", str(path), "inner.zip", "Zoë's list REF-19.csv"], cwd=folder, check=True)
add("nested.zip", "Info-ZIP 3.0", [PERSON, "REF-20,x", "Zoë's list REF-19.csv", "Header: Heron confidential"], make=zip_cli)
def zip_stream(path):
    with open(path, "wb") as file:
        class Pipe(io.RawIOBase):
            def writable(self): return True
            def write(self, data): return file.write(data)
        with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("streamed.txt", NOTE)
            archive.writestr("stored.txt", "STORED-REF-21", zipfile.ZIP_STORED)
add("streamed.zip", "Python zipfile", [CODE, "STORED-REF-21"], make=zip_stream)
add("note.txt.gz", "Python gzip", [PERSON, CODE], make=lambda path: path.write_bytes(gzip.compress(NOTE.encode(), mtime=0)))
def png(path):
    import zlib, struct
    def chunk(kind, data): return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + b"\xff" * 64 for _ in range(64))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)) + chunk(b"tEXt", b"Comment\0Picture text REF-90") + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
add("picture.png", "by hand", ["Picture text REF-90"], gaps=["image_not_read"], make=png)
def drawn(lines, mode="L"):
    from PIL import Image, ImageDraw, ImageFont
    picture = Image.new("L", (640, 60 + 40 * len(lines)), 255)
    font = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 24)
    for number, line in enumerate(lines):
        ImageDraw.Draw(picture).text((30, 30 + 40 * number), line, font=font, fill=0)
    return picture.convert(mode)
add("screenshot.png", "Pillow " + installed("pillow"), [], gaps=["image_not_read"],
    make=lambda path: drawn([f"The code is {CODE}.", "IBAN DE13 5001 0517 9513 7844 05"]).save(path, optimize=True))
def scan(path):
    import pikepdf
    def page(document, picture, data, **more):
        image = pikepdf.Stream(document, data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=picture.width, Height=picture.height, **more)
        added = document.add_blank_page(page_size=(picture.width, picture.height))
        added.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=document.make_indirect(image)))
        added.Contents = document.make_stream(f"q {picture.width} 0 0 {picture.height} 0 0 cm /Scan Do Q".encode())
    with pikepdf.new() as document:
        photograph, shades, fax = (drawn([f"Page of {kind}", f"Reference REF-10020030{n}"]) for n, kind in enumerate(["a photograph", "shades", "a fax"], 1))
        data = io.BytesIO()
        photograph.save(data, "JPEG", quality=70)
        page(document, photograph, data.getvalue(), Filter=pikepdf.Name.DCTDecode, ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8)
        # Sixteen shades, two to a byte, by a palette.
        levels = shades.point(lambda value: value // 16).tobytes()
        packed = bytes(levels[at] << 4 | levels[at + 1] for at in range(0, len(levels), 2))
        palette = pikepdf.Array([pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, 15, pikepdf.String(bytes(level * 17 for level in range(16) for _ in range(3)))])
        page(document, shades, packed, ColorSpace=palette, BitsPerComponent=4)
        data = io.BytesIO()
        fax.convert("1").save(data, "TIFF", compression="group4", tiffinfo={278: fax.height})
        from PIL import Image
        with Image.open(data) as tiff:
            at, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
        parameters = pikepdf.Dictionary(K=-1, Columns=fax.width, Rows=fax.height)
        page(document, fax, data.getvalue()[at:at + length], Filter=pikepdf.Name.CCITTFaxDecode, DecodeParms=parameters, ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=1)
        document.save(path, compress_streams=True)
add("scan.pdf", f"Pillow {installed('pillow')}, pikepdf {installed('pikepdf')}", [], gaps=["image_not_read"], make=scan)

# More compressions and archives.

def tarred(path):
    import tarfile
    with tarfile.open(path, "w:" + path.suffix[1:].replace("tar", "")) as archive:
        for name, data in [("note.txt", NOTE.encode()), ("a/" + "long-" * 30 + "name-REF-61.txt", b"TAR-REF-60")]:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
for name in ["notes.tar", "notes.tar.bz2", "notes.tar.xz"]:
    add(name, "Python tarfile", [CODE, "TAR-REF-60", "name-REF-61"], make=tarred)
add("note.txt.zst", "zstd 1.5", [CODE], make=run("zstd", "-q", "note-utf8.txt", "-o"))
add("note.txt.lz4", "lz4 1.9", [CODE], make=run("lz4", "-q", "note-utf8.txt"))
def sevenz(path):
    import py7zr
    with py7zr.SevenZipFile(path, "w") as archive:
        archive.writestr(NOTE, "note.txt")
        archive.writestr("SEVEN-REF-62", "second.txt")
add("notes.7z", "py7zr 1.1", [CODE, "SEVEN-REF-62", "second.txt"], make=sevenz)
taken("solid-4.rar", "rarfile 4.5, test/files/rar3-solid.rar", "ISC", ["stest1.txt", "stest2.txt"])
taken("solid-5.rar", "rarfile 4.5, test/files/rar5-solid.rar", "ISC", ["stest1.txt", "stest2.txt"])

# Identifiers whose digits stand in boxes, and titles that are spaced out; cells of a table stay apart.
def comb(path):
    from reportlab.pdfgen import canvas
    page = canvas.Canvas(str(path), invariant=1)
    page.setFont("Helvetica", 12)
    for index, digit in enumerate("100200300"):
        page.drawString(72 + 18 * index, 700, digit)
    for index, digit in enumerate("1234"):
        page.drawString(72 + 60 * index, 650, digit)
    page.drawString(72, 600, "Word")
    page.drawString(72 + 31, 600, "apart")
    page.showPage()
    page.save()
add("comb-reportlab.pdf", "reportlab " + installed("reportlab"), ["100200300", "1\t2\t3\t4", "Word apart"], make=comb)

# Mail and people.
def winmail(path):
    import struct
    def attribute(level, number, data):
        return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xffff)
    path.write_bytes(struct.pack("<IH", 0x223e9f78, 1) + attribute(1, 0x18004, b"Subject REF-85\0") + attribute(1, 0x2800c, b"Body REF-86\0")
                     + attribute(2, 0x69002, b"\0" * 14) + attribute(2, 0x6800f, b"id;REF-87\n") + attribute(2, 0x18010, b"list-REF-88.csv\0"))
add("winmail.dat", "by hand", ["Subject REF-85", "Body REF-86", "id;REF-87", "list-REF-88.csv"], make=winmail)
add("people.vcf", "by hand", [PERSON, "+49 30 0000 0042"], make=text(
    f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{PERSON[:8]}\r\n {PERSON[8:]}\r\nTEL:+49 30 00\r\n 00 0042\r\nEND:VCARD\r\n", "utf-8"))
def opaque(path):
    """Signed content without the signature, which nobody checks here."""
    def der(tag, data): return bytes([tag]) + (bytes([len(data)]) if len(data) < 128 else b"\x82" + len(data).to_bytes(2, "big")) + data
    mail = f"Content-Type: text/plain\r\nSubject: REF-89\r\nMIME-Version: 1.0\r\nFrom: a@example.org\r\n\r\nThe code is {CODE}.\r\n".encode()
    data = der(0x30, bytes.fromhex("06092a864886f70d010701") + der(0xa0, der(0x04, mail)))
    path.write_bytes(der(0x30, bytes.fromhex("06092a864886f70d010702") + der(0xa0, der(0x30, b"\x02\x01\x01" + b"\x31\x00" + data))))
add("signed.p7m", "by hand", [CODE, "REF-89"], make=opaque)

# Data.
def sqlite(path):
    import sqlite3
    database = sqlite3.connect(path)
    database.execute("create table customers (name text, city text, number integer, note blob)")
    database.executemany("insert into customers values (?, ?, ?, ?)",
                         [(a, b, 100200300 + i, None) for i, (a, b, _) in enumerate(ROWS[1:])] + [("long", "x" * 9000 + " OVERFLOW-REF-80", 1, b"BLOB-REF-81 in bytes")])
    database.commit()
add("customers.sqlite", "SQLite by Python", ["Ada Fairweather\tZürich\t100200300", "OVERFLOW-REF-80", "BLOB-REF-81 in bytes"], make=sqlite)
def avro(codec):
    def make(path):
        import fastavro
        schema = fastavro.parse_schema({"type": "record", "name": "Customer", "fields": [
            {"name": "name", "type": "string"}, {"name": "city", "type": ["null", "string"]}, {"name": "number", "type": "long"},
            {"name": "tags", "type": {"type": "array", "items": "string"}}, {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["NEW", "OLD"]}}]})
        with open(path, "wb") as file:
            fastavro.writer(file, schema, [{"name": a, "city": b, "number": 4539148803436, "tags": ["x", "TAG-82"], "kind": "OLD"} for a, b, _ in ROWS[1:]], codec=codec)
    return make
for codec in ["null", "deflate", "snappy"]:
    add(f"customers-{codec}.avro", "fastavro 1.12", ["Ada Fairweather\tZürich\t4539148803436\tx\tTAG-82\tOLD"], make=avro(codec))
def parquet(**options):
    def make(path):
        import pyarrow, pyarrow.parquet
        table = pyarrow.table({"name": [row[0] for row in ROWS[1:]], "city": [row[1] for row in ROWS[1:]], "number": [4539148803436, None, 100200302]})
        pyarrow.parquet.write_table(table, path, **options)
    return make
add("customers-snappy.parquet", "Apache Arrow 22", ["Ada Fairweather", "Zürich", "4539148803436"], make=parquet(compression="snappy"))
add("customers-plain.parquet", "Apache Arrow 22", ["Ada Fairweather", "4539148803436"], make=parquet(compression="zstd", use_dictionary=False, data_page_version="2.0"))
add("customers-gzip.parquet", "Apache Arrow 22", ["Bohumil Dvořák", "100200302"], make=parquet(compression="gzip", use_dictionary=False))

# The older Office formats, by Office itself.

POI = "Apache POI 4.0.1, test-data/"
taken("word-95.doc", POI + "document/Word6.doc", "Apache-2.0", ["The quick brown fox jumps over the lazy dog"])
taken("word-2003-footnote.doc", POI + "document/footnote.doc", "Apache-2.0", ["TestFootnote"])
taken("powerpoint-2003-comments.ppt", POI + "slideshow/WithComments.ppt", "Apache-2.0", ["With a comment on it"])
taken("excel-5.xls", POI + "spreadsheet/testEXCEL_5.xls", "Apache-2.0", ["Sample Excel Worksheet", "15\t225\t\t1253.82"])
taken("excel-2016-comments.xlsb", POI + "spreadsheet/comments.xlsb", "Apache-2.0", ["row3\trow3", "comment top row1 (index0)"])

def compound(tree):
    """A compound file of version 3 with streams in small sectors."""
    import struct
    entries = [["Root Entry", 5, None]]
    def walk(folder, parent):
        kids = []
        for name, data in folder.items():
            entries.append([name, 1 if isinstance(data, dict) else 2, data])
            kids.append(len(entries) - 1)
            if isinstance(data, dict):
                walk(data, len(entries) - 1)
        entries[parent].append(kids)
    walk(tree, 0)
    mini, mini_table = b"", []
    for entry in entries:
        if entry[1] == 2:
            data, first, count = entry[2], len(mini_table), -(-len(entry[2]) // 64)
            entry.append((first if count else 0xfffffffe, len(data)))
            mini += data.ljust(count * 64, b"\0")
            mini_table += [first + i + 1 for i in range(count - 1)] + [0xfffffffe] * bool(count)
    def chain(first, count): return [first + i + 1 for i in range(count - 1)] + [0xfffffffe]
    sectors = lambda data: -(-len(data) // 512)
    table_data = struct.pack(f"<{len(mini_table)}I", *mini_table)
    directory_count, mini_count, table_count = -(-len(entries) // 4), sectors(mini), sectors(table_data)
    right = {}
    child = {}
    for index, entry in enumerate(entries):
        kids = entry[-1] if isinstance(entry[-1], list) else []
        if kids:
            child[index] = kids[0]
            right.update(zip(kids, kids[1:]))
    directory = b""
    for index, entry in enumerate(entries):
        name = (entry[0] + "\0").encode("utf-16-le")
        start, length = (1 + directory_count, len(mini)) if index == 0 else entry[3] if entry[1] == 2 else (0, 0)
        directory += struct.pack("<64sHBBIII16xI16xIII", name, len(name), entry[1], 1, 0xffffffff, right.get(index, 0xffffffff),
                                 child.get(index, 0xffffffff), 0, start, length, 0)
    table = [0xfffffffd] + chain(1, directory_count) + chain(1 + directory_count, mini_count) + chain(1 + directory_count + mini_count, table_count)
    header = struct.pack("<8s16xHHHHH6xIIIIIIIII", bytes.fromhex("d0cf11e0a1b11ae1"), 0x3e, 3, 0xfffe, 9, 6, 0, 1, 1, 0, 4096,
                         1 + directory_count + mini_count, table_count, 0xfffffffe, 0) + struct.pack("<109I", 0, *[0xffffffff] * 108)
    table += [0xffffffff] * (128 - len(table))
    assert len(table) == 128
    parts = [struct.pack("<128I", *table), directory, mini, table_data]
    return header + b"".join(part.ljust(sectors(part) * 512, b"\0") for part in parts)

def outlook(path):
    wide = lambda text: text.encode("utf-16-le")
    path.write_bytes(compound({
        "__substg1.0_001A001F": wide("IPM.Note"),
        "__substg1.0_0037001F": wide(f"Subject REF-70 {PERSON}"),
        "__substg1.0_1000001F": wide(f"The code is {CODE}.\r\n"),
        "__recip_version1.0_#00000000": {"__substg1.0_3003001F": wide("ada@example.org")},
        "__attach_version1.0_#00000000": {"__substg1.0_3707001F": wide("list-REF-71.csv"), "__substg1.0_37010102": b"id;REF-72\n"},
        "__attach_version1.0_#00000001": {"__substg1.0_3701000D": {"__substg1.0_1000001F": wide("Forwarded REF-73")}},
    }))
add("mail.msg", "by hand", [PERSON, CODE, "ada@example.org", "list-REF-71.csv", "id;REF-72", "Forwarded REF-73"], make=outlook)

# Dates, which workbooks keep as numbers, and a number with an exponent, as Java programs write it.
DATES = [("Ada Fairweather", (1985, 7, 6), 8.5), ("Bohumil Dvořák", (2024, 2, 29), 41.2)]
def dated_xlsx(path):
    import datetime, openpyxl
    book = openpyxl.Workbook()
    for name, born, amount in DATES:
        book.active.append([name, datetime.date(*born), amount, True])
    book.active.append(["Noon", datetime.datetime(2024, 2, 29, 12, 0), 100200304])
    plain = io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            for written, instead in [(b"<v>100200304</v>", b"<v>1.00200304E8</v>"), (b"<v>41.2</v>", b"<v>41.200000000000003</v>")]:
                data = data.replace(written, instead)
            target.writestr(zipfile.ZipInfo(name), data)
add("dates-openpyxl.xlsx", "openpyxl " + installed("openpyxl"),
    ["Ada Fairweather\t1985-07-06\t8.5\tTRUE", "Bohumil Dvořák\t2024-02-29\t41.2\tTRUE", "Noon\t2024-02-29 12:00:00\t100200304"], make=dated_xlsx)
def dated_xls(path):
    import datetime, xlwt
    book = xlwt.Workbook()
    sheet = book.add_sheet("Born")
    style = xlwt.easyxf(num_format_str="D.M.YYYY")
    for row, (name, born, amount) in enumerate(DATES):
        sheet.write(row, 0, name)
        sheet.write(row, 1, datetime.date(*born), style)
        sheet.write(row, 2, amount)
    book.save(str(path))
add("dates-xlwt.xls", "xlwt " + installed("xlwt"), ["Ada Fairweather\t1985-07-06\t8.5", "Bohumil Dvořák\t2024-02-29\t41.2"], make=dated_xls)

# What an annotation looks like, and a stream that does not say how long it is.
def by_hand(objects):
    def make(path):
        body, places = b"%PDF-1.7\n", []
        for number, (dictionary, data) in enumerate(objects, 1):
            places.append(len(body))
            stream = b"" if data is None else b"stream\n" + data + b"\nendstream\n"
            body += b"%d 0 obj\n<<%s>>\n%sendobj\n" % (number, dictionary, stream)
        table = b"".join(b"%010d 00000 n \n" % place for place in places)
        trailer = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(body))
        path.write_bytes(body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + table + trailer)
    return make
SHOWN = b"BT /F 12 Tf 20 700 Td (Stamped by REF-81) Tj ET"
FONT = b"/Resources<</Font<</F 4 0 R>>>>"
def page_by_hand(annotations, contents, *more):
    return by_hand([(b"/Type/Catalog/Pages 2 0 R", None), (b"/Type/Pages/Kids[3 0 R]/Count 1", None),
                    (b"/Type/Page/Parent 2 0 R" + FONT + annotations, None), (b"/Type/Font/Subtype/Type1/BaseFont/Helvetica", None), contents, *more])
add("stamp.pdf", "by hand", ["Page REF-80", "Stamped by REF-81"],
    make=page_by_hand(b"/Contents 5 0 R/Annots[<</Type/Annot/Subtype/Stamp/AP<</N 6 0 R>>>>]", (b"/Length 42", b"BT /F 12 Tf 20 700 Td (Page REF-80) Tj ET "),
                      (b"/Type/XObject/Subtype/Form/Length %d" % len(SHOWN) + FONT, SHOWN)))
add("no-length.pdf", "by hand", ["Stamped by REF-81"], make=page_by_hand(b"/Contents 5 0 R", (b"", SHOWN)))

# Hangul, discs, mail stores.
def hwpx(path):
    section = f'<hs:sec xmlns:hs="s" xmlns:hp="p"><hp:p><hp:run><hp:t>The code is HERON-</hp:t></hp:run><hp:run><hp:t>4711-2290-X.</hp:t></hp:run></hp:p>' \
              f'<hp:p><hp:t>홍길동 REF-82</hp:t></hp:p></hs:sec>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/hwp+zip")
        archive.writestr(zipfile.ZipInfo("Contents/section0.xml"), section)
add("report.hwpx", "by hand", [f"The code is {CODE}.", "홍길동 REF-82"], make=hwpx)
def disc(**options):
    def make(path):
        import pycdlib
        image = pycdlib.PyCdlib()
        image.new(**options)
        long = {"joliet_path": "/Müller list REF-83.csv"} if options else {}
        image.add_fp(io.BytesIO(b"id;REF-84\n"), 10, "/LIST.CSV;1", **long)
        image.add_directory("/MORE", **({"joliet_path": "/more"} if options else {}))
        image.add_fp(io.BytesIO(NOTE.encode()), len(NOTE.encode()), "/MORE/NOTE.TXT;1", **({"joliet_path": "/more/note.txt"} if options else {}))
        image.write(str(path))
        path.write_bytes(path.read_bytes().rstrip(b"\0"))
    return make
add("disc-joliet.iso", "pycdlib " + installed("pycdlib"), ["Müller list REF-83.csv", "id;REF-84", f"The code is {CODE}."], make=disc(joliet=3))
add("disc.iso", "pycdlib " + installed("pycdlib"), ["LIST.CSV", "id;REF-84", f"The code is {CODE}."], make=disc())
def store(path):
    """The smallest store of the Unicode version: a page for each tree, and blocks between them."""
    import struct
    plain = [int(number) for line in (HERE / "../../crates/extractor/src/pst/permute.rs").read_text().splitlines()
             if line.startswith("    ") and "," in line and "map" not in line for number in line.split(",") if number.strip()]
    encoded = bytes(plain.index(byte) for byte in range(256))
    wide = lambda text: text.encode("utf-16-le")
    def heap(*values):
        ends = [12]
        for value in values:
            ends.append(ends[-1] + len(value))
        body = b"".join(values)
        where = 12 + len(body)
        return struct.pack("<HBBII", where, 0xec, 0xbc, 0, 0) + body + struct.pack(f"<HH{len(ends)}H", len(values), 0, *ends)
    blocks, places = {}, []
    blocks[4] = heap(wide("Folder of Heron")).translate(encoded)
    blocks[8] = heap(wide("\x01\x05Re: REF-85"), struct.pack("<Q", 0x01dc5a0000000000), wide(f"from {PERSON}")).translate(encoded)
    blocks[12] = wide(f"The code is {CODE}.\r\n").translate(encoded)
    blocks[16] = heap(wide("list REF-86.csv"), b"id;REF-87\r\n").translate(encoded)
    blocks[22] = struct.pack("<BBHI", 2, 0, 2, 0) + struct.pack("<QQQ", 0x25, 16, 0) + struct.pack("<QQQ", 0x3f, 12, 0)
    body = bytearray(1024)
    for block, data in blocks.items():
        places.append((block, len(body), len(data)))
        body += data.ljust(-(-len(data) // 64) * 64, b"\0")
    def page(entries, size):
        return b"".join(entries).ljust(488, b"\0") + bytes([len(entries), 488 // size, size, 0]) + bytes(20)
    nodes = page([struct.pack("<QQQII", 0x122, 4, 0, 0, 0), struct.pack("<QQQII", 0x200024, 8, 22, 0, 0)], 32)
    listed = page([struct.pack("<QQHHI", block, at, length, 1, 0) for block, at, length in places], 24)
    roots = len(body), len(body) + 512
    body += nodes + listed
    body[:4], body[8:12], body[513] = b"!BDN", struct.pack("<2sH", b"SM", 23), 1
    body[216:248] = struct.pack("<QQQQ", 1, roots[0], 3, roots[1])
    path.write_bytes(bytes(body))
add("store.pst", "by hand", ["Folder of Heron", "Re: REF-85", f"from {PERSON}", f"The code is {CODE}.", "list REF-86.csv", "id;REF-87"], make=store)

# The start of a program, with an archive behind it whose offsets do not know of it.
add("self-extracting.exe", "by hand", [PERSON, "REF-20,x", "Zoë's list REF-19.csv"], ["unsupported"],
    make=lambda path: path.write_bytes(b"MZ" + bytes(300) + b"This program unpacks itself." + bytes(300) + (HERE / "nested.zip").read_bytes()))

manifest = ["# Written by make.py. `phrases` must be found, each within one segment; `gaps` are all that may remain.", ""]
for name, source, licence, phrases, gaps in sorted(ENTRIES):
    quote = lambda value: '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
    manifest += ["[[file]]", f"name    = {quote(name)}", f"sha256  = {quote(hashlib.sha256((HERE / name).read_bytes()).hexdigest())}",
                 f"source  = {quote(source)}", f"licence = {quote(licence)}",
                 "phrases = [" + ", ".join(map(quote, phrases)) + "]", "gaps    = [" + ", ".join(map(quote, gaps)) + "]", ""]
(HERE / "manifest.toml").write_text("\n".join(manifest))
