package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"byocfn/internal/plan"
	"byocfn/internal/workspace"
)

func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

func (a *app) completion() *cobra.Command {
	return &cobra.Command{
		Use:   "completion " + strings.Join(shells(), "|"),
		Short: "Print a script that completes commands, products and regions in a shell",
		Long: `Print a script for a shell, which completes commands, flags, products, templates,
regions and parameters.`,
		Example: `  source <(byocfn completion bash)
  byocfn completion zsh > "${fpath[1]}/_byocfn"
  byocfn completion fish > ~/.config/fish/completions/byocfn.fish
  byocfn completion powershell | Out-String | Invoke-Expression`,
		Args:      oneOf("a shell", shells()),
		ValidArgs: shells(),
		RunE: func(c *cobra.Command, args []string) error {
			root := c.Root()
			switch args[0] {
			case "bash":
				return a.printed(root.GenBashCompletionV2(a.out, true))
			case "zsh":
				return a.printed(root.GenZshCompletion(a.out))
			case "fish":
				return a.printed(root.GenFishCompletion(a.out, true))
			}
			return a.printed(root.GenPowerShellCompletionWithDesc(a.out))
		},
	}
}

func (a *app) completeFlags(root *cobra.Command) {
	must(root.RegisterFlagCompletionFunc("format", fixed(formats())))
	must(root.RegisterFlagCompletionFunc("color", fixed(colors())))
	must(root.MarkPersistentFlagDirname("templates"))
	must(root.MarkPersistentFlagDirname("out"))
}

func fixed(words []string) cobra.CompletionFunc {
	return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
}

// must is for what fails only where a flag of ours is misspelt.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// In what follows a folder that cannot be read completes to nothing: the command will say why.

func (a *app) completeProducts(_ *cobra.Command, args []string,
	_ string) ([]string, cobra.ShellCompDirective) {
	found, _ := workspace.Products(a.templates, nil)
	return without(found, args), cobra.ShellCompDirectiveNoFileComp
}

func (a *app) completeTemplates(_ *cobra.Command, args []string,
	_ string) ([]string, cobra.ShellCompDirective) {
	var out []string
	if len(args) == 0 {
		found, _ := workspace.Products(a.templates, nil)
		for _, product := range found {
			plans, _ := a.plans(product)
			out = append(out, names(plans)...)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) completeRegions(_ *cobra.Command, args []string,
	_ string) ([]string, cobra.ShellCompDirective) {
	if p := a.firstPlan(args); p != nil {
		return p.Regions, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) completeParameters(_ *cobra.Command, args []string,
	_ string) ([]string, cobra.ShellCompDirective) {
	var out []string
	if p := a.firstPlan(args); p != nil {
		for _, q := range p.Parameters {
			if !q.NoEcho {
				out = append(out, q.Name+"=\t"+q.Label)
			}
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// firstPlan gives the template that the command line names so far, or the product's first.
func (a *app) firstPlan(args []string) *plan.Plan {
	if len(args) == 0 {
		return nil
	}
	if t, _ := a.template(args[0]); t != nil {
		return t
	}
	product, _, _ := strings.Cut(args[0], "/")
	if plans, _ := a.plans(product); len(plans) > 0 {
		return plans[0]
	}
	return nil
}

func without(words, taken []string) []string {
	return slices.DeleteFunc(words, func(w string) bool { return slices.Contains(taken, w) })
}
