#!/usr/bin/env bash
# One PostgreSQL server on loopback, from the system's packages, apart from any cluster of the system's. Linux, PostgreSQL 15+.
#
#   postgres.sh start [DATABASE...]  makes and starts what is not yet there, adds databases that are missing, prints the URLs
#   postgres.sh stop                 ends it, breaking connections; what was committed stands
#   postgres.sh kill                 kill -9 of the postmaster, as the fault tests need; `start` then recovers
#   postgres.sh status               prints its pid, or "stopped" with exit code 3
#   postgres.sh urls                 one line for each database, "NAME URL"; "postgres" is the administrator's
#   postgres.sh remove               stops it and deletes its data
#
# Environment:
#   POSTGRES_PORT       (54329)
#   POSTGRES_RUN        data, log, passwords and pid file. Unset: var/postgres of this checkout, the pid in var/run/postgres.pid
#   POSTGRES_DATABASES  the databases when none are named (toldonce_referral toldonce_allocation toldonce_planning toldonce_qa)
#   POSTGRES_BIN        the folder of initdb (the newest of the system's)
# Give each server a POSTGRES_RUN and a port of its own and they run side by side. Exit code 2: something has to be installed.
#
# Each database belongs to a role of the same name, which no other role but the administrator may enter: what keeps the
# services' records apart in production keeps them apart here too. Passwords are random, in POSTGRES_RUN/passwords (0600).
#
# PostgreSQL refuses to run as root, so root's server runs as the user "postgres" (made if missing). That user must be able
# to reach the data; where the checkout lies below a folder that only root may enter, the data goes to
# /var/tmp/toldonce-postgres-<hash of POSTGRES_RUN>, and POSTGRES_RUN/cluster is a link to it.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
var=$(cd "$here/../../.." && pwd)/var
port=${POSTGRES_PORT:-54329}
run=$(realpath -m "${POSTGRES_RUN:-$var/postgres}")
pidfile=$var/run/postgres.pid
[ -z "${POSTGRES_RUN:-}" ] || pidfile=$run/pid
passwords=$run/passwords
cd /   # the server's user may not be allowed into the caller's folder

tell() { echo "postgres: $*" >&2; }
fail() { tell "$1"; exit "${2:-1}"; }
answers() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# The server's user: whoever calls, unless that is root.
owner=$(id -un)
[ "$(id -u)" -ne 0 ] || owner=postgres
as_owner() { if [ "$(id -u)" -eq 0 ]; then runuser -u "$owner" -- "$@"; else "$@"; fi; }

find_bin() {
  local made found
  made=$(cat "$(cluster)/data/PG_VERSION" 2> /dev/null || true)
  bin=${POSTGRES_BIN:-}
  [ -z "$bin" ] || return 0
  for found in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -Vr); do
    [ -x "$found/initdb" ] || continue
    # Data of one major version can only be read by that version.
    [ -z "$made" ] || [[ $found =~ [/-]$made/ ]] || continue
    [[ ! $found =~ [/-]([0-9]+)/ ]] || [ "${BASH_REMATCH[1]}" -ge 15 ] || continue
    bin=$found
    return 0
  done
  [ -z "$made" ] || fail "its data was made by PostgreSQL $made, which is not installed any more: install it, or postgres.sh remove" 2
  fail "needs PostgreSQL 15 or newer: apt-get install postgresql" 2
}

# Where data and log are, once `place` has decided.
cluster() { realpath -m "$run/cluster"; }

place() {
  [ ! -d "$run/cluster/data" ] || return 0
  [ "$owner" = "$(id -un)" ] || id "$owner" > /dev/null 2>&1 || useradd --system --no-create-home "$owner"
  mkdir -p "$run/cluster"
  chown "$owner" "$run/cluster"
  ! as_owner test -w "$run/cluster" || return 0
  local elsewhere
  elsewhere=/var/tmp/toldonce-postgres-$(echo "$run" | sha256sum | cut -c1-12)
  # /var/tmp is everybody's: a folder of that name that is not the owner's own may be a trap.
  mkdir -m 700 "$elsewhere" 2> /dev/null && chown "$owner" "$elsewhere"
  [ "$(stat -c '%U %a %F' "$elsewhere")" = "$owner 700 directory" ] || fail "$elsewhere is not $owner's: remove it"
  rmdir "$run/cluster"
  ln -s "$elsewhere" "$run/cluster"
  tell "user $owner cannot enter $run, so the data is in $elsewhere"
}

running() {
  local data pid
  data=$(cluster)/data
  pid=$(head -1 "$data/postmaster.pid" 2> /dev/null) && grep -qsF "$data" "/proc/$pid/cmdline" && echo "$pid"
}

password() {
  sed -n "s/^$1 //p" "$passwords" 2> /dev/null
}

new_password() {
  [ -n "$(password "$1")" ] || echo "$1 $(head -c 64 /dev/urandom | base64 -w0 | tr -d '+/=' | cut -c1-24)" >> "$passwords"
}

# Into a folder beside it, renamed when done: an initdb that was cut short leaves nothing that looks like data.
make_cluster() {
  local at
  at=$(cluster)
  [ ! -d "$at/data" ] || return 0
  new_password postgres
  rm -rf "$at/new" "$at/secret"
  password postgres | as_owner tee "$at/secret" > /dev/null
  as_owner "$bin/initdb" -D "$at/new" -U postgres --pwfile="$at/secret" --auth=scram-sha-256 --data-checksums \
    --encoding=UTF8 --no-locale > "$run/initdb.log" 2>&1 || { cat "$run/initdb.log" >&2; fail "initdb failed"; }
  rm -f "$at/secret" "$run/initdb.log"
  mv "$at/new" "$at/data"
}

# fsync and its kin are PostgreSQL's defaults, said here because a promise rests on them. The two settings of the log keep
# rows and parameters, which are about children, out of it.
settings=(
  -c "port=$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories=
  -c fsync=on -c full_page_writes=on -c synchronous_commit=on
  -c max_connections=200 -c shared_buffers=128MB
  -c log_error_verbosity=terse -c log_min_error_statement=panic
)

as_admin() { PGPASSWORD=$(password postgres) "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$port" -U postgres "$@"; }

# The password goes in by standard input: a process list shows arguments to everybody.
add_database() {
  [[ $1 =~ ^[a-z_][a-z0-9_]{0,62}$ ]] || fail "$1: a database's name is small letters, digits and _" 64
  new_password "$1"
  [ -z "$(as_admin -At -d postgres -c "select 1 from pg_database where datname = '$1'")" ] || return 0
  as_admin -d postgres << SQL
do \$\$ begin if not exists (select 1 from pg_roles where rolname = '$1') then create role $1 login; end if; end \$\$;
alter role $1 password '$(password "$1")';
create database $1 owner $1;
revoke connect, temporary on database $1 from public;
SQL
}

urls() {
  local name secret
  ! running > /dev/null || port=$(sed -n 4p "$(cluster)/data/postmaster.pid")
  [ -r "$passwords" ] || fail "there is none yet: postgres.sh start"
  while read -r name secret; do echo "$name postgresql://$name:$secret@127.0.0.1:$port/$name"; done < "$passwords"
}

start() {
  local name pid
  find_bin
  # Before the umask: what lies above `run` is not ours to close, and the server's user has to pass through it.
  mkdir -p "$run" "$(dirname "$pidfile")"
  umask 077
  # Others may not look into it, but the server's user, where that is another, may pass through.
  if [ "$(id -u)" -eq 0 ]; then chmod 711 "$run"; else chmod 700 "$run"; fi
  exec 9> "$run/lock"; flock 9
  if pid=$(running); then
    port=$(sed -n 4p "$(cluster)/data/postmaster.pid")
    tell "already serves on 127.0.0.1:$port, pid $pid"
  else
    ! answers "$port" || fail "port $port is taken: stop what uses it, or set POSTGRES_PORT"
    place
    make_cluster
    as_owner "$bin/pg_ctl" -D "$(cluster)/data" -l "$(cluster)/log" -w -t 120 -s -o "${settings[*]}" start 9>&- >&2 \
      || { as_owner tail -20 "$(cluster)/log" >&2; fail "did not start, see $(cluster)/log"; }
    pid=$(running)
    echo "$pid" > "$pidfile"
    tell "serves on 127.0.0.1:$port, pid $pid, log $(cluster)/log"
  fi
  for name in "$@"; do add_database "$name"; done
  urls
}

stop() {
  running > /dev/null || { rm -f "$pidfile"; return 0; }
  find_bin
  as_owner "$bin/pg_ctl" -D "$(cluster)/data" -w -t 60 -s -m fast stop >&2
  rm -f "$pidfile"
}

crash() {
  local pid left
  pid=$(running) || { rm -f "$pidfile"; return 0; }
  left=$(cat /proc/"$pid"/task/*/children 2> /dev/null || true)
  kill -KILL "$pid"
  rm -f "$pidfile"
  # The next start is refused while a process of the old server still holds its memory; each ends when it sees that the
  # postmaster is gone, one at work not at once.
  for _ in $(seq 20); do
    # shellcheck disable=SC2086  # a list of numbers
    [ -n "$left" ] && kill -0 $left 2> /dev/null || return 0
    sleep .1
  done
  # shellcheck disable=SC2086
  kill -KILL $left 2> /dev/null || true
}

# By name, and not the whole of POSTGRES_RUN, which may have been set to a folder that holds other things.
remove() {
  stop
  rm -rf "$(cluster)"
  rm -f "$run/cluster" "$passwords" "$run/lock" "$pidfile"
  rmdir "$run" 2> /dev/null || true
}

read -ra default <<< "${POSTGRES_DATABASES:-toldonce_referral toldonce_allocation toldonce_planning toldonce_qa}"
case ${1:-} in
  start) shift; [ $# -gt 0 ] || set -- "${default[@]}"; start "$@" ;;
  stop) stop ;;
  kill) crash ;;
  status) running || { echo stopped; exit 3; } ;;
  urls) urls ;;
  remove) remove ;;
  *) fail "usage: postgres.sh start [DATABASE...] | stop | kill | status | urls | remove" 64 ;;
esac
