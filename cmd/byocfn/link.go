package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"byocfn/internal/compile"
	"byocfn/internal/diag"
	"byocfn/internal/launch"
	"byocfn/internal/plan"
)

// linkFlags are what only link takes.
type linkFlags struct {
	region, stackName, versionID string
	params                       []string
	all, wizard                  bool
}

func (a *app) link() *cobra.Command {
	var f linkFlags
	c := &cobra.Command{
		Use:   "link PRODUCT[/STACK[-VARIANT]]",
		Short: "Print the links that launch a template",
		Long: `Print the address at which the CloudFormation console opens with the template and the
values that are given. Every value is held against its parameter. Of a product with several
templates, say which one. With --all, each line begins with its region and a tab.`,
		Example: `  byocfn link acme --region us-east-1
  byocfn link acme/agent-nat --all
  byocfn link acme --region us-east-1 --param VpcId=vpc-0123456789abcdef0 --param "Team=R & D"`,
		Args:              exactlyOne("a template"),
		ValidArgsFunction: a.completeTemplates,
		RunE: func(_ *cobra.Command, args []string) error {
			return a.runLink(args[0], f)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.region, "region", "", "region of the link")
	flags.BoolVar(&f.all, "all", false, "links for all regions of the product")
	flags.StringArrayVar(&f.params, "param", nil, "NAME=VALUE of a parameter; repeatable")
	flags.StringVar(&f.stackName, "stack-name", "", "name of the stack (default: PRODUCT-STACK)")
	flags.StringVar(&f.versionID, "version-id", "", "S3 version of the template")
	flags.BoolVar(&f.wizard, "wizard", false, "the whole wizard, for stack tags and a service role")
	must(c.RegisterFlagCompletionFunc("region", a.completeRegions))
	must(c.RegisterFlagCompletionFunc("param", a.completeParameters))
	return c
}

func exactlyOne(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != 1 {
			return fmt.Errorf("%s takes %s, and only one", c.Name(), what)
		}
		return nil
	}
}

func (a *app) runLink(address string, f linkFlags) error {
	if (f.region != "") == f.all {
		return errors.New("link takes --region REGION or --all")
	}
	params, err := parseParams(f.params)
	if err != nil {
		return err
	}
	t, diags := a.template(address)
	if t == nil {
		return a.reportAny(diags.Sorted())
	}
	links, diags := linksOf(t, f, params)
	if err := a.reportAny(diags.Sorted()); err != nil {
		return err
	}
	for _, l := range links {
		url := l.QuickCreate
		if f.wizard {
			url = l.Wizard
		}
		if f.all {
			url = l.Region + "\t" + url
		}
		if _, err := fmt.Fprintln(a.out, url); err != nil {
			return a.printed(err)
		}
	}
	return nil
}

func parseParams(args []string) ([]launch.Param, error) {
	var out []launch.Param
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		if !ok || name == "" {
			return nil, errors.New("--param " + arg + " is not NAME=VALUE")
		}
		out = append(out, launch.Param{Name: name, Value: value})
	}
	return out, nil
}

// linksOf gives the links of one region or all. Where the console's address is not public, there is
// nothing to print: an error for the one region asked for, a warning among all.
func linksOf(t *plan.Plan, f linkFlags, params []launch.Param) ([]launch.Link, diag.List) {
	opt := launch.Options{StackName: f.stackName, Version: f.versionID, Params: params}
	var links []launch.Link
	var diags diag.List
	if f.all {
		if links, diags = launch.All(t, opt); len(links) == 0 {
			diags = append(diags, launch.NoLinks(t)...)
		}
	} else {
		var one launch.Link
		one, diags = launch.Make(t, f.region, opt)
		links = []launch.Link{one}
	}
	if diags.HasErrors() {
		return nil, diags
	}
	return slices.DeleteFunc(links, func(l launch.Link) bool {
		if l.QuickCreate != "" {
			return false
		}
		say := diags.Error
		if f.all {
			say = diags.Warn
		}
		say(diag.Range{File: "command line"}, "no-console",
			"the console of "+l.Region+" has no public address",
			"launch by the commands in README.md, with "+l.TemplateURL)
		return true
	}), diags
}

// template finds the one template that an address names. Warnings about its spec are not this
// command's business.
func (a *app) template(address string) (*plan.Plan, diag.List) {
	name, _, _ := strings.Cut(address, "/")
	plans, diags := a.plans(name)
	if diags.HasErrors() {
		return nil, diags
	}
	known := names(plans)
	fits := func(p *plan.Plan) bool { return compile.Dir(p) == address }
	switch i := slices.IndexFunc(plans, fits); {
	case i >= 0:
		return plans[i], nil
	case name == address && len(plans) == 1:
		return plans[0], nil
	case name == address:
		diags.Error(diag.Range{File: "command line"}, "which-template",
			name+" has several templates", "name one of "+strings.Join(known, ", "))
	default:
		hint := diag.DidYouMean(address, known)
		if hint == "" {
			hint = "name one of " + strings.Join(known, ", ")
		}
		diags.Error(diag.Range{File: "command line"}, "unknown-template",
			"there is no template "+address, hint)
	}
	return nil, diags
}

// plans plans one product without making its files.
func (a *app) plans(name string) ([]*plan.Plan, diag.List) {
	products, diags := a.load([]string{name})
	if diags.HasErrors() {
		return nil, diags
	}
	known, _, more := codes(filepath.Join(a.dist, lambdaDir))
	if diags = append(diags, more...); diags.HasErrors() {
		return nil, diags
	}
	plans, more := compile.Plan(products[0].src, options(known))
	return plans, append(diags, more...)
}
