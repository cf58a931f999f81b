#!/usr/bin/env bash
# One Apache Kafka broker (KRaft) on loopback, from its Maven jars: no container, no service of the system's. Linux, Java 17+.
#
#   kafka.sh fetch    gets the jars, once
#   kafka.sh start    fetches, formats and starts what is not yet there, and returns when the broker serves
#   kafka.sh stop     asks it to end and waits; kafka.sh kill crashes it, as the fault tests need
#   kafka.sh status   prints its pid, or "stopped" with exit code 3
#
# Environment:
#   KAFKA_PORT   where clients connect (9092); KAFKA_CPORT for its controller (one above)
#   KAFKA_RUN    data, log and pid file. Unset: var/kafka of this checkout, and the pid in var/run/kafka.pid
#   KAFKA_LIBS   the jars (var/cache/kafka-libs), which any number of brokers may share
#   KAFKA_HEAP   Java's memory (-Xms128m -Xmx512m)
# Give each broker a KAFKA_RUN and ports of its own and they run side by side. Exit code 2: something has to be installed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
var=$(cd "$here/../../.." && pwd)/var
port=${KAFKA_PORT:-9092}
controller=${KAFKA_CPORT:-$((port + 1))}
libs=$(realpath -m "${KAFKA_LIBS:-$var/cache/kafka-libs}")
run=$(realpath -m "${KAFKA_RUN:-$var/kafka}")
pidfile=$var/run/kafka.pid
[ -z "${KAFKA_RUN:-}" ] || pidfile=$run/pid
data=$run/data log=$run/log settings=$run/server.properties
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
read -ra heap <<< "${KAFKA_HEAP:--Xms128m -Xmx512m}"
jvm=("$java" "${heap[@]}" -XX:+UseSerialGC -Djava.awt.headless=true
     "-Dlog4j2.configurationFile=$here/log4j2.properties" -cp "$libs/*")

tell() { echo "kafka: $*" >&2; }
fail() { tell "$1"; exit "${2:-1}"; }
answers() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# A pid file outlives a crash and its number may since belong to a stranger: only a process started with our settings counts.
running() {
  local pid
  pid=$(cat "$pidfile" 2> /dev/null) && grep -qsF "$settings" "/proc/$pid/cmdline" && echo "$pid"
}

fetch() (
  mkdir -p "$libs"
  exec 8> "$libs.lock"; flock 8
  # The copy of the pom is written last, so it also says that the folder is whole.
  ! cmp -s "$here/pom.xml" "$libs/pom.xml" || exit 0
  command -v mvn > /dev/null || fail "its jars are not in $libs yet, and Maven is missing: apt-get install maven" 2
  tell "fetching the broker's jars through Maven, 43 MiB"
  rm -f "$libs"/*.jar "$libs/pom.xml"
  mvn -q -B -C -Dstyle.color=never -f "$here/pom.xml" -Dinto="$libs" package 2>&1 | sed 's/\x1b\[[0-9;]*m//g' >&2 \
    || fail "Maven could not fetch the jars, see above" 2
  cp "$here/pom.xml" "$libs/pom.xml"
)

needs_java() {
  local major
  major=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' || true)
  [ "${major:-0}" -ge 17 ] || fail "needs Java 17 or newer, found ${major:-none}: apt-get install openjdk-17-jre-headless" 2
}

write_settings() {
  sed -e "s|@DATA@|$data|g; s|@PORT@|$port|g; s|@CONTROLLER@|$controller|g" "$here/server.properties" > "$settings"
}

# Into a folder beside it, renamed when done: a format that was cut short leaves nothing that looks like data.
format() {
  [ ! -d "$data" ] || return 0
  local id
  id=$(head -c 64 /dev/urandom | base64 -w0 | tr -d '+/=' | cut -c1-21)
  rm -rf "$data.new"
  sed "s|^log.dirs=.*|log.dirs=$data.new|" "$settings" > "$settings.new"
  "${jvm[@]}" kafka.tools.StorageTool format -t "k$id" -c "$settings.new" > "$log" 2>&1 || { cat "$log" >&2; fail "could not format $data"; }
  rm -f "$settings.new" "$log"
  mv "$data.new" "$data"
}

start() {
  local pid taken
  needs_java
  fetch
  mkdir -p "$run" "$(dirname "$pidfile")"
  chmod 700 "$run"
  umask 077
  exec 9> "$run/lock"; flock 9
  ! pid=$(running) || { tell "already serves, pid $pid"; return; }
  for taken in "$port" "$controller"; do
    ! answers "$taken" || fail "port $taken is taken: stop what uses it, or set KAFKA_PORT and KAFKA_CPORT"
  done
  write_settings
  format
  [ ! -e "$log" ] || mv "$log" "$log.1"
  setsid "${jvm[@]}" kafka.Kafka "$settings" > "$log" 2>&1 < /dev/null 9>&- &
  pid=$!
  echo "$pid" > "$pidfile"
  # The port opens before the broker may serve, so it is the log that is asked.
  for _ in $(seq 600); do
    ! grep -qs 'Kafka Server started' "$log" || { tell "serves on 127.0.0.1:$port, pid $pid, log $log"; return; }
    kill -0 "$pid" 2> /dev/null || break
    sleep .1
  done
  tail -20 "$log" >&2
  kill -KILL "$pid" 2> /dev/null || true
  rm -f "$pidfile"
  fail "did not start, see $log"
}

stop() {
  local pid
  pid=$(running) || { rm -f "$pidfile"; return 0; }
  kill "-$1" "$pid"
  for _ in $(seq 300); do running > /dev/null || break; sleep .1; done
  ! running > /dev/null || kill -KILL "$pid"
  rm -f "$pidfile"
}

case ${1:-} in
  fetch) fetch ;;
  start) start ;;
  stop) stop TERM ;;
  kill) stop KILL ;;
  status) running || { echo stopped; exit 3; } ;;
  *) fail "usage: kafka.sh fetch|start|stop|kill|status" 64 ;;
esac
