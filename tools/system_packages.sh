#!/usr/bin/env bash
# Sees to what the tests need from the system: a browser, fonts for many scripts, networks of their own, and Node for the
# judges that are written for it.
# Root on Debian or Ubuntu gets what is missing installed; anybody else is told exactly what is missing, and the run fails
# rather than skip a test.
set -euo pipefail

packages=(chromium-headless-shell iproute2 fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji)

if ! command -v dpkg-query >/dev/null; then
    { command -v chromium-headless-shell || command -v chromium; } >/dev/null && command -v ip >/dev/null && command -v npm >/dev/null && exit 0
    echo "The tests need Chromium (as 'chromium-headless-shell' or 'chromium' on PATH), iproute2, the Noto fonts (core, CJK, colour emoji), Node and npm." >&2
    exit 1
fi

# Node may come from elsewhere than the distribution, with npm.
command -v npm >/dev/null || packages+=(nodejs npm)

missing=()
for package in "${packages[@]}"; do
    if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
        missing+=("$package")
    fi
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "The tests need these packages: sudo apt-get install ${missing[*]}" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -o Acquire::Retries=3 update -qq
apt-get -o Acquire::Retries=3 install -y -qq --no-install-recommends "${missing[@]}"
