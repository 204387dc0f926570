# Completion for fish. Put into ~/.config/fish/config.fish:  seedsearch completions fish | source

function __seedsearch_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (env _SEEDSEARCH_COMPLETE=1 $words 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path (commandline -ct)
            case :dirs
                __fish_complete_directories (commandline -ct)
            case '*'
                echo $line
        end
    end
end
complete -c seedsearch -f -a '(__seedsearch_complete)'
