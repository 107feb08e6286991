#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Precision and recall of an NDJSON run against the planted truth.
use strict;
use warnings;
use JSON::PP;

my ($truth_file, $run_file) = @ARGV;
my @planted = qw(spf.missing spf.all-pass spf.include-none dmarc.missing
    dmarc.policy-invalid);
my %planted = map { $_ => 1 } @planted;

open my $truth, '<', $truth_file or die "$truth_file: $!\n";
open my $run, '<', $run_file or die "$run_file: $!\n";
my ($right, $wrong, $lost, $domains) = (0, 0, 0, 0);
while (my $line = <$truth>) {
    my $wanted = decode_json($line);
    my $got_line = <$run>;
    die "the run ends before $wanted->{domain}\n" unless defined $got_line;
    my $got = decode_json($got_line);
    die "out of order: $got->{domain}, not $wanted->{domain}\n"
        unless $got->{domain} eq $wanted->{domain};
    my %wanted = map { $_ => 1 } @{ $wanted->{ids} };
    my %got = map { $_->{id} => 1 }
        grep { $planted{ $_->{id} } } @{ $got->{findings} };
    for my $id (@planted) {
        $right++ if $wanted{$id} && $got{$id};
        $wrong++ if !$wanted{$id} && $got{$id};
        $lost++ if $wanted{$id} && !$got{$id};
        print "# $wanted->{domain}: $id ", $got{$id} ? "wrongly\n" : "lost\n"
            if ($wanted{$id} xor $got{$id}) && $wrong + $lost < 10;
    }
    $domains++;
}
printf "planted faults in %d domains: precision %.2f %%, recall %.2f %%\n",
    $domains, 100 * $right / ($right + $wrong || 1),
    100 * $right / ($right + $lost || 1);
exit($wrong + $lost > 0);
