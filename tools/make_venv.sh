#!/usr/bin/env bash
# Makes the virtual environment .venv with the first Python >= 3.11 it finds. A bare Debian has a Python that cannot make
# one; root gets the missing package installed, anybody else is told its name.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

can_make_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

new_enough=""
for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
    if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        new_enough=${new_enough:-$candidate}
        if can_make_venv "$candidate"; then
            exec "$candidate" -m venv .venv
        fi
    fi
done

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get -o Acquire::Retries=3 update -qq
    apt-get -o Acquire::Retries=3 install -y -qq --no-install-recommends python3 python3-venv
    if python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' && can_make_venv python3; then
        exec python3 -m venv .venv
    fi
fi

if [ -z "$new_enough" ]; then
    echo "Bema needs Python 3.11 or later; none was found. PYTHON=/path/to/python3 make setup uses another one." >&2
else
    echo "$new_enough cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2
fi
exit 1
