#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Puts the same questions to two DNS servers and compares whole answers:
# header, question, each section record by record.
#
#     compare.pl ready PORT ZONE
#     compare.pl compare PORT OTHER ZONE FILE
#     compare.pl module|remote|pipe PORT OTHER ZONE FILE
#
# With module PORT is Knot with mod-selkie, which has one exception below.
# With remote and pipe PORT is a PowerDNS with selkie as such a back-end: the
# rcode and the answers must be the same, but for the exceptions below.
#
# The names are those of FILE, a zone with absolute owners, and names around
# them: above, below, beside, in mixed case, with octets that mean something
# elsewhere.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;

my %TYPE = (A => 1, NS => 2, CNAME => 5, SOA => 6, MX => 15, TXT => 16,
    AAAA => 28, SRV => 33, DNAME => 39, DS => 43, TYPE65280 => 65280);
my $WAIT_S = 5;      # for one answer
my $EVERY = 1499;     # of the zone's owners one in so many, and the first
my $FIRST = 150;     # so many
my $SHOWN = 10;      # differences printed

# ---- messages ----

sub query {
    my ($id, $wire, $type, $edns) = @_;
    return pack('nnnnnn', $id, 0, 1, 0, 0, $edns ? 1 : 0) . $wire
        . pack('nn', $type, 1)
        . ($edns ? pack('CnnNn', 0, 41, 1232, $edns == 2 ? 0x8000 : 0, 0) : '');
}

# A name at an offset: its octets without compression, and where it ends.
sub name_at {
    my ($message, $at) = @_;
    my ($wire, $end, $hops) = ('', undef, 0);

    while (1) {
        my $n = ord substr $message, $at, 1;
        if ($n >= 192) {
            $end //= $at + 2;
            $at = unpack('n', substr $message, $at, 2) & 0x3fff;
            die "a loop\n" if ++$hops > 40;
            next;
        }
        $wire .= substr $message, $at, 1 + $n;
        $at += 1 + $n;
        return ($wire, $end // $at) if $n == 0;
    }
}

# RDATA with its names written out, in lower case: Knot makes of their ends
# pointers into the question, whatever case that is in; we keep the data's own
# (RFC 1034 section 3.1).
sub data_at {
    my ($message, $type, $at, $n) = @_;
    my %before = (2 => 0, 5 => 0, 6 => 0, 12 => 0, 15 => 2, 33 => 6, 39 => 0);

    return substr $message, $at, $n if !exists $before{$type};
    my $data = substr $message, $at, $before{$type};
    my $next = $at + $before{$type};
    for (1 .. ($type == 6 ? 2 : 1)) {
        (my $wire, $next) = name_at($message, $next);
        $data .= lc $wire;
    }
    return $data . substr $message, $next, $at + $n - $next;
}

# A whole message in words, records sorted within their section.
sub words {
    my ($message) = @_;
    my (undef, $flags, @counts) = unpack 'n6', $message;
    my $at = 12;
    my @out = (sprintf 'flags %04x', $flags);

    (my $wire, $at) = name_at($message, $at);
    my $asked = $wire;
    push @out, 'question ' . shown($wire) . ' '
        . join ' ', unpack 'nn', substr $message, $at, 4;
    $at += 4;
    for my $section (1 .. 3) {
        my @records;
        for (1 .. $counts[$section]) {
            (my $owner, $at) = name_at($message, $at);
            my ($type, $class, $ttl, $n) = unpack 'nnNn',
                substr $message, $at, 10;
            # The case of other names is that of wherever a pointer leads.
            $owner = lc $owner if $owner ne $asked;
            # Knot says in an EDNS option why it refuses (RFC 8914): optional.
            push @records, join ' ', shown($owner), $type, $class, $ttl,
                $type == 41
                ? ()
                : unpack 'H*', data_at($message, $type, $at + 10, $n);
            $at += 10 + $n;
        }
        push @out, map { "section $section: $_" } sort @records;
    }
    return join "\n", @out;
}

# What PowerDNS has to say alike: rcode and answers.
sub essence {
    my ($message) = @_;
    my @lines = split /\n/, words($message);
    my $flags = hex((split ' ', shift @lines)[1]);

    return join "\n", 'rcode ' . ($flags & 15),
        grep { /^section 1:/ } @lines;
}

# What PowerDNS says otherwise: why, of which names, and what it says then.
my @EXCEPTIONS = (
    [   'PowerDNS takes no name with such octets for a host, and fails',
        sub { $_[0] =~ m{[^A-Za-z0-9_.*/@ \\\\:-]} },
        sub {'rcode 2'},
    ],
    [   'a name "*" would be a wildcard to PowerDNS: it is told of none',
        sub { $_[0] =~ /^\*/ },
        sub {
            my @lines = split /\n/, $_[0];
            return join "\n", 'rcode 3', grep {/^section 1: \S+ (5|39) /} @lines;
        },
    ],
);
my @used = (0) x @EXCEPTIONS;

# Under DO the module leaves the apex to Knot's own zone, for mod-onlinesign to
# sign: the addresses of its servers are not in that.
sub is_apex_servers {
    my (undef, $type, $edns, $seen, $wanted) = @_;

    $wanted =~ s/\nsection 3: \\003ns\d\S* 1 1 .*//g;
    return $type == 2 && $edns == 2 && $seen eq $wanted;
}

# Is what PowerDNS says of a name what the zone says, or an exception?
sub is_excepted {
    my ($wire, $seen, $wanted) = @_;
    my $octets = '';

    for (my $at = 0; (my $n = ord substr $wire, $at, 1) > 0; $at += 1 + $n) {
        $octets .= substr($wire, $at + 1, $n) . '.';
    }
    for my $i (0 .. $#EXCEPTIONS) {
        my (undef, $of, $says) = @{ $EXCEPTIONS[$i] };
        next if !$of->($octets);
        return 0 if $seen ne $says->($wanted);
        $used[$i]++;
        return 1;
    }
    return 0;
}

sub shown {
    my ($wire) = @_;
    $wire =~ s/([^!-~])/sprintf '\\%03d', ord $1/ge;
    return $wire;
}

# ---- asking ----

sub connect_to {
    my ($port) = @_;
    return IO::Socket::INET->new(Proto => 'udp', PeerAddr => '127.0.0.1',
        PeerPort => $port) // die "no socket: $!\n";
}

my $id = 0;

sub ask {
    my ($socket, @question) = @_;

    for my $try (1 .. 2) {
        $id = ($id + 1) % 65536;
        $socket->send(query($id, @question));
        while (IO::Select->new($socket)->can_read($WAIT_S)) {
            my $message;
            $socket->recv($message, 65535) // last;
            return $message if unpack('n', $message) == $id;
        }
    }
    return;
}

# ---- names ----

sub wire_of {
    my ($name) = @_;
    return join('', map { chr(length) . $_ } split /\./, $name) . "\0";
}

sub is_name {
    my ($wire) = @_;
    return length $wire <= 255;
}

# Names of the zone and around them, as wire form.
sub names_of {
    my ($file, $zone) = @_;
    my (%seen, @owners, %names);

    open my $in, '<', $file or die "cannot read '$file': $!\n";
    while (<$in>) {
        push @owners, lc $1 if /^([^;\s]+)\.\s/ && !$seen{ lc $1 }++;
    }
    for my $i (0 .. $#owners) {
        next if $i > $FIRST && $i % $EVERY != 0;
        around($owners[$i], $zone, \%names);
    }
    around($_, $zone, \%names)
        for map { "$_.$zone" } qw(c7 c9 nobody c10001 sub pools over www);
    $names{ wire_of('elsewhere.example') } = 1;
    return sort keys %names;
}

sub around {
    my ($name, $zone, $names) = @_;
    my $wire = wire_of($name);
    my @labels = split /\./, $name;
    my $mixed = $wire;
    my $i = 0;

    $mixed =~ s/([a-z])/$i++ % 2 ? $1 : uc $1/ge;
    $names->{$_} = 1 for $wire, $mixed;
    for my $label ('zz', '*', 'k1', 'b', 'c7', '_domainkey', "a.b", "\0",
        "\xff", 'x' x 63, '"', "\\", ' ', '{customer}')
    {
        my $below = chr(length $label) . $label . $wire;
        my $beside = chr(length $label) . $label
            . substr $wire, 1 + ord $wire;
        $names->{$_} = 1 for grep { is_name($_) } $below, $beside;
    }
    while (@labels > 2) {
        shift @labels;
        $names->{ wire_of(join '.', @labels) } = 1;
    }
    return;
}

# ---- the two ----

sub compare {
    my ($how, $port, $other, $zone, $file) = @_;
    my @sockets = map { connect_to($_) } $port, $other;
    my @names = names_of($file, $zone);
    my ($asked, $differ) = (0, 0);
    my @types = sort { $a <=> $b } values %TYPE;

    for my $n (0 .. $#names) {
        # Each name with some of the types, all of them by turns.
        for my $k (0 .. 2) {
            my $type = $k == 0 ? 16 : $types[ ($n * 2 + $k) % @types ];
            # In mixed case we compress less, and so truncate sooner at 512.
            my $edns = $names[$n] =~ /[A-Z]/ ? 1 : ($n + $k) % 3;
            my @question = ($names[$n], $type, $edns);
            my @seen = map { ask($_, @question) // 'none' } @sockets;
            my @words = map {
                      $_ eq 'none'      ? 'no answer'
                    : $how =~ /^(compare|module)$/ ? words($_)
                    :                     essence($_)
            } @seen;

            $asked++;
            next if $words[0] eq $words[1];
            next if $how eq 'module' && is_apex_servers(@question, @words);
            next if $how =~ /^(remote|pipe)$/
                && is_excepted($names[$n], @words);
            next if ++$differ > $SHOWN;
            print 'DIFFERS ', shown($names[$n]), " type $type edns $edns\n";
            print "selkie $_\n" for split /\n/, $words[0];
            print "knot   $_\n" for split /\n/, $words[1];
        }
    }
    printf "%d names, %d questions, %d differ\n", scalar @names, $asked,
        $differ;
    return $differ == 0 && $asked > 4000 ? 0 : 1
        if $how =~ /^(compare|module)$/;
    printf "%d times: %s\n", $used[$_], $EXCEPTIONS[$_][0] for 0 .. $#used;
    return $differ == 0 && $asked > 4000 && !grep({ $_ == 0 } @used) ? 0 : 1;
}

sub is_ready {
    my ($port, $zone) = @_;
    $WAIT_S = 0.3;
    my $message = ask(connect_to($port), wire_of($zone), 6, 0) // return 1;
    return (unpack 'n6', $message)[1] & 15 ? 1 : 0;
}

my $what = shift // '';
exit compare($what, @ARGV) 
    if $what =~ /^(compare|module|remote|pipe)$/ && @ARGV == 4;
exit is_ready(@ARGV) if $what eq 'ready' && @ARGV == 2;
die "usage: compare.pl ready PORT ZONE | "
    . "compare|module|remote|pipe PORT OTHER ZONE FILE\n";
