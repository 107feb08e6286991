#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# A synthetic Internet as one zone file, with a realistic mix of records and
# faults, and the truth about each domain in a file beside it.
#
#   world.pl N FOLDER    writes FOLDER/world.zone, domains.txt, truth.ndjson
use strict;
use warnings;

my ($n, $folder) = @ARGV;
die "usage: world.pl N FOLDER\n" unless defined $folder && $n =~ /^\d+$/;

# A generator of our own, so that every run makes the same world.
my $state = 20261124;
sub pick {
    my ($of) = @_;
    $state = ($state * 1103515245 + 12345) & 0x7fffffff;
    return ($state >> 8) % $of;
}

my $key = join '', 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuR3Y1Fn0c5x0',
    'l4XyQDQZsQbT0yG7kPZ1u2TjTZKXkqgqzI0Kz5mGZxOv0lOeKQe6oIoJwV8FhKZp',
    'kq0Y3uXH7bIMVj0WkB9QfZ8zJ1gQb3p0xkqkYzqVnWbP6pYzq7J2sJq0mVn3kR4N',
    'yQ9hVw3r2dZ1mX8cT6fL5bG4aK0eJ9uS7iO1pW3xR5nB2vC6zM8qD4tY0gH5jF3l',
    'kE7wU9oP1sA6dG2fJ4hK8zX0cV5bN3mQ7rT1yL9uI6eO4pS2aD8fH0jG5kW3xZ7c',
    'V1bM9nQ2wE4rT6yU8iO0pA3sD5fG7hJ9kL1zX2cV4bN6mQ8wE0rT3yU5iO7pQIDAQAB';

open my $zone, '>', "$folder/world.zone" or die "$folder/world.zone: $!\n";
open my $list, '>', "$folder/domains.txt" or die "$folder/domains.txt: $!\n";
open my $truth, '>', "$folder/truth.ndjson" or die $!;

print $zone <<'ZONE';
$TTL 3600
. SOA a.root. hostmaster. 1 3600 600 86400 300
. NS a.root.
a.root. A 127.0.0.1
ZONE
for my $provider (0 .. 19) {
    print $zone "_spf.p$provider.example. TXT \"v=spf1 ip4:198.51.100.",
        $provider, "/32 include:_more.p$provider.example ~all\"\n";
    print $zone "_more.p$provider.example. TXT \"v=spf1 ip4:203.0.113.",
        $provider, "/32 ~all\"\n";
    print $zone "mx.p$provider.example. A 192.0.2.", $provider + 1, "\n";
    print $zone "k1.p$provider.example. TXT \"v=DKIM1; k=rsa; p=",
        substr($key, 0, 200), '" "', substr($key, 200), "\"\n";
}

for my $i (1 .. $n) {
    my $d = sprintf 'd%07d.test', $i;
    my $p = pick(20);
    my @ids;
    print $list "$d\n";
    print $zone "$d. MX 10 mx.p$p.example.\n";

    my $spf = pick(10);
    if ($spf == 0) { push @ids, 'spf.missing' }
    elsif ($spf == 1) {
        print $zone "$d. TXT \"v=spf1 +all\"\n";
        push @ids, 'spf.all-pass';
    } elsif ($spf == 2) {
        print $zone "$d. TXT \"v=spf1 include:none.$d -all\"\n";
        push @ids, 'spf.include-none';
    } else { print $zone "$d. TXT \"v=spf1 mx include:_spf.p$p.example -all\"\n" }

    my $dmarc = pick(10);
    if ($dmarc <= 3) { push @ids, 'dmarc.missing' }
    elsif ($dmarc == 4) {
        print $zone "_dmarc.$d. TXT \"v=DMARC1; p=nonsense\"\n";
        push @ids, 'dmarc.policy-invalid';
    } else {
        print $zone "_dmarc.$d. TXT \"v=DMARC1; p=reject; ",
            "rua=mailto:dmarc\@$d\"\n";
    }

    my $dkim = pick(10);
    if ($dkim < 5) { print $zone "k1._domainkey.$d. CNAME k1.p$p.example.\n" }
    elsif ($dkim == 5) {
        print $zone "k1._domainkey.$d. TXT \"v=DKIM1; p=\"\n";
    }
    print $truth '{"domain":"', $d, '","ids":[',
        join(',', map { "\"$_\"" } sort @ids), "]}\n";
}
close $_ or die $! for $zone, $list, $truth;
