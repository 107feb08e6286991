#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what selkie records wrote in some form, by a reader of that form that
knows nothing of selkie, and prints each record as NAME TYPE TTL DATA: the data
are hex for TXT (strings with / between), else numbers and lower-case names.

    readback.py FORM FILE
"""
import csv
import html.parser
import ipaddress
import json
import re
import shlex
import sys

try:
    import yaml
except ImportError:
    yaml = None

ZONE = 'esp.example'
TYPES = {'1': 'A', '2': 'NS', '5': 'CNAME', '6': 'SOA', '15': 'MX',
         '16': 'TXT', '28': 'AAAA', '33': 'SRV'}

STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)


def octets(text, base=10):
    """Octets of text with escapes: three digits, or any other character."""
    return re.sub(r'\\(\d{3}|.)', lambda found:
                  chr(int(found[1], base)) if len(found[1]) == 3
                  else found[1], text, flags=re.S).encode('latin-1')


def strings(text, base=10):
    """Quoted strings: RFC 1035 section 5.1."""
    out, i = [], 0
    while i < len(text):
        if text[i] == ' ':
            i += 1
            continue
        found = STRING.match(text, i)
        assert found, text
        out.append(octets(found[1], base))
        i = found.end()
    return out


def name(text, base=10):
    """Labels in hex, so that escapes do not matter."""
    text = text.rstrip('.') if not text.endswith('\\.') else text
    labels, label, i = [], '', 0
    while i < len(text):
        if text[i] == '.':
            labels.append(label)
            label = ''
            i += 1
        else:
            n = 1
            if text[i] == '\\':
                n = 4 if text[i + 1].isdigit() else 2
            label += text[i:i + n]
            i += n
    labels.append(label)
    return '.'.join(octets(one, base).hex() for one in labels).lower()


def put(owner, kind, ttl, data):
    print(owner, kind, ttl, data)


def lower(text):
    return text.lower()


def put_text(owner, kind, ttl, text, base=10):
    """Data in presentation form."""
    if kind == 'TXT':
        data = '/'.join(one.hex() for one in strings(text, base))
    elif kind in ('A', 'AAAA'):
        data = lower(text)
    else:
        data = ' '.join(one if one.isdigit() else name(one, base)
                        for one in text.split(' '))
    put(name(owner, base), kind, ttl, data)


def read_zone(text):
    for line in text.splitlines():
        owner, ttl, _, kind, data = line.split('\t', 4)
        put_text(owner, kind, ttl, data)


def read_json(text):
    for group in json.loads(text)['groups']:
        for one in group['records']:
            put_text(one['name'], one['type'], one['ttl'], one['data'])


def read_csv(text):
    rows = csv.reader(text.split('\r\n')[:-1])
    assert next(rows) == ['zone', 'host', 'name', 'type', 'ttl', 'value',
                          'data']
    for zone, host, owner, kind, ttl, value, data in rows:
        host, data = (one[1:] if one[:1] == "'" else one
                      for one in (host, data))
        assert owner == (zone if host == '@' else host + '.' + zone)
        if kind == 'TXT':
            value = value[1:] if value[:1] == "'" else value
            assert octets_of_panel(value) == b''.join(strings(data)), value
        put_text(owner, kind, ttl, data)


def octets_of_panel(value):
    """A panel's one line: octets that cannot be printed are \\DDD."""
    return octets(value)


def read_markdown(text):
    blocks = re.findall(r'^(`{3,})\n(.*?)\n\1$', text, re.M | re.S)
    assert len(blocks) % 4 == 0
    for i in range(0, len(blocks), 4):
        host, owner, value, line = (one[1] for one in blocks[i:i + 4])
        where, ttl, _, kind, data = line.split(' ', 4)
        assert where == owner + '.'
        assert host == '@' or owner.startswith(host + '.')
        if kind == 'TXT':
            assert octets_of_panel(value) == b''.join(strings(data)), value
        put_text(owner, kind, ttl, data)


def read_octodns(text):
    """https://octodns.readthedocs.io: a zone's records by host; a semicolon in
    a text has a backslash before it, and strings are not told apart."""
    for host, records in yaml.load(text, Loader=yaml.CSafeLoader).items():
        owner = name(host + '.' + ZONE if host else ZONE)
        for one in records:
            kind = one['type']
            for value in one.get('values', [one.get('value')]):
                if kind == 'TXT':
                    assert not re.search(r'(?<!\\);', value)
                    value = value.replace('\\;', ';').encode('latin-1').hex()
                elif kind == 'MX':
                    value = '%d %s' % (value['preference'],
                                       name(value['exchange']))
                elif kind == 'SRV':
                    value = '%d %d %d %s' % (
                        value['priority'], value['weight'], value['port'],
                        name(value['target']))
                else:
                    value = lower(value) if kind in ('A', 'AAAA') else name(
                        value)
                put(owner, kind, one['ttl'], value)


class Sheet(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.cell = None
        self.cells = {}

    def handle_starttag(self, tag, attrs):
        if tag == 'code':
            self.cell = dict(attrs)['class']
            self.cells[self.cell] = ''
        elif tag == 'dl':
            self.cells = {}

    def handle_data(self, data):
        if self.cell:
            self.cells[self.cell] += data

    def handle_endtag(self, tag):
        if tag == 'code':
            self.cell = None
        elif tag == 'dl':
            one = self.cells
            if one['type'] == 'TXT':
                assert octets_of_panel(one['value']) == b''.join(
                    strings(one['data'])), one
            put_text(one['name'], one['type'], one['ttl'], one['data'])


def read_html(text):
    sheet = Sheet()
    sheet.feed(text)
    sheet.close()


def read_tinydns(text):
    """https://cr.yp.to/djbdns/tinydns-data.html: \\ooo is an octet."""
    def wire_name(field):
        return name(field, 8)

    for line in text.splitlines():
        fields = line[1:].split(':')
        kind = line[0]
        if kind == 'Z':
            owner, primary, mailbox, *numbers, ttl = fields
            put(wire_name(owner), 'SOA', ttl,
                ' '.join([wire_name(primary), wire_name(mailbox), *numbers]))
        elif kind == '&':
            owner, address, target, ttl = fields
            assert address == '' and '.' in target
            put(wire_name(owner), 'NS', ttl, wire_name(target))
        elif kind == '@':
            owner, address, target, preference, ttl = fields
            assert address == '' and '.' in target
            put(wire_name(owner), 'MX', ttl,
                preference + ' ' + wire_name(target))
        elif kind == 'C':
            owner, target, ttl = fields
            put(wire_name(owner), 'CNAME', ttl, wire_name(target))
        else:
            assert kind == ':', line
            owner, number, data, ttl = fields
            assert number not in ('2', '5', '6', '12', '15', '252')
            put(wire_name(owner), TYPES[number], ttl,
                rdata(TYPES[number], octets(data, 8)))


def wire_labels(data):
    labels, i = [], 0
    while data[i]:
        labels.append(data[i + 1:i + 1 + data[i]].hex())
        i += 1 + data[i]
    return '.'.join(labels).lower()


def rdata(kind, data):
    if kind == 'TXT':
        out, i = [], 0
        while i < len(data):
            out.append(data[i + 1:i + 1 + data[i]].hex())
            i += 1 + data[i]
        return '/'.join(out)
    if kind == 'AAAA':
        return ipaddress.IPv6Address(data).compressed
    if kind == 'A':
        return '.'.join(str(one) for one in data)
    if kind == 'SRV':
        numbers = [str(data[i] * 256 + data[i + 1]) for i in (0, 2, 4)]
        return ' '.join(numbers + [wire_labels(data[6:])])
    raise AssertionError(kind)


def read_nsupdate(text):
    deleted, zone, sent = set(), None, True
    for line in text.splitlines():
        if line.startswith(';'):
            continue
        word, _, rest = line.partition(' ')
        if word == 'zone':
            zone, sent = rest, False
        elif word == 'send':
            sent = True
        elif rest.startswith('delete '):
            deleted.add(tuple(rest.split(' ')[1:]))
        else:
            _, owner, ttl, kind, data = rest.split(' ', 4)
            assert (owner, kind) in deleted and zone and not sent
            assert owner.endswith(zone)
            put_text(owner, kind, ttl, data)
    assert sent


def read_knotc(text):
    zone, open_, guarded, deaf = None, False, False, False
    for line in text.splitlines()[2:]:
        words = shlex.split(line)
        if words[0] == 'trap' and words[2:] == ['HUP', 'INT', 'TERM']:
            deaf = words[1] == ''
            assert deaf != guarded
            continue
        if words[0] == 'trap':
            assert words[2:] == ['EXIT'] and open_ == (words[1] != '-')
            guarded = open_
            continue
        if words[0].startswith('zone='):
            assert not open_
            zone = words[0][5:]
            continue
        assert words[0] == 'knotc' and words[2] == '$zone', line
        if words[1] == 'zone-begin':
            assert deaf
            open_ = True
        elif words[1] == 'zone-commit':
            open_ = False
        elif words[1] == 'zone-set':
            assert open_ and guarded and not deaf and words[3].endswith(zone)
            put_text(words[3], words[5], words[4], words[6])
    assert not open_ and not guarded


def read_pdnsutil(text):
    for line in text.splitlines()[2:]:
        words = shlex.split(line)
        assert words[:2] == ['pdnsutil', 'replace-rrset'], line
        zone, host, kind, ttl, *data = words[2:]
        owner = zone if host == '@' else host + '.' + zone
        for one in data:
            put_text(owner, kind, ttl, one)


def read_pdns_api(text):
    for one in json.loads(text)['rrsets']:
        assert one['changetype'] == 'REPLACE'
        for record in one['records']:
            assert record['disabled'] is False
            put_text(one['name'], one['type'], one['ttl'], record['content'])


def read_route53(text):
    for change in json.loads(text)['Changes']:
        assert change['Action'] == 'UPSERT'
        one = change['ResourceRecordSet']
        for record in one['ResourceRecords']:
            put_text(one['Name'], one['Type'], one['TTL'], record['Value'], 8)


def read_google(text):
    body = json.loads(text)
    assert body['kind'] == 'dns#change'
    for one in body['additions']:
        assert one['kind'] == 'dns#resourceRecordSet'
        for data in one['rrdatas']:
            put_text(one['name'], one['type'], one['ttl'], data)


def read_cloudflare(text):
    for one in json.loads(text)['posts']:
        kind, data = one['type'], one.get('content')
        if kind == 'MX':
            data = '%d %s' % (one['priority'], data)
        elif kind == 'SRV':
            data = '%(priority)d %(weight)d %(port)d %(target)s' % one['data']
        assert one.get('proxied', kind not in ('A', 'AAAA', 'CNAME')) == (
            kind not in ('A', 'AAAA', 'CNAME'))
        put_text(one['name'], kind, one['ttl'], data)


def read_azure(text):
    body = json.loads(text)
    assert body['$schema'].endswith('/deploymentTemplate.json#')
    for one in body['resources']:
        kind = one['type'].rpartition('/')[2]
        zone, host = one['name'].split('/')
        owner = name(zone if host == '@' else host + '.' + zone)
        properties = one['properties']
        ttl = properties['TTL']
        if kind == 'CNAME':
            put(owner, kind, ttl, name(properties['CNAMERecord']['cname']))
            continue
        for record in properties[kind + 'Records']:
            if kind == 'TXT':
                # "[[...]" is the text "[...]": no expression.
                texts = [text[1:] if re.match(r'\[\[.*\]$', text, re.S)
                         else text for text in record['value']]
                assert all(len(text) <= 255 for text in texts)
                data = '/'.join(text.encode('latin-1').hex()
                                for text in texts)
            elif kind == 'MX':
                data = '%d %s' % (record['preference'],
                                  name(record['exchange']))
            elif kind == 'SRV':
                data = '%d %d %d %s' % (record['priority'], record['weight'],
                                        record['port'],
                                        name(record['target']))
            else:
                data = record[{'A': 'ipv4Address', 'AAAA': 'ipv6Address',
                               'NS': 'nsdname'}[kind]]
                data = name(data) if kind == 'NS' else lower(data)
            put(owner, kind, ttl, data)


def main():
    form, path = sys.argv[1:]
    with open(path, encoding='utf-8', newline='') as file:
        text = file.read()
    globals()['read_' + form.replace('-', '_')](text)


main()
