package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is the release of byocfn.
const version = "1.0.0"

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version of byocfn",
		Long:    "Print the version of byocfn, the commit that it was built from, and Go's version.",
		Example: "  byocfn version",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(a.out, "byocfn %s%s %s %s/%s\n", version, commit(),
				runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return a.printed(err)
		},
	}
}

// commit gives the commit as " (abc123)", with a plus sign where the files differed from it.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	revision := settings["vcs.revision"]
	if revision == "" {
		return ""
	}
	revision = revision[:min(len(revision), 12)]
	if settings["vcs.modified"] == "true" {
		revision += "+"
	}
	return " (" + revision + ")"
}
