#!/bin/sh
# Records the example captures by running nginx, PostgreSQL and the shop on loopback, with a fault part-way.
#
#   ./record.sh shop  [SECONDS]     the four files of examples/shop
#   ./record.sh cloud [SECONDS]     the table of examples/cloud
#
# Needs nginx, PostgreSQL's server programs and Python 3.11 with psycopg[binary,pool], and runs in $SHOP
# (default /srv/shop, emptied of an earlier run). As root, PostgreSQL runs as the user "postgres".
set -eu
kind=${1:?shop or cloud}
seconds=${2:-360}
here=$(cd "$(dirname "$0")" && pwd)
SHOP=${SHOP:-/srv/shop}
PYTHON=${PYTHON:-python3}
BIN=${PGBIN:-$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)}
export TZ=UTC LC_ALL=C.UTF-8
if [ "$(id -u)" = 0 ]; then as() { su postgres -s /bin/sh -c "$1"; }; else as() { sh -c "$1"; }; fi

note() { echo "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ),$1" | tee -a "$SHOP/timeline.csv"; }
database() { as "cd $SHOP && $BIN/pg_ctl -D $SHOP/data $*" >/dev/null; }
# A script that waits for a child answers a signal at once; one that sleeps itself does not.
pause() { sleep "$1" & wait $!; }
stop() {
    kill $children 2>/dev/null || true
    database stop -m fast || true
}

mkdir -p "$SHOP"
cd "$SHOP"
rm -rf data logs tmp site socket timeline.csv events-*.csv
mkdir -p logs tmp site data socket
cp "$here"/*.py "$here"/nginx.conf "$here"/schema.sql .
for page in index.html shop.css shop.js logo.svg; do head -c $((900 + 700 * ${#page})) "$here/load.py" >site/$page; done
[ "$(id -u)" = 0 ] && chown postgres data logs socket && chmod 755 logs
chmod 700 data

as "$BIN/initdb -D $SHOP/data -U shop -A trust -E UTF8 --no-locale" >/dev/null
cat >>data/postgresql.conf <<EOF
port = 5433
listen_addresses = '127.0.0.1'
unix_socket_directories = '$SHOP/socket'
max_connections = 40
EOF
database start -w -l logs/setup.log
psql="$BIN/psql -q -h 127.0.0.1 -p 5433 -U shop"
$psql -d postgres -c "CREATE DATABASE shop"
$psql -d shop -f schema.sql
database stop -m fast
cat >>data/postgresql.conf <<EOF
logging_collector = on
log_directory = '$SHOP/logs'
log_filename = 'postgresql.log'
log_file_mode = 0644
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
log_connections = on
log_disconnections = on
log_min_duration_statement = 60
log_lock_waits = on
checkpoint_timeout = 60
EOF
children=
trap stop EXIT
trap 'exit 1' INT TERM
database start -w

# Modules are found by $SHOP as it is written, so that a stack trace never shows where a link leads.
run() { PYTHONPATH="$SHOP" exec "$PYTHON" -P "$@"; }
run_app() { run "$SHOP/app.py" --port "$1" --instance "$2" ${3:+--events "$3"} & children="$children $!"; }
if [ "$kind" = shop ]; then
    echo "server 127.0.0.1:8000;" >upstream.conf
    run_app 8000 app-1
else
    printf 'server 127.0.0.1:8000;\nserver 127.0.0.1:8001;\n' >upstream.conf
    run_app 8000 app-1 events-1.csv
    run_app 8001 app-2 events-2.csv
fi
nginx -p "$SHOP/" -c nginx.conf -e logs/nginx-error.log & children="$children $!"
pause 2
run "$SHOP/jobs.py" & children="$children $!"
note "traffic starts"
if [ "$kind" = shop ]; then
    run "$SHOP/load.py" --seconds "$seconds" --absurd-after $((seconds / 4)) & load=$! children="$children $!"
    pause $((seconds * 6 / 10))
    note "fault starts: pg_ctl stop -m immediate"
    database stop -m immediate
    pause 25
    database start -w
    note "fault ends: pg_ctl start"
else
    run "$SHOP/load.py" --seconds "$seconds" --customers 12 & load=$! children="$children $!"
    pause $((seconds / 4))
    note "one odd request: the whole catalogue at once"
    "$PYTHON" -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/api/export?limit=30000').read()"
    pause $((seconds * 35 / 100))
    note "fault starts: a session locks the table of orders"
    $psql -d shop -c "BEGIN" -c "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE" -c "SELECT pg_sleep(25)" -c "COMMIT" >/dev/null
    note "fault ends: the lock is given back"
fi
wait $load
note "traffic ends"
# The logs are copied before anything is stopped: the end of the recording is no event of the shop.
if [ "$kind" = shop ]; then
    for name in app nginx-access nginx-error postgresql; do cp "logs/$name.log" "$here/../shop/$name.log"; done
else
    { echo "timestamp,service,instance,level,request_id,method,path,status,latency_ms,bytes,message"
        sort events-*.csv; } >"$here/../cloud/events.csv"
fi
cp timeline.csv "$here/timeline-$kind.csv"
"$PYTHON" "$here/notes.py"
