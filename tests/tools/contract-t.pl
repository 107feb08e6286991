#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# What is printed for programs is what selkie-output(5) says: no member that
# it does not name, and none named that is never printed.
use strict;
use warnings;
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

my $source = $ENV{SELKIE_SOURCE} // '.';
my $selkie = $ENV{SELKIE_BIN} // "$source/build/selkie";
my $work = tempdir(CLEANUP => 1);
my $zone = "$source/share/examples/brewery.zone";
@ENV{qw(SELKIE_WORKSPACE SELKIE_SEAL_DIR)} = ("$work/esp", "$work/seal");

# ---- the page: of each heading the tags, and all that is bold in it ----

my (%tags, %bold);
sub read_page {
    my ($heading, $is_tag) = ('', 0);

    open my $page, '<', "$source/share/man/selkie-output.5"
        or die "selkie-output.5: $!\n";
    while (<$page>) {
        s/\\-/-/g;
        if (/^\.S[HS] (.*)/) {
            $heading = $1;
        } elsif (my ($macro, $text) = /^\.(BR?) (.*)/) {
            # .B: all is bold; .BR: every other argument is.
            my @words = $macro eq 'B' ? $text
                : $text =~ /("[^"]*"|\S+)/g;
            @words = @words[grep { $_ % 2 == 0 } 0 .. $#words];
            s/^"|"$//g for @words;
            $bold{$heading}{$_} = 1 for @words;
            $tags{$heading}{$_} = 1 for $is_tag ? @words : ();
        }
        $is_tag = /^\.TP/;
    }
}

# ---- what is printed ----

my %seen;

# Note the members of value, and of what is in it, under a heading.
sub note_all {
    my ($heading, $value) = @_;

    if (ref $value eq 'ARRAY') {
        note_all($heading, $_) for @$value;
    } elsif (ref $value eq 'HASH') {
        for my $name (keys %$value) {
            $seen{$heading}{$name} = 1;
            # Which fields there are depends on the finding; evidence is
            # described with it.
            note_all($name eq 'evidence' ? 'Finding' : $heading,
                $value->{$name}) if $name ne 'fields';
        }
    }
}

# The members of value itself.
sub note_flat {
    my ($heading, $value) = @_;
    $seen{$heading}{$_} = 1 for keys %$value;
}

sub run {
    my (@words) = @_;
    open my $pipe, '-|', 'sh', '-c', 'exec "$@" 2>/dev/null', 'sh', $selkie,
        @words or die "$selkie: $!\n";
    my $text = do { local $/; <$pipe> };
    close $pipe;
    return $text;
}

sub note_subject {
    my ($subject) = @_;
    my $facts = $subject->{facts};

    note_flat('Subject', $subject);
    note_all('Finding', $subject->{findings});
    for my $name (keys %$facts) {
        my $of = $name eq 'records' ? 'facts of verify'
            : $name eq 'rotation' ? 'facts of rotate' : undef;
        note_all($of // "facts.$name",
            $of ? {$name => $facts->{$name}} : $facts->{$name});
    }
}

sub note_run {
    my (@words) = @_;
    my $document = decode_json(run(@words, '--format', 'json'));
    my @lines = map { decode_json($_) }
        split /\n/, run(@words, '--format', 'ndjson');

    note_flat('AUDIT AND VERIFY', $document);
    note_subject($_) for @{$document->{subjects}};
    is($document->{version}, 1, "@words: version");
    my $command = $words[0] eq 'rotate' ? "@words[0, 1]" : $words[0];
    is($document->{command}, $command, "@words: command");
    # A line is a subject that says what it is.
    for my $line (@lines) {
        is($line->{version}, 1, "@words: version of a line");
        is($line->{command}, $command, "@words: command of a line");
        delete @$line{qw(version command)};
    }
    is_deeply(\@lines, $document->{subjects}, "@words: lines and document");
}

read_page();
run('init', 'esp.example');
run('provision', '--from', "$source/share/examples/customers.csv");
my $records = run('records', '--all');
open my $file, '>', "$work/esp.zone" or die "$!\n";
print $file $records;
close $file;
# A record goes missing, another is spoilt.
$records =~ s/^k2\._domainkey\.snufkin.*\n//m;
$records =~ s/^(k1\._domainkey\.snufkin.*TXT\s+)"v=DKIM1/$1"v=DKIM2/m;
open $file, '>', "$work/spoilt.zone" or die "$!\n";
print $file $records;
close $file;

note_run('audit', '--zone', $zone, '--selector', 'k1', 'brewery.example',
    'no domain', '--keys');
$ENV{SELKIE_PROFILES} = "$source/share/profiles";
note_run('audit', '--zone', $zone, '--profile', 'rfc', 'brewery.example',
    '--sender', 'a@mail.brewery.example');
note_run('verify', '--zone', "$work/esp.zone", '--all');
note_run('verify', '--zone', "$work/spoilt.zone", 'snufkin', 'nobody');
run('rotate', 'start', 'snufkin');
open $file, '>', "$work/rotated.zone" or die "$!\n";
print $file run('records', '--all');
close $file;
note_run('rotate', 'preflight', '--zone', "$work/rotated.zone", 'snufkin');

my $list = decode_json(run('list', '--format', 'json'));
note_all('LIST', $list);
is_deeply([map { decode_json($_) } split /\n/, run('list', '--format',
    'ndjson')], $list, 'list: lines and document');
is(scalar(grep { $_->{version} != 1 || $_->{command} ne 'list' } @$list), 0,
    'list: version and command');
note_all('RECORDS', decode_json(run('records', '--all', '--format', 'json')));

# ---- spf ----

# One document, and the same on a line.
sub note_spf {
    my (@words) = @_;
    my $heading = "@words[0, 1]";
    my $document = decode_json(run(@words, '--format', 'json'));
    is_deeply(decode_json(run(@words, '--format', 'ndjson')), $document,
        "@words: line and document");
    is($document->{version}, 1, "@words: version");
    is($document->{command}, $heading, "@words: command");
    note_all('Finding', $document->{findings});
    # Of the path that is marked in a tree "spf check" says everything.
    for my $name (grep { $document->{$_} } qw(path others)) {
        note_all('spf check', $document->{$name});
        $document->{$name} = undef;
    }
    delete @$document{qw(version command findings)};
    note_all($heading, $document);
}
my @zone = ('--zone', $zone);
my @from = ('--ip', '192.0.2.10', '--sender', 'a@brewery.example');
note_spf('spf', 'check', @from, @zone);
note_spf('spf', 'tree', 'brewery.example', @zone, @from);
note_spf('spf', 'flatten', 'brewery.example', @zone);
note_spf('spf', 'whatif', 'brewery.example', @zone, '--add', 'ip4:192.0.2.99');
open $file, '>', "$work/flat" or die "$!\n";
print $file run('spf', 'flatten', 'brewery.example', @zone);
close $file;
note_spf('spf', 'flatten', 'brewery.example', @zone, '--check', "$work/flat");

# Every diagnosis is in the page, and no other.
open $file, '<', "$source/common/records/nearmiss.def" or die "$!\n";
is_deeply([sort keys %{$tags{DIAGNOSES}}],
    [sort map { /^NEARMISS\("([a-z0-9-]+)"/ ? $1 : () } <$file>],
    'the diagnoses are in the page');
close $file;

# Described elsewhere as well.
my %also = ('spf whatif' => ['facts.spf', 'spf tree']);

for my $heading (sort keys %seen) {
    ok($bold{$heading}, "the page has '$heading'") or next;
    for my $name (sort keys %{$seen{$heading}}) {
        ok((grep { $bold{$_}{$name} } $heading, @{$also{$heading} // []}),
            "$heading: '$name' is in the page");
    }
    # What comes only with a fault of its own kind.
    delete $tags{$heading}{explanation_problem};
    # What libspf2 would say is asked for by name, and needs libspf2.
    delete $tags{$heading}{others};
    for my $name (sort keys %{$tags{$heading}}) {
        ok($seen{$heading}{$name}, "$heading: '$name' is printed");
    }
}
done_testing();
