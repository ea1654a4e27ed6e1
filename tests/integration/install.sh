#!/bin/sh
# Installs the servers and libraries the integration tests use; does nothing when they are there.
set -eu
PATH="$PATH:/usr/sbin:/usr/local/sbin:/sbin"
root=$(cd "$(dirname "$0")/../.." && pwd)

missing=""
command -v mosquitto >/dev/null 2>&1 || missing="mosquitto"
command -v mosquitto_sub >/dev/null 2>&1 || missing="$missing mosquitto-clients"
ldconfig -p 2>/dev/null | grep -q 'libmosquitto\.so\.1' || missing="$missing libmosquitto1"
command -v java >/dev/null 2>&1 || missing="$missing openjdk-17-jre-headless"
command -v mvn >/dev/null 2>&1 || missing="$missing maven"
command -v git >/dev/null 2>&1 || missing="$missing git"
command -v npm >/dev/null 2>&1 || missing="$missing nodejs npm"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium fonts-dejavu-core"
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        apt-get update -qq
        # shellcheck disable=SC2086 - several words, several packages
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
    else
        echo "not installed: $missing; the tests that need it will be skipped" >&2
    fi
fi

# Apache Kafka: its jars from Maven Central. The list they were resolved from, put there last, says
# that they are complete.
pom="$root/tests/integration/kafka/pom.xml"
jars="$root/.venv/kafka-jars"
if ! cmp -s "$pom" "$jars/pom.xml"; then
    if command -v mvn >/dev/null 2>&1; then
        rm -rf "$jars"
        mvn --quiet --batch-mode --no-transfer-progress --file "$pom" \
            org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
            -DincludeScope=runtime -DoutputDirectory="$jars"
        cp "$pom" "$jars/pom.xml"
    else
        echo "not resolved: Apache Kafka, for want of mvn; its tests will be skipped" >&2
    fi
fi

# From npm the AsyncAPI parser, Mermaid, and axe-core, which judges the documentation site, as their lock
# files list them; the copy of that, put there last, says that it is complete.
for name in asyncapi mermaid site; do
    lock="$root/tests/integration/$name/package-lock.json"
    there="$root/.venv/$name"
    if ! cmp -s "$lock" "$there/installed.json"; then
        if command -v npm >/dev/null 2>&1; then
            mkdir -p "$there"
            cp "$root/tests/integration/$name/package.json" "$lock" "$there"
            (cd "$there" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
            cp "$lock" "$there/installed.json"
        else
            echo "not installed: $name, for want of npm; its tests will be skipped" >&2
        fi
    fi
done
