#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Precision and recall of an NDJSON run against the planted truth.
use strict;
use warnings;
use JSON::PP;

# Decoding each line would take longer than the run: only some are.  A quote
# within a string is escaped, so the pattern finds members alone.
my $DECODED = 200;

sub give_up {
    print STDERR @_, "\n";
    exit 2;
}

# The domain and the ids of a line of the run.
sub read_line {
    my ($line, $number) = @_;
    my ($domain) = $line =~ /"domain":"([^"]*)"/;
    my %ids = map { $_ => 1 } $line =~ /"id":"([^"]*)"/g;
    if ($number % $DECODED == 0) {
        my $decoded = decode_json($line);
        my %decoded = map { $_->{id} => 1 } @{ $decoded->{findings} };
        give_up("line $number is not as it looks")
            unless $decoded->{domain} eq $domain
            && join(' ', sort keys %decoded) eq join(' ', sort keys %ids);
    }
    return ($domain, \%ids);
}

my ($truth_file, $run_file) = @ARGV;
my @planted = qw(spf.missing spf.all-pass spf.include-none dmarc.missing
    dmarc.policy-invalid);

open my $truth, '<', $truth_file or die "$truth_file: $!\n";
open my $run, '<', $run_file or die "$run_file: $!\n";
my ($right, $wrong, $lost, $domains) = (0, 0, 0, 0);
while (my $line = <$truth>) {
    my $wanted = decode_json($line);
    my $got_line = <$run>;
    give_up("the run ends before $wanted->{domain}") unless defined $got_line;
    my ($domain, $ids) = read_line($got_line, $domains);
    give_up("out of order: $domain, not $wanted->{domain}")
        unless $domain eq $wanted->{domain};
    my %wanted = map { $_ => 1 } @{ $wanted->{ids} };
    my %got = %$ids;
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
