#compdef seedsearch
# Completion for zsh. Put into ~/.zshrc, after compinit:  eval "$(seedsearch completions zsh)"

_seedsearch() {
    local line value
    local -a values shown open
    for line in "${(@f)$(_SEEDSEARCH_COMPLETE=1 "${words[1]}" "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
        value=${line%%$'\t'*}
        case $line in
            '') ;;
            :files) _files ;;
            :dirs) _files -/ ;;
            *[/:]) open+=("$value") ;;
            *$'\t'*) values+=("$value"); shown+=("$value  -- ${line#*$'\t'}") ;;
            *) values+=("$value"); shown+=("$value") ;;
        esac
    done
    (( $#values )) && compadd -l -d shown -a values
    (( $#open )) && compadd -S '' -a open
    return 0
}
if [[ ${funcstack[1]-} == _seedsearch ]]; then _seedsearch "$@"; else compdef _seedsearch seedsearch; fi
