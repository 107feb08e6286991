#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes DMARC aggregate reports to measure with: reportworld.pl N FOLDER.
# Each has 50 rows and some 25 kB, as those of large receivers do.
use strict;
use warnings;

my ($n, $folder) = @ARGV;
my $ROWS = 50;

sub row {
    my ($i, $k) = @_;
    my $from = 'customer' . ($k % 7) . '.example.com';
    my $good = $k % 10 ? 'pass' : 'fail';
    my $ip = sprintf '198.51.%d.%d', ($i + $k) % 20 + 100, $k * 5 % 250 + 1;
    return <<"XML";
  <record>
    <row>
      <source_ip>$ip</source_ip>
      <count>@{[1 + $k % 9]}</count>
      <policy_evaluated>
        <disposition>none</disposition>
        <dkim>$good</dkim>
        <spf>fail</spf>
      </policy_evaluated>
    </row>
    <identifiers>
      <header_from>$from</header_from>
    </identifiers>
    <auth_results>
      <dkim>
        <domain>$from</domain>
        <selector>k@{[$k % 3]}</selector>
        <result>$good</result>
      </dkim>
      <spf>
        <domain>bounce.esp.example</domain>
        <result>pass</result>
      </spf>
    </auth_results>
  </record>
XML
}

for my $i (1 .. $n) {
    my $begin = 1767225600 + 86400 * ($i % 30);
    open my $file, '>', sprintf('%s/%06d.xml', $folder, $i) or die "$!\n";
    print $file <<"XML", map({ row($i, $_) } 1 .. $ROWS), "</feedback>\n";
<?xml version="1.0" encoding="UTF-8" ?>
<feedback>
  <report_metadata>
    <org_name>receiver@{[$i % 40]}.example</org_name>
    <email>dmarc\@receiver.example</email>
    <report_id>$i</report_id>
    <date_range>
      <begin>$begin</begin>
      <end>@{[$begin + 86399]}</end>
    </date_range>
  </report_metadata>
  <policy_published>
    <domain>example.com</domain>
    <adkim>r</adkim>
    <aspf>r</aspf>
    <p>none</p>
    <sp>none</sp>
    <pct>100</pct>
  </policy_published>
XML
    close $file or die "$!\n";
}
