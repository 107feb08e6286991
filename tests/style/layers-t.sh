#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# An #include points down only, and folders of one level do not include each
# other.
set -u
cd "${SELKIE_SOURCE:-.}" || exit 255

perl - <<'PERL'
use strict;
use warnings;

my %level = (
    base => 0, dns => 1,
    spf => 2, dkim => 2, dmarc => 2, template => 2, findings => 2,
    message => 3, registry => 3, render => 3,
    records => 4, reports => 4, stunt => 4,
    audit => 5,
);

# The faults of one file's includes, by the rule above.
sub faults {
    my ($folder, @lines) = @_;
    my @faults;
    for (@lines) {
        next unless m{^\s*#\s*include\s+"([^"]+)"};
        my $target = $1;
        if ($target =~ m{^common/(\w+)/}) {
            my $to = $1;
            next if $to eq $folder;
            push @faults, "$target is in no known folder"
                unless defined $level{$to};
            push @faults, "$target is not below $folder"
                if defined $level{$to} && $level{$to} >= $level{$folder};
        } elsif ($target =~ m{^(tools|tests)/}) {
            push @faults, "$target points up";
        }
    }
    return @faults;
}

# The rule itself must be able to fail.
my $n = 0;
my $bad = 0;
sub report {
    my ($good, $name) = @_;
    $n++;
    $bad++ unless $good;
    print $good ? "" : "not ", "ok $n - $name\n";
}
report(scalar(faults('base', '#include "common/dns/name.h"')) == 1,
    'base may not include dns');
report(scalar(faults('spf', '#include "common/dkim/x.h"')) == 1,
    'spf may not include dkim');
report(scalar(faults('audit', '#include "tools/cmd.h"')) == 1,
    'common may not include tools');
report(scalar(faults('audit', '#include "common/base/slice.h"')) == 0,
    'audit may include base');

for my $file (sort glob 'common/*/*.[ch] common/*/*.def') {
    my ($folder) = $file =~ m{^common/(\w+)/};
    open my $in, '<', $file or die "$file: $!";
    my @faults = defined $level{$folder}
        ? faults($folder, <$in>) : ("$folder has no level");
    report(!@faults, $file);
    print "# $_\n" for @faults;
}
print "1..$n\n";
exit($bad > 0);
PERL
