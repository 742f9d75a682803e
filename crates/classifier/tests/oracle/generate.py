#!/usr/bin/env python3
"""Writes numbers and what python-stdnum says of them, to compare the validators with.

Usage: generate.py [SEED] > stdnum.csv        (needs: pip install python-stdnum==2.2)

python-stdnum is LGPL and serves as an oracle only: nothing of it is copied. All numbers are random.
Each line is `validator,value,valid`. Half of the values are made valid (by drawing until the oracle
agrees, for at most DRAWS tries), the rest are mutations of them: one digit changed, two neighbours
swapped, one digit left out or doubled, separators put in. Where separators may stand is a question
for the patterns, so a value also counts as valid if it is without them.
"""

import importlib
import random
import re
import sys

DRAWS = 60_000
VALID_PER_FORMAT = 14

D = "0123456789"
L = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
A = D + L

# validator, module, template. In a template # is a digit, ? a letter, * either; {a|b} is a choice;
# {ymd}, {dmy}, {y4md}, {d4my} are dates; everything else stands for itself.
FORMATS = [
    ("luhn", "luhn", "############"),
    ("iban", "iban", "{iban}"),
    ("aba", "us.rtn", "{0|1|2|3}########"),
    ("bic", "iso9362", "????{DE|FR|US|GB|JP|BR|ZA|XX|ZZ}**"),
    ("ar-cbu", "ar.cbu", "######################"),
    ("es-ccc", "es.ccc", "####################"),
    ("no-account", "no.kontonr", "###########"),
    ("cz-account", "cz.bankaccount", "{##########|######-########|####}/{0100|0300|0800}"),
    ("sepa-creditor", "eu.at_02", "{DE|FR|ES|IT}##ZZZ###########"),
    ("rf-reference", "iso11649", "RF##{############|##?##?}"),
    ("ch-qr-reference", "ch.esr", "###########################"),
    ("isin", "isin", "{US|DE|GB|FR|XS|ZZ}*********#"),
    ("cusip", "cusip", "####***##"),
    ("sedol", "gb.sedol", "{B|C|D|F|#}#####*"),
    ("figi", "figi", "BBG########*"),
    ("lei", "lei", "####00************##"),
    ("bitcoin", "bitcoin", "{btc}"),
    ("imei", "imei", "{35|01|86}#############"),
    ("iccid", "luhn", "89#################"),
    ("mac", "mac", "##:##:##:##:##:##"),
    ("us-ssn", "us.ssn", "###-##-####"),
    ("us-itin", "us.itin", "9##-{7|8|9}#-####"),
    ("us-atin", "us.atin", "9##-93-####"),
    ("us-ein", "us.ein", "##-#######"),
    ("mx-curp", "mx.curp", "{BOXW|GARC|LOPE}{ymd}{H|M}{NE|DF|JC}{RXN|BCD|LLL}*#"),
    ("mx-rfc", "mx.rfc", "{GODE|MAB|LOPE}{ymd}***"),
    ("ca-sin", "ca.sin", "###-###-###"),
    ("ca-bn", "ca.bn", "#########{RC0001|RT0002|}"),
    ("ca-bc-phn", "ca.bc_phn", "9#########"),
    ("gb-nhs", "gb.nhs", "### ### ####"),
    ("gb-utr", "gb.utr", "##########"),
    ("ie-ppsn", "ie.pps", "#######?{|A|W|T}"),
    ("fr-nir", "fr.nir", "{1|2}##{01|06|12}{#####|2A###|2B###}#####"),
    ("fr-nif", "fr.nif", "{0|1|2|3}############"),
    ("fr-siren", "fr.siren", "#########"),
    ("fr-siret", "fr.siret", "{siren}#####"),
    ("fr-tva", "fr.tva", "##{siren}"),
    ("de-idnr", "de.idnr", "{idnr}"),
    ("de-vat", "de.vat", "DE#########"),
    ("nl-bsn", "nl.bsn", "#########"),
    ("be-nn", "be.ssn", "{ymd}#####"),
    ("es-dni", "es.dni", "########?"),
    ("es-nie", "es.nie", "{X|Y|Z}#######?"),
    ("es-cif", "es.cif", "{A|B|E|H|J|P|Q|S|U|V|N|W}#######*"),
    ("es-nif", "es.nif", "{########?|X#######?|A########}"),
    ("it-codice-fiscale", "it.codicefiscale", "{RSS|BNC|VRD}{MRA|LGI}##{A|B|C|D|E|H|L|M|P|R|S|T}{01|15|28|41|68}{H501|F205|L219}?"),
    ("it-iva", "it.iva", "#######{001|015|100|120|999|500}#"),
    ("pt-nif", "pt.nif", "#########"),
    ("pt-cc", "pt.cc", "#########**#"),
    ("pl-pesel", "pl.pesel", "{pesel}"),
    ("pl-nip", "pl.nip", "##########"),
    ("pl-regon", "pl.regon", "{#########|##############}"),
    ("cz-rc", "cz.rc", "{ymd}####"),
    ("sk-rc", "sk.rc", "{ymd}####"),
    ("ro-cnp", "ro.cnp", "{1|2}{ymd}{01|12|40|52}####"),
    ("bg-egn", "bg.egn", "{ymd}####"),
    ("gr-amka", "gr.amka", "{dmy}#####"),
    ("gr-afm", "gr.vat", "#########"),
    ("hr-oib", "hr.oib", "###########"),
    ("si-emso", "si.emso", "{dm9y}50####"),
    ("cy-tin", "cy.vat", "{0|1|3|9}#######?"),
    ("ee-ik", "ee.ik", "{3|4}{ymd}####"),
    ("lt-asmens", "lt.asmens", "{3|4}{ymd}####"),
    ("lv-pk", "lv.pvn", "{dmy}1####"),
    ("fi-hetu", "fi.hetu", "{dmy}-###{?|#}"),
    ("se-personnummer", "se.personnummer", "{ymd}-####"),
    ("no-fodselsnummer", "no.fodselsnummer", "{dmy}{0|1|2|3|4}####"),
    ("dk-cpr", "dk.cpr", "{dmy}####"),
    ("is-kennitala", "is_.kennitala", "{dmy}###9"),
    ("ch-ahv", "ch.ssn", "756##########"),
    ("at-svnr", "at.vnr", "####{dmy}"),
    ("tr-tckn", "tr.tckimlik", "###########"),
    ("ru-inn", "ru.inn", "{##########|############}"),
    ("ru-ogrn", "ru.ogrn", "{1|5}{############|##############}"),
    ("ua-rntrc", "ua.rntrc", "##########"),
    ("il-id", "il.idnr", "#########"),
    ("za-id", "za.idnr", "{ymd}####{0|1}8#"),
    ("in-aadhaar", "in_.aadhaar", "############"),
    ("in-pan", "in_.pan", "???{A|P|C|H|Z|B}?####?"),
    ("in-gstin", "in_.gstin", "27AAPFU####F1Z*"),
    ("in-epic", "in_.epic", "???#######"),
    ("cn-ric", "cn.ric", "{110105|440524|310101}{y4md}###{#|X}"),
    ("cn-uscc", "cn.uscc", "9{1|2}110000########*{*|#}"),
    ("jp-my-number", "jp.in_", "############"),
    ("jp-corporate", "jp.cn", "#############"),
    ("kr-rrn", "kr.rrn", "{ymd}{1|2}######"),
    ("sg-uen", "sg.uen", "{########?|1997#####?|T{08|16}{FC|LL}####?}"),
    ("my-mykad", "my.nric", "{ymd}######"),
    ("th-pin", "th.pin", "#############"),
    ("id-nik", "id.nik", "{3171|3273|5171}##{dmy}####"),
    ("vn-mst", "vn.mst", "{01|03|31}########"),
    ("pk-cnic", "pk.cnic", "#####-#######-#"),
    ("au-tfn", "au.tfn", "{#########|########}"),
    ("au-abn", "au.abn", "###########"),
    ("au-acn", "au.acn", "#########"),
    ("nz-ird", "nz.ird", "{#########|########}"),
    ("br-cpf", "br.cpf", "###########"),
    ("br-cnpj", "br.cnpj", "{##############|********0001##}"),
    ("ar-cuit", "ar.cuit", "{20|23|27|30}#########"),
    ("cl-rut", "cl.rut", "########-{#|K}"),
    ("co-nit", "co.nit", "##########"),
    ("pe-ruc", "pe.ruc", "{10|20}#########"),
    ("pe-dni", "pe.cui", "########{#|A|F}"),
    ("ec-ci", "ec.ci", "{01|17|24}{0|3|5}#######"),
    ("ec-ruc", "ec.ruc", "{17}{0|6|9}#######{001|0001}"),
    ("uy-rut", "uy.rut", "21######001#"),
    ("ve-rif", "ve.rif", "{V|J|G|E}#########"),
    ("py-ruc", "py.ruc", "{########|800#####-#}"),
    ("do-cedula", "do.cedula", "###########"),
    ("at-uid", "at.uid", "U########"),
    ("at-tin", "at.tin", "#########"),
    ("be-vat", "be.vat", "{0|1}#########"),
    ("be-ogm", "be.ogm_vcs", "############"),
    ("bg-pnf", "bg.pnf", "##########"),
    ("by-unp", "by.unp", "{#########|{A|B|E|K|M}#########|{C|H}A#######}"),
    ("ch-uid", "ch.uid", "CHE#########"),
    ("dk-cvr", "dk.cvr", "########"),
    ("do-rnc", "do.rnc", "{1|4}########"),
    ("ee-registrikood", "ee.registrikood", "{1|7|8|9}#######"),
    ("fi-ytunnus", "fi.ytunnus", "########"),
    ("gb-upn", "gb.upn", "{A|B|H|K|N|R|T|W}{201|801|888}#########"),
    ("gb-vat", "gb.vat", "{#########|############}"),
    ("gh-tin", "gh.tin", "{P|C|G|Q|V}00#######{#|X}"),
    ("gn-nifp", "gn.nifp", "#########"),
    ("gt-nit", "gt.nit", "{#######|########}{#|K}"),
    ("hu-anum", "hu.anum", "########"),
    ("id-npwp", "id.npwp", "{01|02|07|08|09}#######{#}###000"),
    ("il-company", "il.hp", "5########"),
    ("imo", "imo", "#######"),
    ("in-vid", "in_.vid", "################"),
    ("lt-pvm", "lt.pvm", "{#######1#|##########1#}"),
    ("ma-ice", "ma.ice", "###############"),
    ("md-idno", "md.idno", "#############"),
    ("me-pib", "me.pib", "########"),
    ("mk-edb", "mk.edb", "#############"),
    ("mu-nid", "mu.nid", "?{dmy}######*"),
    ("mz-nuit", "mz.nuit", "#########"),
    ("nl-btw", "nl.btw", "#########B##"),
    ("nl-onderwijsnummer", "nl.onderwijsnummer", "10#######"),
    ("no-orgnr", "no.orgnr", "#########"),
    ("ro-cui", "ro.cui", "{######|########|##########}"),
    ("rs-pib", "rs.pib", "#########"),
    ("se-orgnr", "se.orgnr", "##########"),
    ("si-ddv", "si.ddv", "########"),
    ("sv-nit", "sv.nit", "{0|1|9}#############"),
    ("tn-mf", "tn.mf", "#######{?|?AM000|?BC001}"),
    ("tr-vkn", "tr.vkn", "##########"),
    ("tw-ubn", "tw.ubn", "########"),
    ("ua-edrpou", "ua.edrpou", "########"),
    ("us-ptin", "us.ptin", "P########"),
    ("za-tin", "za.tin", "{0|1|2|3|9}#########"),
    ("eu-vat", "eu.vat", "{ATU########|BE{0|1}#########|BG#########|CY########?|CZ########|DK########|EE#########|FI########|HU########|IE#######?|IE#######?A|LT#######1#|LU########|LV{4|5|9}##########|MT########|NL#########B##|RO########|SE##########01|SI########|SK{1|2|4}#2#######|HR###########|PL##########|PT#########|EL#########}"),
    ("az-voen", "az.voen", "#########{1|2}"),
    ("be-eid", "be.eid", "############"),
    ("es-catastral", "es.referenciacatastral", "#######{VG|VH|TM}####{B|S|F}00{01|17}??"),
    ("es-cups", "es.cups", "ES{0021|0031}############??{|1F|0P}"),
    ("imsi", "imsi", "{262|310|234|404|200|802}############"),
    ("meid", "meid", "A#########ABC#{|*}"),
    ("si-maticna", "si.maticna", "#######{|000|A12}"),
    ("sn-ninea", "sn.ninea", "{#######|#########}{|2G2|0A1}"),
]

IBAN = {"DE": "#" * 18, "GB": "????" + "#" * 14, "FR": "#" * 23, "ES": "#" * 20, "BE": "#" * 12,
        "NO": "#" * 11, "NL": "????" + "#" * 10, "MT": "????#####" + "*" * 18, "PL": "#" * 24,
        "SE": "#" * 20, "CH": "#####" + "*" * 12, "SA": "##" + "*" * 18, "LC": "????" + "*" * 24}


def date(rng):
    return 1930 + rng.randrange(90), 1 + rng.randrange(12), 1 + rng.randrange(28)


def special(name, rng):
    """The placeholders that are more than a choice."""
    year, month, day = date(rng)
    if name == "ymd":
        return f"{year % 100:02}{month:02}{day:02}"
    if name == "dmy":
        return f"{day:02}{month:02}{year % 100:02}"
    if name == "y4md":
        return f"{year}{month:02}{day:02}"
    if name == "dm9y":
        return f"{day:02}{month:02}{year % 1000:03}"
    if name == "pesel":
        month += 20 if year >= 2000 else 0
        return f"{year % 100:02}{month:02}{day:02}" + fill("#####", rng)
    if name == "siren":
        return importlib.import_module("stdnum.luhn") and with_luhn(fill("########", rng))
    if name == "idnr":
        digits = rng.sample(D, 9)
        digits.insert(rng.randrange(10), digits[rng.randrange(9)])
        return "".join(digits) + rng.choice(D)
    if name == "iban":
        from stdnum.iso7064 import mod_97_10
        country = rng.choice(sorted(IBAN))
        body = fill(IBAN[country], rng)
        if country == "BE":
            body = f"{body[:10]}{int(body[:10]) % 97 or 97:02}"
        if country == "ES":
            from stdnum.es import ccc
            body = body[:8] + ccc.calc_check_digits(body) + body[10:]
        if country == "NO":
            from stdnum.no import kontonr
            body = next((body[:10] + d for d in D if kontonr.is_valid(body[:10] + d)), body)
        return country + mod_97_10.calc_check_digits(body + country) + body
    if name == "btc":
        return bitcoin(rng)
    return None


def with_luhn(body):
    from stdnum import luhn
    return body + luhn.calc_check_digit(body)


def bitcoin(rng):
    import hashlib
    payload = bytes([rng.choice([0, 5])]) + rng.randbytes(20)
    payload += hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number, text = int.from_bytes(payload, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = alphabet[digit] + text
    return "1" * (len(payload) - len(payload.lstrip(b"\0"))) + text


def fill(template, rng):
    """Expands one template."""
    out, at = "", 0
    while at < len(template):
        char = template[at]
        if char == "{":
            depth, end = 1, at + 1
            while depth:
                depth += {"{": 1, "}": -1}.get(template[end], 0)
                end += 1
            inner = template[at + 1:end - 1]
            made = special(inner, rng)
            out += made if made is not None else fill(rng.choice(split(inner)), rng)
            at = end
            continue
        out += rng.choice({"#": D, "?": L, "*": A}.get(char, char))
        at += 1
    return out


def split(inner):
    """Splits at the bars outside braces."""
    parts, depth = [""], 0
    for char in inner:
        depth += {"{": 1, "}": -1}.get(char, 0)
        if char == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


# Formats in which separators have a meaning or never stand.
EXACT = {"bic", "bitcoin", "cusip", "cz-account", "mac"}


def verdict(name, oracle, value):
    def holds(text):
        try:
            return oracle.is_valid(text)
        except ValueError:  # Some modules of the oracle stumble over letters.
            return False

    return holds(value) or (name not in EXACT and holds(re.sub(r"[ ./-]", "", value)))


def mutations(name, value, rng):
    """Values near a valid one."""
    places = [i for i, c in enumerate(value) if c.isdigit()] or list(range(len(value)))
    for _ in range(2):
        at = rng.choice(places)
        yield value[:at] + rng.choice(D.replace(value[at], "")) + value[at + 1:]
    at = rng.randrange(len(value) - 1)
    yield value[:at] + value[at + 1] + value[at] + value[at + 2:]
    at = rng.choice(places)
    yield value[:at] + value[at + 1:]
    yield value[:at] + value[at] + value[at:]
    if value.isalnum() and name not in EXACT:
        yield f"{value[:4]} {value[4:]}"


def main():
    rng = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    print("validator,value,valid")
    for name, module, template in FORMATS:
        oracle = importlib.import_module(f"stdnum.{module}")
        rows, made = {}, 0
        for _ in range(DRAWS):
            if made == VALID_PER_FORMAT:
                break
            value = fill(template, rng)
            valid = verdict(name, oracle, value)
            if valid and value not in rows:
                made += 1
                for near in mutations(name, value, rng):
                    rows[near] = verdict(name, oracle, near)
            if valid or len(rows) < 6:
                rows[value] = valid
        if made < 3:
            print(f"{name}: only {made} valid numbers drawn", file=sys.stderr)
        for value in rows:
            print(f"{name},{value},{'yes' if rows[value] else 'no'}")


if __name__ == "__main__":
    main()
