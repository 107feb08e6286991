#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each form for other programs is read by a parser that is not ours, and holds
# what ndjson holds.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
command -v python3 >/dev/null || skip_all 'python3 is not installed'
plan_lazy

cd "$work" || bail 'no folder'
# Text that each form would take for its own.
cat >zone <<'END'
$TTL 3600
example. SOA . . 1 3600 600 1209600 300
$ORIGIN hostile.example.
@ SOA ns1 hostmaster 1 3600 600 1209600 300
@ NS ns1
@ NS ns2
ns1 A 192.0.2.1
ns2 A 192.0.2.2
@ TXT "v=spf1 include:<b>&amp;\"'|`%0A::error::]]>, [x](https://a.example){0} ?all"
_dmarc TXT "v=DMARC1; p=none; =cmd|' /C calc'!A0=1; rua=mailto:a@hostile.example"
k1._domainkey TXT "v=DKIM1; k=RSA; n=<!--; p=="
END
printf 'hostile.example\nno..name\nabsent.example\n' >domains

for form in ndjson junit sarif csv github markdown; do
    run audit --zone zone --from domains --no-guess --selector k1 \
        --format $form
    ends 4 "$form"
    cp out $form.out
done

cat >read.py <<'END'
import csv, json, re, sys
import xml.etree.ElementTree as tree

subjects = [json.loads(line) for line in open("ndjson.out")]
findings = [(s["domain"], f) for s in subjects for f in s.get("findings") or []]
wanted = sorted((d, f["id"], f["at"], f["message"]) for d, f in findings)
bad = len({(d, f["id"]) for d, f in findings
           if f["severity"] == "error" and f["state"] == "found"})


def junit():
    suites = tree.parse("junit.out").getroot()
    assert [s.get("name") for s in suites] == [s["domain"] for s in subjects]
    for suite in suites:
        assert int(suite.get("tests")) == len(suite.findall("testcase"))
        for what, name in (("failures", "failure"), ("errors", "error"),
                           ("skipped", "skipped")):
            assert int(suite.get(what)) == len(suite.findall(".//" + name))
    assert len(suites.findall(".//failure")) == bad > 0
    assert len(suites.findall(".//error")) == 1


def plain(text):
    # SARIF 3.11.5, 3.11.6: no bracket or brace has a meaning of its own
    bare = re.sub(r"\\[\[\]\\]|\{\{|\}\}", "", text)
    assert not re.search(r"[][{}\\]", bare), text
    return re.sub(r"\\([\[\]\\])|(\{|\})\2", r"\1\2", text)


def sarif():
    log = json.load(open("sarif.out"))
    assert log["version"] == "2.1.0" and len(log["runs"]) == 1
    run = log["runs"][0]
    rules = [r["id"] for r in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    results = [r for r in run["results"] if "ruleId" in r]
    assert len(run["results"]) == len(results) + 1
    assert all(r["ruleId"] in rules for r in results)
    assert all((r["kind"], r["level"]) != ("open", "error") for r in results)
    assert any("[x](https://a" in m for _, _, _, m in wanted)
    assert wanted == sorted(
        (r["properties"]["domain"], r["ruleId"],
         r["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]
         if f["at"] else "", plain(r["message"]["text"]))
        for r, (d, f) in zip(results, findings))
    marks = [r["partialFingerprints"]["selkie/v1"] for r in results]
    assert all(marks)


def sheet():
    with open("csv.out", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(not row[None] for row in rows if None in row)
    assert wanted == sorted((r["domain"], r["id"], r["at"], r["message"])
                            for r in rows if r["id"])
    assert all(not v or v[0] not in "=+-@" for r in rows for v in r.values())


def github():
    lines = open("github.out").read().splitlines()
    assert len(lines) == len(findings) + 1
    assert all(line.startswith(("::error title=", "::warning title=",
                                "::notice title=")) for line in lines)
    assert sum(line.count("::error title=") for line in lines) <= len(lines)


def markdown():
    text = open("markdown.out").read()
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    # a bar that is not escaped is a border, five a row
    cells = [line.replace("\\\\", "").replace("\\|", "").count("|")
             for line in rows]
    assert set(cells) == {5}, cells
    assert len(rows) == len(findings) + text.count("| severity |")
    assert "<b>" not in text.replace("`", " ").replace("\\<", "")


globals()[sys.argv[1]]()
END
for form in junit sarif sheet github markdown; do
    ok "$form is read, and holds what ndjson holds" python3 read.py $form
done

done_testing
