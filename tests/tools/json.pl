#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Looks into the program's JSON or NDJSON, for tests.
#
#   json.pl findings FILE   "id state at" of each finding, sorted
#   json.pl domains FILE    the subjects' domains, in their order
#   json.pl get FILE PATH   a member of the only subject: "facts.spf.all",
#                           "findings.0.id"; the document's with "/PATH"
#   json.pl plain FILE      all of it, less what rightly differs from one
#                           source of answers to another: which server gave
#                           the evidence, and what a server signs
#   json.pl subjects FILE   one subject a line, of either form
use strict;
use warnings;
use JSON::PP;

my ($what, $file, $path) = @ARGV;
my $json = JSON::PP->new->canonical->allow_nonref;

open my $in, '<', $file or die "$file: $!\n";
my $text = do { local $/; <$in> };
my $document = eval { $json->decode($text) };
my @subjects =
    defined $document && exists $document->{subjects}
    ? @{ $document->{subjects} }
    : map { $json->decode($_) } split /\n/, $text;

sub show {
    my ($value) = @_;
    return 'null' unless defined $value;
    return $json->encode($value) if ref $value;
    return $value;
}

sub walk {
    my ($value, $steps) = @_;
    for my $step (split /\./, $steps) {
        $value = ref $value eq 'ARRAY' ? $value->[$step] : $value->{$step};
    }
    return $value;
}

sub plain {
    my ($subject) = @_;
    for my $finding (@{ $subject->{findings} || [] }) {
        delete $_->{server} for @{ $finding->{evidence} };
    }
    delete $subject->{facts}{delegation}{dnssec};
    # TTLs count down in caches; zone files have no NSEC records.
    my $dkim = ($subject->{facts} || {})->{dkim} || {};
    delete $dkim->{proof_lines};
    delete $_->{ttl} for @{ $dkim->{selectors} || [] };
    delete @{$subject}{qw(version command)};
    return $json->pretty->encode($subject);
}

if ($what eq 'findings') {
    print sort map { "$_->{id} $_->{state} $_->{at}\n" }
        map { @{ $_->{findings} || [] } } @subjects;
} elsif ($what eq 'domains') {
    print map { "$_->{domain}\n" } @subjects;
} elsif ($what eq 'get') {
    my $at = $path =~ s{^/}{} ? $document : $subjects[0];
    die "there are " . @subjects . " subjects\n"
        if $at != ($document // 0) && @subjects != 1;
    print show(walk($at, $path)), "\n";
} elsif ($what eq 'plain') {
    print map { plain($_) } @subjects;
} elsif ($what eq 'subjects') {
    for my $subject (@subjects) {
        delete @{$subject}{qw(version command)};
        print $json->encode($subject), "\n";
    }
} else {
    die "json.pl: what is '$what'?\n";
}
