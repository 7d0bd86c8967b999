#!/bin/sh
# The image's own start cannot format with --add-scram, and without it nobody could log in to make the first user.
set -eu
here=$(dirname "$0")
bin=${KAFKA_BIN:-/opt/kafka/bin}
arguments=$(mktemp)  # a file: a command line stands in the process list
trap 'rm -f "$arguments"' EXIT
cat > "$arguments" <<END
format
--ignore-formatted
--cluster-id=$CLUSTER_ID
--config=$here/server.properties
--add-scram=SCRAM-SHA-512=[name=admin,password=$ADMIN_PASSWORD]
END
"$bin/kafka-storage.sh" "@$arguments" > /dev/null  # what it prints holds salted passwords
rm -f "$arguments"
exec "$bin/kafka-server-start.sh" "$here/server.properties"
