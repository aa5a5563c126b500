# Sourced by the scripts at the root: finds the .NET SDK that global.json asks for, or says what is missing.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true
export DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDTERMINALLOGGER=off
# Build nodes that outlive a script would keep a CI job's process group alive.
export MSBUILDDISABLENODEREUSE=1
export HOME="${HOME:-/root}"

for directory in "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet /opt/dotnet; do
    if ! command -v dotnet >/dev/null && [ -x "$directory/dotnet" ]; then
        export PATH="$directory:$PATH" DOTNET_ROOT="$directory"
    fi
done

if ! dotnet --version >/dev/null 2>&1; then
    wanted=$(sed -n 's/.*"version": *"\([0-9.]*\)".*/\1/p' global.json)
    {
        echo "the .NET SDK $wanted (or a later patch of it) is needed to build Cofferdam; 'dotnet --list-sdks' says:"
        dotnet --list-sdks 2>/dev/null | sed 's/^/    /' || true
        echo "Get it from https://dotnet.microsoft.com/download/dotnet/10.0, for example with Microsoft's dotnet-install.sh:"
        echo "    ./dotnet-install.sh --version $wanted      (installs into ~/.dotnet, which this script then finds)"
    } >&2
    exit 1
fi
