/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests: keys of example.com and their signatures, made by
   dnssec-signzone.  Times: GOOD 2026-11-01 to 2027-11-01, LATE 2026-11-01 to
   2026-11-25, EXPIRED 2026-10-01 to 2026-11-01, EARLY 2026-12-01 to
   2027-11-01; the keys' private halves are not kept. */
#ifndef TESTS_AUDIT_SIGNEDZONE_H
#define TESTS_AUDIT_SIGNEDZONE_H

#define SIGNED_SOA "ns1.example.com. dns.example.com. 1 7200 3600 1209600 600"
#define SIGNED_KEY                                                            \
    "257 3 13 f8f2iz1/4PvzQQNk3qBhi6jAJi//0M45Pj3SyEF+1v5cOM0C4Cs"            \
    "3loGBsLkKF60/UMIRBNZ0OX+LW0UowbfkNA=="
#define SIGNED_DS                                                             \
    "43238 13 2 D16892381FCC7FD8BC09C148DA1E592C64CEDA2A88D734A40"            \
    "3DA3EAABD21872E"
#define SIGNED_DS_SHA1 "43238 13 1 0A5129E90B761D3625A868484CF15DBA0F1D34E6"
#define SIGNED_DS_OTHER                                                       \
    "23612 13 2 49A7FA29A75EAA3703399D1F91CD4915BC76F03BE517B83C5"            \
    "4F2384170EA47F1"
#define SIGNED_WEAK_KEY                                                       \
    "257 3 5 AwEAAbTjhO21aspA+qsgGKDR6Y3pQcBvsABPIMgPZ8nzjvNK7eDQ"            \
    "rlJDjp4jPpvq+8BalElo4Ll/PTScNLK0+/TdApkBYIjYN76LN4yEuIxb8RBb"            \
    "mAcvB5wjwUZFQUaa2OIQZ+QTQ/mXfrBynQ+hO6fb/WGaoHi5q2UgbhDN5OrN"            \
    "JxOb"
#define SIGNED_WEAK_DS                                                        \
    "15001 5 2 452F6FA48D1D4EE55ACB875CAA14743DE61CA7C953DD3D83CC"            \
    "0F6A25019BEB7C"
/* RRSIG of DNSKEY, of SOA. */
#define SIGNED_GOOD_KEYS                                                      \
    "DNSKEY 13 2 3600 20271101000000 20261101000000 43238 example"            \
    ".com. AxDsAblvK6CbI35GHLGdhvVhBtezkTViBFSUE8JjULdwPN4JbxjuVo"            \
    "Dwfqlj+1xEXV8GvqF4WiJvk3EhDZyBBw=="
#define SIGNED_GOOD_SOA                                                       \
    "SOA 13 2 3600 20271101000000 20261101000000 43238 example.co"            \
    "m. m9LZFThKVBDAtcRZDJs+9an2hnesRzNalVd62MJLAr5e+1BrxmcFYmow/"            \
    "MU+lmR7goooblDuudl8RPbLq69jdg=="
/* RRSIG of DNSKEY, of SOA. */
#define SIGNED_LATE_KEYS                                                      \
    "DNSKEY 13 2 3600 20261125000000 20261101000000 43238 example"            \
    ".com. m5QeiKYiubURDYoTg6fgeMxXH2/hmG5iJYGGnzlnCMOXUdlWrrg1M4"            \
    "NJ2NyjiAV53a4zVM4SvB09THUjvZiBXw=="
#define SIGNED_LATE_SOA                                                       \
    "SOA 13 2 3600 20261125000000 20261101000000 43238 example.co"            \
    "m. NPWcv4iPwfym6LRHntpngeSTPoK1iyakYgctRM5N3rj4CxsLpb6qd2Ged"            \
    "PwgcwaAYrCjh+FbceYpRimdMUv7HQ=="
/* RRSIG of DNSKEY, of SOA. */
#define SIGNED_EXPIRED_KEYS                                                   \
    "DNSKEY 13 2 3600 20261101000000 20261001000000 43238 example"            \
    ".com. b7vnxyQoX9npoAai/2lCH/GTLSsBVhshd0FvnPcZxCuxEctoL0TAz9"            \
    "oJEzPu+Tl6TdxMDDSGkTBN2OakWM+rLw=="
#define SIGNED_EXPIRED_SOA                                                    \
    "SOA 13 2 3600 20261101000000 20261001000000 43238 example.co"            \
    "m. B4Lh8J5PTEYWiWzVG1rj9eIW9ZRDNoksRiO5zL30TR5Drkqn0DLI4Crhl"            \
    "XY7b5y8zEjWPw3dvBih510gtGmSpQ=="
/* RRSIG of DNSKEY, of SOA. */
#define SIGNED_EARLY_KEYS                                                     \
    "DNSKEY 13 2 3600 20271101000000 20261201000000 43238 example"            \
    ".com. AwRJARmQxW/Q9oRn1w+2TBxpRibP290k3E4UoJAjzttHHKO7qKlxwa"            \
    "5M0tS5fz9tsKpQnynTEsCqAc6GIUjwwA=="
#define SIGNED_EARLY_SOA                                                      \
    "SOA 13 2 3600 20271101000000 20261201000000 43238 example.co"            \
    "m. BkjqkknZtCYZsRWGULgyob9vtWCi8kxbj2Xoy048080y1t3qGoSWP1ZqE"            \
    "Kkc5cqN1/JfaKYP7oRtobtWZcGc1Q=="
/* RRSIG of DNSKEY, of SOA. */
#define SIGNED_WEAK_KEYS                                                      \
    "DNSKEY 5 2 3600 20271101000000 20261101000000 15001 example."            \
    "com. lhbuZqyddBry57z8t5V2Gf6HWfJjqye25DPgRJqAIa7aWhpYDoOJ2gr"            \
    "y4Dx2diXCPHGXdJXsZOYZWamlUFwttT7rYhY2J9huDahQtoLfzEGV3zEhbV1"            \
    "huzPFWSopLDj63Gwztzs1m7wPkszCqwMjwr4Bho/bPlnIe6yE/tzJENs="
#define SIGNED_WEAK_SOA                                                       \
    "SOA 5 2 3600 20271101000000 20261101000000 15001 example.com"            \
    ". HZPdlPQbDffTKuJW2M0Nf2Z1He5EduDVsRr1mjxUrr8nQlGqv70ViYXv6u"            \
    "noYSjwQzyvxzfHSpHDWEzELkQ42c1qTXQGHPXr+WtS5OIACLLZaIHLW+/lml"            \
    "lOOClZYXOmtFTEPImjI+wC65Gv7vq39G8zzi/apqyvyvb/Vewlegk="

#endif
