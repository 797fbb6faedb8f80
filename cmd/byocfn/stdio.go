package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// stdio is what the program knows of the world besides files.
type stdio struct {
	out, err io.Writer
	env      func(string) string
	terminal bool // err is one
}

func system() stdio {
	return stdio{os.Stdout, os.Stderr, os.Getenv, term.IsTerminal(int(os.Stderr.Fd()))}
}

// The values of --color.
const (
	colorAuto   = "auto"
	colorAlways = "always"
	colorNever  = "never"
)

// color decides whether words are coloured. The environment speaks where the flag does not:
// https://no-color.org for NO_COLOR, terminfo(5) for a dumb terminal.
func (s stdio) color(flag string) bool {
	switch flag {
	case colorAlways:
		return true
	case colorNever:
		return false
	}
	return s.terminal && s.env("NO_COLOR") == "" && s.env("TERM") != "dumb"
}
