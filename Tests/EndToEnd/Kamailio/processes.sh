#!/bin/bash
# Processes that are started, found again and ended by other runs of a script. Each holds a lock
# with all its children as long as one of them lives, so that who is gone is known, and no number of
# a process that the system gave to somebody else is ever signalled.
#
# To be sourced by who has set $folder.
: "${folder:?}"

say() { echo "lab: $*" >&2; }
die() { say "$@"; exit 1; }

# What a process does before it becomes a server, $0 being its name with the folder: closes what it was
# handed down, because who started the script may wait until nobody has it open any more; takes the
# lock, on a high number because Kamailio closes the low ones; and says its number.
# shellcheck disable=SC2016
alone='
    for file in /proc/$$/fd/*; do
        [ "${file##*/}" -le 2 ] || eval "exec ${file##*/}>&-"
    done
    exec 200>"$0.lock" && flock --nonblock 200 && echo $$ >"$0.pid"'

# start_process NAME COMMAND...: as the head of a group of its own; what it says is in log/NAME. One
# that runs is left alone.
start_process() {
    local name=$1
    shift
    mkdir -p "$folder/run" "$folder/log"
    if is_running "$name"; then return; fi
    rm -f "$folder/run/$name.pid"
    # shellcheck disable=SC2016 # The inner shell expands these.
    setsid bash -c "$alone"' && exec "$@"' "$folder/run/$name" "$@" \
        </dev/null >"$folder/log/$name" 2>&1 &
    disown
}

is_running() {
    [ -e "$folder/run/$1.lock" ] && ! flock --nonblock "$folder/run/$1.lock" true
}

# Whether it ran and has ended; one that is just beginning has no number yet.
has_ended() { [ -s "$folder/run/$1.pid" ] && ! is_running "$1"; }

# kill_process NAME [SIGNAL]: the whole group, and waits until nobody is left. A main process that
# is killed alone leaves its children.
kill_process() {
    local name=$1 signal=${2:-KILL} lock=$folder/run/$1.lock deadline=$((SECONDS + 10))
    while is_running "$name"; do
        [ $SECONDS -lt $deadline ] || die "$name does not end: see $folder/log/$name"
        [ ! -s "$folder/run/$name.pid" ] ||
            kill -s "$signal" -- "-$(cat "$folder/run/$name.pid")" 2>/dev/null || true
        flock --wait 0.5 "$lock" true || true
    done
}

# await_process NAME QUESTION...: until the question is answered with yes. A process that ends
# before, or does not answer within half a minute, shows its log.
await_process() {
    local name=$1 deadline=$((SECONDS + 30))
    shift
    until "$@" >/dev/null 2>&1; do
        if has_ended "$name" || [ $SECONDS -ge $deadline ]; then
            say "$name does not answer; its log, $folder/log/$name, ends with"
            tail -n 20 "$folder/log/$name" >&2
            exit 1
        fi
        sleep 0.05
    done
}

# A port of 21000 to 31999, below those that the system gives to clients, which nobody has on any
# address.
free_port() {
    local port hex
    for _ in {1..100}; do
        port=$((21000 + RANDOM % 11000))
        hex=$(printf ':%04X ' "$port")
        if ! cat /proc/net/{tcp,udp}{,6} 2>/dev/null | awk '{print $2 " "}' | grep -q "$hex"; then
            echo "$port"
            return
        fi
    done
    die "no port is free"
}
