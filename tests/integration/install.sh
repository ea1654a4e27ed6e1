#!/bin/sh
# Installs the servers and libraries the integration tests use; does nothing when they are there.
set -eu
PATH="$PATH:/usr/sbin:/usr/local/sbin:/sbin"
missing=""
command -v mosquitto >/dev/null 2>&1 || missing="mosquitto"
ldconfig -p 2>/dev/null | grep -q 'libmosquitto\.so\.1' || missing="$missing libmosquitto1"
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        apt-get update -qq
        # shellcheck disable=SC2086 - several words, several packages
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
    else
        echo "not installed: $missing; the tests that need it will be skipped" >&2
    fi
fi
