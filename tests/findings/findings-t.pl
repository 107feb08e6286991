#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Every finding has a fixture, and every fixture gives its finding.
#
#   tests/findings/findings-t.pl [ID...]        (all of them by default)
#
# A fixture is a folder tests/findings/ID with
#
#   cmd          one command line without "selkie", run in the folder: "audit
#                --zone zone example.com".  "--format json" is added unless a
#                format is given.  Lines that begin with "#" do not count.
#   expect.json  what it must give, as far as it says so:
#                  exit      the exit status
#                  status    of the only subject
#                  findings  each one must be there: id, and any of at, state,
#                            severity, message, fields ...
#                  absent    ids that must not be there
#                  facts     members of the subject's facts
#                  replay    false: what is found is no answer but the file
#                  options   other arguments (one string) that it is run with
#                            as well, with the same result
#                A list must hold each element that is named here, in any
#                order; an empty list must be empty; null must be null.
#   setup        sh commands run before cmd, for what needs a workspace: then
#                both run in a copy of the folder, and $SELKIE is the program.
#   zone, recording, overlay, ...  whatever cmd names.
#
# An audit of zone files is run a second time out of a recording of itself:
# the same findings and facts must come of it.  And each is printed as text:
# the finding is named, nothing is wider than a terminal or harmful to it.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use JSON::PP;
use Text::ParseWords qw(shellwords);

my $WORKERS = 2;
my $LIMIT_S = 60;    # of one command
my $WIDTH   = 80;    # columns of text

my $here   = abs_path(dirname($0));
my $selkie = $ENV{SELKIE_BIN} // '';
if (!-x $selkie) {
    print "1..0 # SKIP SELKIE_BIN names no program\n";
    exit 0;
}
$selkie = abs_path($selkie);
my $scratch = tempdir('selkie-findings-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $parent  = $$;

# ---- one command ----

# Runs it in the folder; returns exit status, standard output and error.
sub run {
    my ($folder, @args) = @_;
    my $base = "$scratch/$$";
    my $pid = fork() // die "cannot fork: $!\n";

    if ($pid == 0) {
        chdir $folder or die "cannot enter $folder: $!\n";
        alarm $LIMIT_S;
        open STDOUT, '>', "$base.out" or die $!;
        open STDERR, '>', "$base.err" or die $!;
        open STDIN, '<', '/dev/null' or die $!;
        exec @args or die "cannot run $args[0]: $!\n";
    }
    waitpid $pid, 0;
    my $status = $? & 127 ? 'killed by signal ' . ($? & 127) : $? >> 8;
    return ($status, slurp("$base.out"), slurp("$base.err"));
}

sub slurp {
    my ($path) = @_;
    open my $file, '<:raw', $path or die "cannot read '$path': $!\n";
    local $/;
    return scalar(<$file>) // '';
}

sub parse {
    my ($text) = @_;
    return eval { JSON::PP->new->utf8->decode($text) };
}

# ---- comparing ----

# What of wanted is not in seen: a list of sentences.
sub differences {
    my ($wanted, $seen, $where) = @_;
    my $shown = JSON::PP->new->allow_nonref->canonical;

    if (ref $wanted eq 'HASH') {
        return "$where is no object" if ref $seen ne 'HASH';
        return map {
            exists $seen->{$_}
                ? differences($wanted->{$_}, $seen->{$_}, "$where.$_")
                : "$where.$_ is not there"
        } sort keys %$wanted;
    }
    if (ref $wanted eq 'ARRAY') {
        return "$where is no list" if ref $seen ne 'ARRAY';
        return "$where is not empty" if !@$wanted && @$seen;
        return map {
            my $element = $_;
            (grep { !differences($element, $_, '') } @$seen)
                ? ()
                : "$where lacks " . $shown->encode($element)
        } @$wanted;
    }
    my ($one, $other) = map { $shown->encode($_) } $wanted, $seen;
    s/^"(-?\d+)"$/$1/ for $one, $other;
    return $one eq $other ? () : "$where is $other, not $one";
}

# The findings of a document, whatever the command; and its only subject.
sub findings_of {
    my ($document) = @_;
    my $subjects = $document->{subjects} // [$document];
    return map { @{ $_->{findings} // [] } } @$subjects;
}

sub compare {
    my ($expect, $exit, $document) = @_;
    my $subject = ($document->{subjects} // [$document])->[0] // {};
    my @findings = findings_of($document);
    my @faults;

    push @faults, "exit status is $exit, not $expect->{exit}"
        if defined $expect->{exit} && "$exit" ne "$expect->{exit}";
    push @faults, differences($expect->{findings} // [],
        \@findings, 'findings') if @{ $expect->{findings} // [] };
    push @faults, differences($expect->{status}, $subject->{status}, 'status')
        if defined $expect->{status};
    push @faults, differences($expect->{facts}, $subject->{facts}, 'facts')
        if defined $expect->{facts};
    for my $id (@{ $expect->{absent} // [] }) {
        push @faults, "$id is there" if grep { $_->{id} eq $id } @findings;
    }
    push @faults, 'there are: ' . join(' ', map { $_->{id} } @findings)
        if @faults;
    return @faults;
}

# ---- one fixture ----

my @results;    # of this worker: lines of TAP without numbers

sub result {
    my ($good, $name, @diagnosis) = @_;
    push @results, ($good ? 'ok' : 'not ok') . " - $name";
    push @results, map { "# $_" } map { split /\n/ } @diagnosis
        if !$good;
    return $good;
}

sub arguments {
    my ($id) = @_;
    my @lines = grep { !/^\s*(#|$)/ } split /\n/, slurp("$here/$id/cmd");
    die "cmd must be one line\n" if @lines != 1;
    my @args = shellwords($lines[0]);
    push @args, '--format', 'json'
        if !grep { /^(-f|--format)/ } @args;
    return @args;
}

# The folder to run in: a copy, set up, where there is something to set up.
sub prepare {
    my ($id) = @_;
    my $folder = "$here/$id";

    return $folder if !-e "$folder/setup";
    my $copy = tempdir('fixture-XXXXXX', DIR => $scratch);
    for my $file (glob "$folder/*") {
        copy($file, $copy) or die "cannot copy '$file': $!\n";
    }
    $ENV{SELKIE}          = $selkie;
    $ENV{SELKIE_SEAL_DIR} = "$copy/seal";
    my ($exit, $out, $err) = run($copy, 'sh', '-eu', './setup');
    die "setup ended with $exit: $err$out\n" if $exit ne '0';
    return $copy;
}

sub check_plain {
    my ($id, $folder, $expect, @args) = @_;
    my ($exit, $out, $err) = run($folder, $selkie, @args);
    my $document = parse($out);
    my @faults = $document
        ? compare($expect, $exit, $document)
        : ("exit status $exit, no JSON: $out$err");

    return result(!@faults, "$id: selkie @args", @faults) ? $document : undef;
}

# "--zone F" and the like out of the way; undef when there is no zone.
sub replayed {
    my ($recording, @args) = @_;
    my @kept;
    my $zones = 0;

    while (defined(my $arg = shift @args)) {
        if ($arg =~ /^(-z|--zone)$/) { shift @args; $zones++ }
        elsif ($arg =~ /^(-z.|--zone=)/) { $zones++ }
        else { push @kept, $arg }
    }
    return $zones ? (@kept, '--replay', $recording) : ();
}

# What a run says of the domain, as text that may be compared: evidence names
# its source, which is another one here.
sub essence {
    my ($document) = @_;
    my $json = JSON::PP->new->canonical->pretty;
    my @subjects = map {
        my %subject = %$_;
        $subject{findings} = [
            map { my %f = %$_; delete $f{evidence}; \%f }
                @{ $subject{findings} }
        ];
        \%subject
    } @{ $document->{subjects} // [] };
    return $json->encode(\@subjects);
}

sub check_replay {
    my ($id, $folder, $document, @args) = @_;
    my $recording = "$scratch/$$.recording";
    my @replay = replayed($recording, @args) or return;

    unlink $recording;
    run($folder, $selkie, @args, '--record', $recording);
    my ($exit, $out, $err) = run($folder, $selkie, @replay);
    my $again = parse($out);
    my @faults;
    if (!$again) {
        @faults = ("exit status $exit, no JSON: $out$err");
    } else {
        my @first  = split /\n/, essence($document);
        my @second = split /\n/, essence($again);
        my %in_first = map { $_ => 1 } @first;
        my %in_second = map { $_ => 1 } @second;
        push @faults, map { "at first: $_" } grep { !$in_second{$_} } @first;
        push @faults, map { "then: $_" } grep { !$in_first{$_} } @second;
        push @faults, 'another order'
            if !@faults && "@first" ne "@second";
    }
    result(!@faults, "$id: the same out of a recording", @faults);
    return;
}

sub check_text {
    my ($id, $folder, @args) = @_;
    my ($exit, $out, $err) = run($folder, $selkie, @args, '--format', 'text',
        '--width', $WIDTH);
    my @faults;

    push @faults, "it does not name the finding: $out$err"
        if index($out, "[$id]") < 0;
    utf8::decode($out) or push @faults, 'it is no UTF-8';
    push @faults, map { "too wide: $_" }
        grep { length > $WIDTH } split /\n/, $out;
    push @faults, 'control or format characters'
        if $out =~ /[^\n\P{C}]/;
    # Rules of templates have braces of their own.
    push @faults, map { "a field was not supplied: $_" }
        $out =~ /^.*[^%]\{[a-z_]+\}.*$/mg
        if $id !~ /^template\./;
    result(!@faults, "$id: as text", @faults);
    return;
}

sub check_fixture {
    my ($id) = @_;
    my $expect = parse(slurp("$here/$id/expect.json"))
        or die "expect.json is no JSON\n";
    my @args   = arguments($id);
    my $folder = prepare($id);

    result((grep { $_->{id} eq $id } @{ $expect->{findings} // [] }) > 0,
        "$id: it is expected");
    my $document = check_plain($id, $folder, $expect, @args);
    check_replay($id, $folder, $document, @args)
        if $document && $args[0] eq 'audit' && ($expect->{replay} // 1);
    check_text($id, $folder, @args) if $document;
    for my $more (@{ $expect->{options} // [] }) {
        check_plain($id, $folder, $expect, @args, shellwords($more));
    }
    return;
}

sub check_guarded {
    my ($id) = @_;
    return result(0, "$id: has a fixture") if !-d "$here/$id";
    eval { check_fixture($id); 1 } or result(0, "$id: can be run", $@);
    return;
}

# ---- all of them ----

sub list_of_ids {
    my ($exit, $out, $err) = run('.', $selkie, 'explain', '--list');
    die "selkie explain --list: $exit: $err\n" if $exit ne '0';
    return split /\n/, $out;
}

# Every nth of them in a process of its own: their results in files, which
# are put into order afterwards.
sub work {
    my (@ids) = @_;
    my @pids;
    for my $worker (0 .. $WORKERS - 1) {
        my $pid = fork() // die "cannot fork: $!\n";
        if ($pid) { push @pids, $pid; next }
        for (my $i = $worker; $i < @ids; $i += $WORKERS) {
            @results = ();
            check_guarded($ids[$i]);
            open my $file, '>:raw', "$scratch/result.$i" or die $!;
            print $file map { "$_\n" } @results;
            close $file or die $!;
        }
        exit 0;
    }
    my $good = 1;
    for my $pid (@pids) {
        waitpid $pid, 0;
    }
    return map { -e "$scratch/result.$_"
            ? split(/\n/, slurp("$scratch/result.$_"))
            : "not ok - $ids[$_]: was run" } 0 .. $#ids;
}

my %declared = map { $_ => 1 } list_of_ids();
my @ids = @ARGV ? @ARGV : sort keys %declared;
my @lines = work(@ids);

if (!@ARGV) {
    for my $path (sort glob "$here/*.*/") {
        my ($id) = $path =~ m{([^/]+)/$};
        push @lines, "not ok - $id is the name of a finding"
            if !$declared{$id};
    }
}
my $count = 0;
for my $line (@lines) {
    $line =~ s/^((?:not )?ok) - /"$1 " . ++$count . ' - '/e;
    print "$line\n";
}
print "1..$count\n";
exit(@lines && !grep({ /^not ok/ } @lines) ? 0 : 1);

# Only the first process takes the scratch folder away.
END { $File::Temp::KEEP_ALL = 1 if defined $parent && $$ != $parent }
