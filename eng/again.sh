# Sourced by test.sh: what becomes of tests that fail.

failures=() flaky=()
program_of() { echo "artifacts/bin/Cofferdam.$1.Tests/release/Cofferdam.$1.Tests"; }

# A machine that stands still for a while makes tests lose their patience. What failed, if it is not much, runs once more by itself;
# what fails twice has failed, and what does not is named at the end.
# passes_again PROJECT HOW-MANY
passes_again() {
    local name=$1 methods=() arguments=() method again=artifacts/test/$1.again.log
    mapfile -t methods < <(eng/failures --methods "artifacts/test/$name.log")
    [ ${#methods[@]} -gt 0 ] && [ ${#methods[@]} -le 3 ] || return 1
    for method in "${methods[@]}"; do
        arguments+=(-method "$method")
    done
    timeout --kill-after=20 "$limit" "$(program_of "$name")" -noLogo -noColor "${arguments[@]}" </dev/null >"$again" 2>&1 || return 1
    # A method that was not found has not run.
    [ "$(sed -n 's/.*Total: \([0-9]*\), Errors: 0, Failed: 0, Skipped: 0,.*/\1/p' "$again" | awk '{n += $1} END {print n + 0}')" -ge "$2" ] || return 1
    flaky+=("artifacts/test/$name.log")
}

# Once more at the end: of a long run some people see nothing else.
report() {
    local log
    for log in "${flaky[@]}"; do
        echo "failed, and passed when run again: $log"
        eng/failures "$log"
    done
    for log in "${failures[@]}"; do
        echo "not passed: $log"
        eng/failures "${log%% *}"
    done
}
