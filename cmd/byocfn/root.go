package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"byocfn/internal/diag"
)

// The exit codes.
const (
	exitOK     = 0
	exitErrors = 1 // the diagnostics hold an error
	exitUsage  = 2 // the command line is wrong
	exitDefect = 3 // byocfn itself is wrong
)

// exit ends a command whose words are all said.
type exit struct{ code int }

func (e exit) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// app is what every command needs: the world and the flags that all commands share.
type app struct {
	stdio
	templates, dist, format, colors string
}

// run is the program: it gives the exit code.
func run(ctx context.Context, args []string, io stdio) (code int) {
	defer func() {
		if p := recover(); p != nil {
			confess(io, p)
			code = exitDefect
		}
	}()
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // the second one kills
	root := newRoot(&app{stdio: io})
	root.SetArgs(args)
	command, err := root.ExecuteContextC(ctx)
	var done exit
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &done):
		return done.code
	}
	message, guess, found := strings.Cut(err.Error(), "\n\nDid you mean this?\n") // cobra's words
	hint := command.CommandPath() + " --help"
	if words := strings.Fields(guess); found && len(words) > 0 {
		hint = "did you mean \"" + strings.Join(words, "\" or \"") + "\"?"
	}
	fmt.Fprintf(io.err, "byocfn: %s\nhint: %s\n", oneLine(errors.New(message)), hint)
	return exitUsage
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "byocfn",
		Short: "Compile product descriptions into CloudFormation templates",
		Long: `byocfn compiles a vendor's short description of a bring-your-own-cloud product in
templates/PRODUCT into CloudFormation templates and what belongs beside them, in dist/PRODUCT:
permissions, diagram, README, and links that launch the stack in each region.

Exit codes:
  0  all is well; there may be warnings
  1  the diagnostics hold an error; nothing was written
  2  the command line is wrong
  3  a defect of byocfn

Environment:
  NO_COLOR      if set, no colour
  TERM=dumb     no colour
  BYOCFN_DEBUG  if set, a defect prints a stack trace`,
		Example: `  byocfn init acme     begin a product
  byocfn check         look for mistakes
  byocfn synth         write dist/
  byocfn link acme --region us-east-1`,
		SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		PersistentPreRunE: func(*cobra.Command, []string) error { return a.checkFlags() },
	}
	root.SetOut(a.out)
	root.SetErr(a.err)
	a.addFlags(root)
	root.AddCommand(a.synth(), a.check(), a.link(), a.publish(), a.schema(), a.init(), a.version(),
		a.completion())
	root.SetHelpCommand(help())
	root.InitDefaultHelpCmd()
	a.completeFlags(root)
	return root
}

func (a *app) addFlags(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.StringVar(&a.templates, "templates", "templates", "folder with the products")
	flags.StringVar(&a.dist, "out", "dist", "folder that is written")
	flags.StringVar(&a.format, "format", formatText,
		"diagnostics: "+strings.Join(formats(), ", ")+"; all but text go to stdout")
	flags.StringVar(&a.colors, "color", colorAuto, strings.Join(colors(), ", "))
}

// oneOf takes one argument out of few.
func oneOf(what string, words []string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 1 && slices.Contains(words, args[0]) {
			return nil
		}
		err := fmt.Sprintf("%s takes %s: %s", c.Name(), what, strings.Join(words, ", "))
		if len(args) == 1 && diag.Suggest(args[0], words) != "" {
			err = fmt.Sprintf("%s is unknown: %s", args[0], diag.DidYouMean(args[0], words))
		}
		return errors.New(err)
	}
}

func colors() []string { return []string{colorAuto, colorAlways, colorNever} }

func (a *app) checkFlags() error {
	for _, f := range []struct {
		name, value string
		allowed     []string
	}{{"format", a.format, formats()}, {"color", a.colors, colors()}} {
		if slices.Contains(f.allowed, f.value) {
			continue
		}
		hint := diag.DidYouMean(f.value, f.allowed)
		if hint == "" {
			hint = "choose " + strings.Join(f.allowed, ", ")
		}
		return fmt.Errorf("--%s %s is unknown: %s", f.name, f.value, hint)
	}
	return nil
}

// oneLine keeps an error on one line: cobra and joined errors use several.
func oneLine(err error) string {
	return strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool {
		return r == '\n' || r == '\t'
	}), " ")
}
