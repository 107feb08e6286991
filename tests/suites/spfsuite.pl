#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Turn the YAML of the openspf.org test suites into lines that a C program
# reads: "KEY VALUE...", octets other than visible ASCII as %XX.
#
#   scenario DESCRIPTION
#   zone OWNER TYPE VALUE...      (TIMEOUT has no values)
#   test ID
#   helo X / host X / mailfrom X / explanation X / spec X
#   result X Y ...
use strict;
use warnings;

# The subset of YAML that the suites are written in: nested maps, sequences
# of one-entry maps, flow sequences, quoted and plain scalars, block scalars.
my (@lines, $at);

sub escape {
    my ($text) = @_;
    $text =~ s/([^!-\$&-~])/sprintf '%%%02X', ord $1/ge;
    $text =~ s/^$/%/;
    return $text;
}

sub unquote {
    my ($text) = @_;
    if ($text =~ /^"(.*)"$/s) {
        my %plain = (n => "\n", t => "\t", r => "\r", 0 => "\0");
        my $body = $1;
        $body =~ s/\\(?:x([0-9A-Fa-f]{2})|(.))/
            defined $1 ? chr hex $1 : exists $plain{$2} ? $plain{$2} : $2/gex;
        return $body;
    }
    if ($text =~ /^'(.*)'$/s) {
        my $body = $1;
        $body =~ s/''/'/g;
        return $body;
    }
    return $text;
}

# A scalar, or the elements of a flow sequence as an array.
sub value {
    my ($text) = @_;
    $text =~ s/\s+$//;
    return unquote($text) unless $text =~ /^\[(.*)\]$/s;
    my ($body, @items) = ($1);
    while ($body =~ /\G\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^,\s][^,]*)\s*(?:,|$)/g) {
        my $item = $1;
        $item =~ s/\s+$//;
        push @items, unquote($item);
    }
    return \@items;
}

sub indent_of { return $_[0] =~ /^( *)/ ? length $1 : 0 }

sub skip_blank {
    $at++ while $at < @lines
        && ($lines[$at] =~ /^\s*$/ || $lines[$at] =~ /^\s*#/);
}

# Lines that are indented deeper belong to a scalar that began above.
sub continuation {
    my ($indent, $text, $join) = @_;
    while ($at < @lines
        && ($lines[$at] =~ /^\s*$/ || indent_of($lines[$at]) > $indent)) {
        (my $more = $lines[$at++]) =~ s/^\s+|\s+$//g;
        $text .= $join . $more if length $more;
    }
    $text =~ s/^\s+//;
    return $text;
}

# "key: rest" of a line, or nothing.  A colon within a key is not followed
# by a blank.
sub entry {
    my ($line) = @_;
    if ($line =~ /^\s*("(?:[^"\\]|\\.)*"|'[^']*'):(?:\s+(.*)|\s*)$/s) {
        return (unquote($1), $2 // '');
    }
    return ($1, $2 // '') if $line =~ /^\s*(\S.*?):(?:\s+(.*)|\s*)$/s;
    return;
}

sub parse_scalar {
    my ($indent, $rest) = @_;
    return continuation($indent, '', ' ') if $rest =~ /^[>|][-+]?\s*$/;
    return value($rest) if $rest =~ /^["'\[]/;
    return value(continuation($indent, $rest, ' '));
}

sub parse_sequence {
    my ($indent) = @_;
    my @items;
    while (skip_blank(), $at < @lines
        && indent_of($lines[$at]) == $indent
        && $lines[$at] =~ /^\s*-\s+(.*)$/) {
        my $text = $1;
        $at++;
        my ($key, $rest) = entry($text);
        push @items, defined $key && $text !~ /^["']/
            ? [$key, parse_scalar($indent, $rest)]
            : [$text];
    }
    return \@items;
}

# A map as a list of [key, value], in order.
sub parse_map {
    my ($indent) = @_;
    my @entries;
    while (skip_blank(), $at < @lines && indent_of($lines[$at]) == $indent) {
        my ($key, $rest) = entry($lines[$at]);
        die "line not understood: $lines[$at]\n" unless defined $key;
        $at++;
        if (length $rest) {
            push @entries, [$key, parse_scalar($indent, $rest)];
            next;
        }
        skip_blank();
        my $inner = $at < @lines ? indent_of($lines[$at]) : 0;
        if ($inner <= $indent) {
            push @entries, [$key, ''];
        } elsif ($lines[$at] =~ /^\s*-\s/) {
            push @entries, [$key, parse_sequence($inner)];
        } else {
            push @entries, [$key, parse_map($inner)];
        }
    }
    return \@entries;
}

sub lookup {
    my ($map, $key) = @_;
    for my $entry (@$map) {
        return $entry->[1] if $entry->[0] eq $key;
    }
    return;
}

sub list { return ref $_[0] ? @{$_[0]} : ($_[0]) }

sub print_zone {
    my ($zone) = @_;
    for my $node (@$zone) {
        my ($owner, $items) = @$node;
        for my $item (@$items) {
            my ($type, $value) = @$item;
            print join(' ', 'zone', escape($owner), $type,
                defined $value ? map { escape($_) } list($value) : ()), "\n";
        }
    }
}

sub print_test {
    my ($test) = @_;
    my ($id, $map) = @$test;
    print "test $id\n";
    for my $key (qw(helo host mailfrom explanation spec)) {
        my $value = lookup($map, $key);
        print "$key ", escape(join ', ', list($value)), "\n"
            if defined $value;
    }
    print 'result ', join(' ', list(lookup($map, 'result'))), "\n";
}

local $/;
my $text = <STDIN>;
for my $document (split /^---[ \t]*$/m, $text) {
    @lines = split /\n/, $document;
    $at = 0;
    my $map = parse_map(0);
    next unless lookup($map, 'tests');
    print 'scenario ', escape(lookup($map, 'description')), "\n";
    print_zone(lookup($map, 'zonedata'));
    print_test($_) for @{lookup($map, 'tests')};
}
