#!/bin/sh
# Installs the servers the integration tests start; does nothing when they are there.
set -eu
if ! command -v mosquitto >/dev/null 2>&1 && ! [ -x /usr/sbin/mosquitto ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends mosquitto libmosquitto1
    else
        echo "mosquitto is not installed; the tests that need it will be skipped" >&2
    fi
fi
