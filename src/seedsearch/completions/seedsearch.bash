# Completion for bash. Put into ~/.bashrc:  eval "$(seedsearch completions bash)"

_seedsearch() {
    local line value kept words
    read -ra words <<< "${COMP_LINE:0:COMP_POINT}"
    [[ ${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]] && words+=("")
    local current=${words[-1]}
    # bash replaces only what follows the last : or =
    kept=${current%"${current##*[:=]}"}
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :files) compopt -o filenames; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current") ;;
            :dirs) compopt -o filenames; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$current") ;;
            *)
                printf -v value %q "${line%%$'\t'*}"
                [[ $value == */ || $value == *: ]] && compopt -o nospace
                COMPREPLY+=("${value#"$kept"}") ;;
        esac
    done < <(_SEEDSEARCH_COMPLETE=1 "${words[0]}" "${words[@]:1}" 2>/dev/null)
}
complete -F _seedsearch seedsearch
