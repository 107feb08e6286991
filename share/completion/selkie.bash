# SPDX-License-Identifier: GPL-3.0-or-later
# Written by scripts/completion out of selkie's own help.

_selkie_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
_selkie_file() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}
_selkie_folder() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -d -- "$cur")
}
_selkie_nothing() { COMPREPLY=(); }

# The value of an option, "COMMAND:OPTION"; false when it takes none.
_selkie_value() {
    case $1 in
    align:--overlay | align:--record | align:--replay | \
    align:--zone | align:-z | audit:--baseline | \
    audit:--expect | audit:--from | audit:--message | \
    audit:--overlay | audit:--record | audit:--replay | \
    audit:--zone | audit:-m | audit:-z | message:--overlay | \
    message:--record | message:--replay | message:--zone | \
    message:-z | pdns:--regexdns | pdns:--template | \
    provision:--from | provision:--private-key | \
    provision:--public-key | report:--overlay | \
    report:--record | report:--replay | report:--zone | \
    report:-z | rotate-preflight:--overlay | \
    rotate-preflight:--record | rotate-preflight:--replay | \
    rotate-preflight:--zone | rotate-preflight:-z | \
    rotate-retire:--overlay | rotate-retire:--record | \
    rotate-retire:--replay | rotate-retire:--zone | \
    rotate-retire:-z | rotate-switch:--overlay | \
    rotate-switch:--record | rotate-switch:--replay | \
    rotate-switch:--zone | rotate-switch:-z | \
    serve:--query-log | serve:--regexdns | serve:--template | \
    spf-check:--overlay | spf-check:--record | \
    spf-check:--replay | spf-check:--zone | spf-check:-z | \
    spf-flatten:--check | spf-flatten:--overlay | \
    spf-flatten:--record | spf-flatten:--replay | \
    spf-flatten:--zone | spf-flatten:-z | spf-tree:--overlay | \
    spf-tree:--record | spf-tree:--replay | spf-tree:--zone | \
    spf-tree:-z | spf-whatif:--overlay | spf-whatif:--record | \
    spf-whatif:--replay | spf-whatif:--zone | spf-whatif:-z | \
    template-expand:--template | template-explain:--regexdns | \
    template-explain:--template | template-lint:--regexdns | \
    template-lint:--template | template-test:--regexdns | \
    template-test:--template | verify:--overlay | \
    verify:--record | verify:--replay | verify:--zone | \
    verify:-z | who:--overlay | who:--record | who:--replay | \
    who:--zone | who:-z)
        _selkie_file
        ;;
    audit:--workspace | audit:-w | backup:--workspace | \
    backup:-w | customer-remove:--workspace | \
    customer-remove:-w | customer-resume:--workspace | \
    customer-resume:-w | customer-set:--workspace | \
    customer-set:-w | customer-show:--workspace | \
    customer-show:-w | customer-suspend:--workspace | \
    customer-suspend:-w | init:--workspace | init:-w | \
    list:--workspace | list:-w | pdns:--view | \
    pdns:--workspace | pdns:-w | provision:--workspace | \
    provision:-w | publish:--workspace | publish:-w | \
    records:--workspace | records:-w | report:--workspace | \
    report:-w | rotate-plan:--workspace | rotate-plan:-w | \
    rotate-preflight:--workspace | rotate-preflight:-w | \
    rotate-retire:--workspace | rotate-retire:-w | \
    rotate-start:--workspace | rotate-start:-w | \
    rotate-status:--workspace | rotate-status:-w | \
    rotate-switch:--workspace | rotate-switch:-w | \
    serve:--view | serve:--workspace | serve:-w | \
    sign:--workspace | sign:-w | template-expand:--workspace | \
    template-expand:-w | template-explain:--view | \
    template-explain:--workspace | template-explain:-w | \
    template-lint:--view | template-lint:--workspace | \
    template-lint:-w | template-test:--view | \
    template-test:--workspace | template-test:-w | \
    verify:--workspace | verify:-w)
        _selkie_folder
        ;;
    align:--at | align:--authority-port | align:--delegated | \
    align:--dkim | align:--from | align:--helo | \
    align:--mailfrom | align:--max-in-flight | \
    align:--resolver | align:--server-rate | align:--timeout | \
    align:--width | align:-r | audit:--at | \
    audit:--authority-port | audit:--helo | audit:--ip | \
    audit:--key-age | audit:--key-limit | \
    audit:--max-in-flight | audit:--profile | audit:--reports | \
    audit:--resolver | audit:--selector | audit:--sender | \
    audit:--server-rate | audit:--timeout | audit:--width | \
    audit:-r | audit:-s | init:--mx | init:--ns | init:--rua | \
    init:--spf | list:--customer | list:--state | list:-c | \
    message:--at | message:--authority-port | message:--helo | \
    message:--ip | message:--max-in-flight | \
    message:--profile | message:--resolver | message:--sender | \
    message:--server-rate | message:--timeout | \
    message:--width | message:-r | pdns:--socket | \
    provision:--algorithm | provision:--domain | \
    provision:--jobs | provision:--selector | provision:-d | \
    provision:-j | provision:-s | querylog:--under | \
    report:--at | report:--authority-port | \
    report:--max-in-flight | report:--max-rows | \
    report:--max-size | report:--profile | report:--resolver | \
    report:--selector | report:--server-rate | \
    report:--timeout | report:--width | report:-r | report:-s | \
    rotate-plan:--older-than | rotate-preflight:--at | \
    rotate-preflight:--authority-port | \
    rotate-preflight:--max-in-flight | \
    rotate-preflight:--profile | rotate-preflight:--resolver | \
    rotate-preflight:--server-rate | \
    rotate-preflight:--timeout | rotate-preflight:--width | \
    rotate-preflight:-r | rotate-retire:--at | \
    rotate-retire:--authority-port | \
    rotate-retire:--max-in-flight | rotate-retire:--profile | \
    rotate-retire:--queue-life | rotate-retire:--resolver | \
    rotate-retire:--server-rate | rotate-retire:--timeout | \
    rotate-retire:--width | rotate-retire:-r | \
    rotate-start:--jobs | rotate-start:--older-than | \
    rotate-start:-j | rotate-switch:--at | \
    rotate-switch:--authority-port | \
    rotate-switch:--max-in-flight | rotate-switch:--profile | \
    rotate-switch:--queue-life | rotate-switch:--resolver | \
    rotate-switch:--server-rate | rotate-switch:--timeout | \
    rotate-switch:--width | rotate-switch:-r | serve:--listen | \
    serve:--rate-limit | serve:--threads | serve:--user | \
    serve:-l | sign:--domain | sign:--expire | \
    sign:--selector | sign:-d | sign:-s | spf-check:--at | \
    spf-check:--authority-port | spf-check:--helo | \
    spf-check:--ip | spf-check:--max-in-flight | \
    spf-check:--profile | spf-check:--receiver | \
    spf-check:--resolver | spf-check:--sender | \
    spf-check:--server-rate | spf-check:--timeout | \
    spf-check:--width | spf-check:-r | spf-flatten:--at | \
    spf-flatten:--authority-port | spf-flatten:--lookups | \
    spf-flatten:--max-in-flight | spf-flatten:--octets | \
    spf-flatten:--profile | spf-flatten:--resolver | \
    spf-flatten:--server-rate | spf-flatten:--source | \
    spf-flatten:--timeout | spf-flatten:--width | \
    spf-flatten:-r | spf-tree:--at | \
    spf-tree:--authority-port | spf-tree:--helo | \
    spf-tree:--ip | spf-tree:--max-in-flight | \
    spf-tree:--profile | spf-tree:--resolver | \
    spf-tree:--sender | spf-tree:--server-rate | \
    spf-tree:--timeout | spf-tree:--width | spf-tree:-r | \
    spf-whatif:--add | spf-whatif:--at | \
    spf-whatif:--authority-port | spf-whatif:--max-in-flight | \
    spf-whatif:--profile | spf-whatif:--remove | \
    spf-whatif:--resolver | spf-whatif:--server-rate | \
    spf-whatif:--timeout | spf-whatif:--width | spf-whatif:-a | \
    spf-whatif:-d | spf-whatif:-r | template-explain:--origin | \
    template-lint:--origin | template-lint:--profile | \
    template-lint:--width | template-test:--origin | \
    verify:--at | verify:--authority-port | \
    verify:--max-in-flight | verify:--profile | \
    verify:--resolver | verify:--server-rate | \
    verify:--timeout | verify:--wait | verify:--width | \
    verify:-r | who:--at | who:--authority-port | \
    who:--max-in-flight | who:--resolver | who:--selector | \
    who:--server-rate | who:--subdomain | who:--timeout | \
    who:--width | who:-r | who:-s)
        _selkie_nothing
        ;;
    provision:--bits | provision:-b)
        _selkie_words '2048 3072 4096'
        ;;
    provision:--mode)
        _selkie_words 'esp cname txt ns ns-label ns-subdomain'
        ;;
    records:--for)
        _selkie_words 'esp customer both'
        ;;
    align:--fail-on | audit:--fail-on | message:--fail-on | \
    report:--fail-on | rotate-preflight:--fail-on | \
    rotate-retire:--fail-on | rotate-switch:--fail-on | \
    spf-check:--fail-on | spf-flatten:--fail-on | \
    spf-tree:--fail-on | spf-whatif:--fail-on | \
    template-lint:--fail-on | verify:--fail-on | who:--fail-on)
        _selkie_words 'info warning error never'
        ;;
    report:--format | report:-f)
        _selkie_words 'text json ndjson csv html'
        ;;
    audit:--format | audit:-f | template-lint:--format | \
    template-lint:-f | verify:--format | verify:-f)
        _selkie_words 'text json ndjson tap junit sarif github markdown csv'
        ;;
    align:--format | align:-f | list:--format | list:-f | \
    message:--format | message:-f | rotate-plan:--format | \
    rotate-plan:-f | rotate-preflight:--format | \
    rotate-preflight:-f | rotate-retire:--format | \
    rotate-retire:-f | rotate-status:--format | \
    rotate-status:-f | rotate-switch:--format | \
    rotate-switch:-f | spf-check:--format | spf-check:-f | \
    spf-flatten:--format | spf-flatten:-f | spf-tree:--format | \
    spf-tree:-f | spf-whatif:--format | spf-whatif:-f | \
    who:--format | who:-f)
        _selkie_words 'text json ndjson'
        ;;
    template-explain:--format | template-explain:-f | \
    template-test:--format | template-test:-f)
        _selkie_words 'text json'
        ;;
    records:--format | records:-f)
        _selkie_words 'text zone json csv markdown html tinydns nsupdate knotc pdnsutil pdns-api route53 google azure cloudflare octodns'
        ;;
    *) return 1 ;;
    esac
}

_selkie_options() {
    case $1 in
    init)
        _selkie_words '--ns --mx --spf --rua --workspace --help'
        ;;
    provision)
        _selkie_words '--from --domain --mode --selector --algorithm --bits
            --private-key --public-key --jobs --dry-run --all-or-none
            --quiet --workspace --help'
        ;;
    list)
        _selkie_words '--customer --state --all --format --workspace --help'
        ;;
    customer-show)
        _selkie_words '--workspace --help'
        ;;
    customer-set)
        _selkie_words '--workspace --help'
        ;;
    customer-suspend)
        _selkie_words '--workspace --help'
        ;;
    customer-resume)
        _selkie_words '--workspace --help'
        ;;
    customer-remove)
        _selkie_words '--yes --workspace --help'
        ;;
    records)
        _selkie_words '--all --fixed --parked --for --format --workspace --help'
        ;;
    publish)
        _selkie_words '--workspace --help'
        ;;
    serve)
        _selkie_words '--listen --user --threads --rate-limit --query-log --view
            --template --regexdns --check --workspace --help'
        ;;
    pdns)
        _selkie_words '--socket --view --template --regexdns --workspace --help'
        ;;
    querylog)
        _selkie_words '--under --help'
        ;;
    template-lint)
        _selkie_words '--template --regexdns --view --origin --workspace --format
            --fail-on --profile --verbose --quiet --width --help'
        ;;
    template-test)
        _selkie_words '--format --template --regexdns --view --origin --workspace
            --help'
        ;;
    template-explain)
        _selkie_words '--format --template --regexdns --view --origin --workspace
            --help'
        ;;
    template-expand)
        _selkie_words '--template --workspace --help'
        ;;
    template-convert)
        _selkie_words '--help'
        ;;
    rotate-plan)
        _selkie_words '--all --older-than --format --workspace --help'
        ;;
    rotate-start)
        _selkie_words '--all --older-than --jobs --quiet --workspace --help'
        ;;
    rotate-preflight)
        _selkie_words '--all --workspace --format --fail-on --profile --verbose
            --quiet --width --resolver --resolvers-only --zone
            --allow-include --overlay --record --replay --at
            --ipv4-only --ipv6-only --trust-ad --timeout
            --max-in-flight --server-rate --authority-port --help'
        ;;
    rotate-switch)
        _selkie_words '--all --queue-life --dry-run --workspace --format --fail-on
            --profile --verbose --quiet --width --resolver
            --resolvers-only --zone --allow-include --overlay --record
            --replay --at --ipv4-only --ipv6-only --trust-ad --timeout
            --max-in-flight --server-rate --authority-port --help'
        ;;
    rotate-retire)
        _selkie_words '--all --queue-life --dry-run --workspace --format --fail-on
            --profile --verbose --quiet --width --resolver
            --resolvers-only --zone --allow-include --overlay --record
            --replay --at --ipv4-only --ipv6-only --trust-ad --timeout
            --max-in-flight --server-rate --authority-port --help'
        ;;
    rotate-status)
        _selkie_words '--all --format --workspace --help'
        ;;
    verify)
        _selkie_words '--all --fixed --wait --dry-run --workspace --format
            --fail-on --profile --verbose --quiet --width --resolver
            --resolvers-only --zone --allow-include --overlay --record
            --replay --at --ipv4-only --ipv6-only --trust-ad --timeout
            --max-in-flight --server-rate --authority-port --help'
        ;;
    audit)
        _selkie_words '--from --selector --message --reports --registry --baseline
            --expect --key-age --key-limit --no-guess --ask-all --keys
            --sender --ip --helo --second-opinion --stats --workspace
            --format --fail-on --profile --verbose --quiet --width
            --resolver --resolvers-only --zone --allow-include
            --overlay --record --replay --at --ipv4-only --ipv6-only
            --trust-ad --timeout --max-in-flight --server-rate
            --authority-port --help'
        ;;
    who)
        _selkie_words '--selector --subdomain --no-guess --format --fail-on
            --verbose --quiet --width --resolver --resolvers-only
            --zone --allow-include --overlay --record --replay --at
            --ipv4-only --ipv6-only --trust-ad --timeout
            --max-in-flight --server-rate --authority-port --help'
        ;;
    align)
        _selkie_words '--from --dkim --mailfrom --helo --delegated --format
            --fail-on --verbose --quiet --width --resolver
            --resolvers-only --zone --allow-include --overlay --record
            --replay --at --ipv4-only --ipv6-only --trust-ad --timeout
            --max-in-flight --server-rate --authority-port --help'
        ;;
    report)
        _selkie_words '--selector --registry --names --max-size --max-rows
            --workspace --format --fail-on --profile --verbose --quiet
            --width --resolver --resolvers-only --zone --allow-include
            --overlay --record --replay --at --ipv4-only --ipv6-only
            --trust-ad --timeout --max-in-flight --server-rate
            --authority-port --help'
        ;;
    message)
        _selkie_words '--ip --helo --sender --format --fail-on --profile --verbose
            --quiet --width --resolver --resolvers-only --zone
            --allow-include --overlay --record --replay --at
            --ipv4-only --ipv6-only --trust-ad --timeout
            --max-in-flight --server-rate --authority-port --help'
        ;;
    sign)
        _selkie_words '--domain --selector --expire --simple --workspace --help'
        ;;
    spf-check)
        _selkie_words '--ip --sender --helo --receiver --no-second-opinion
            --format --fail-on --profile --verbose --quiet --width
            --resolver --resolvers-only --zone --allow-include
            --overlay --record --replay --at --ipv4-only --ipv6-only
            --trust-ad --timeout --max-in-flight --server-rate
            --authority-port --help'
        ;;
    spf-tree)
        _selkie_words '--ip --sender --helo --no-second-opinion --format --fail-on
            --profile --verbose --quiet --width --resolver
            --resolvers-only --zone --allow-include --overlay --record
            --replay --at --ipv4-only --ipv6-only --trust-ad --timeout
            --max-in-flight --server-rate --authority-port --help'
        ;;
    spf-flatten)
        _selkie_words '--source --check --lookups --octets --format --fail-on
            --profile --verbose --quiet --width --resolver
            --resolvers-only --zone --allow-include --overlay --record
            --replay --at --ipv4-only --ipv6-only --trust-ad --timeout
            --max-in-flight --server-rate --authority-port --help'
        ;;
    spf-whatif)
        _selkie_words '--add --remove --format --fail-on --profile --verbose
            --quiet --width --resolver --resolvers-only --zone
            --allow-include --overlay --record --replay --at
            --ipv4-only --ipv6-only --trust-ad --timeout
            --max-in-flight --server-rate --authority-port --help'
        ;;
    explain)
        _selkie_words '--list --help'
        ;;
    backup)
        _selkie_words '--workspace --help'
        ;;
    help)
        _selkie_words '--list --help'
        ;;
    esac
}

_selkie_operand() {
    case $1 in
    explain) _selkie_words "$(selkie explain --list 2>/dev/null)" ;;
    help)
        _selkie_words 'init provision list customer records publish serve pdns
            querylog template rotate verify audit who align report
            message sign spf explain backup help'
        ;;
    backup) _selkie_file ;;
    esac
}

_selkie() {
    local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]}

    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        _selkie_words 'init provision list customer records publish serve pdns
            querylog template rotate verify audit who align report
            message sign spf explain backup help
            --help --version'
        return
    fi
    case $command in
    customer)
        if [ "$COMP_CWORD" -eq 2 ]; then
            _selkie_words 'show set suspend resume remove'
            return
        fi
        command=customer-${COMP_WORDS[2]}
        ;;
    rotate)
        if [ "$COMP_CWORD" -eq 2 ]; then
            _selkie_words 'plan start preflight switch retire status'
            return
        fi
        command=rotate-${COMP_WORDS[2]}
        ;;
    spf)
        if [ "$COMP_CWORD" -eq 2 ]; then
            _selkie_words 'check tree flatten whatif'
            return
        fi
        command=spf-${COMP_WORDS[2]}
        ;;
    template)
        if [ "$COMP_CWORD" -eq 2 ]; then
            _selkie_words 'lint test explain expand convert'
            return
        fi
        command=template-${COMP_WORDS[2]}
        ;;
    esac
    _selkie_value "$command:$previous" && return
    if [ "${cur:0:1}" = - ]; then
        _selkie_options "$command"
    else
        _selkie_operand "$command"
    fi
}
complete -F _selkie selkie
