package main

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"byocfn/internal/compile"
	"byocfn/internal/diag"
	"byocfn/internal/publish"
)

// publishFlags are what only publish takes.
type publishFlags struct {
	functions, endpoint, owner string
	regions                    []string
	dryRun, private            bool
	timeout                    time.Duration
}

func (a *app) publish() *cobra.Command {
	var f publishFlags
	c := &cobra.Command{
		Use:   "publish [PRODUCT...]",
		Short: "Upload dist/ and the functions to the buckets of every region",
		Long: `Upload what dist/ has of products, and the zips that their templates use, to the bucket of
each region. dist/ must be what the products compile to. Without names, all products are published.

All objects of all regions are looked at before any is written; a release that was published with
other bytes is refused. What is there already is left alone, so a second run goes on where a first
one ended. What was written is read back, also as customers read it.

Credentials are found as the AWS CLI finds them. The buckets must be of their account, or of that of
--bucket-owner. README.md says what policies they need.

The first region's link of each stack goes to standard output.`,
		Example: `  byocfn publish --dry-run
  byocfn publish acme
  byocfn publish acme --region us-east-1 --region eu-west-1`,
		ValidArgsFunction: a.completeProducts,
		RunE: func(c *cobra.Command, args []string) error {
			return a.runPublish(c.Context(), args, f)
		},
	}
	functionsFlag(c, &f.functions)
	flags := c.Flags()
	flags.StringArrayVar(&f.regions, "region", nil, "publish to this region only; repeatable")
	flags.BoolVar(&f.dryRun, "dry-run", false, "look at what is there, and write nothing")
	flags.BoolVar(&f.private, "private", false, "do not try whether everybody can read")
	flags.StringVar(&f.owner, "bucket-owner", "",
		"account of the buckets, 12 digits (default: that of the credentials)")
	flags.StringVar(&f.endpoint, "endpoint", "", "address of another store that speaks S3")
	flags.DurationVar(&f.timeout, "timeout", 30*time.Minute, "how long all of it may take")
	must(c.RegisterFlagCompletionFunc("region", a.completeRegions))
	return c
}

// check holds the flags against what they may be.
func (f publishFlags) check() error {
	if f.owner != "" && !regexp.MustCompile(`^[0-9]{12}$`).MatchString(f.owner) {
		return errors.New("--bucket-owner " + f.owner + " is no account: it has 12 digits")
	}
	address, err := url.Parse(f.endpoint)
	if f.endpoint != "" && (err != nil || address.Host == "" ||
		address.Scheme != "https" && address.Scheme != "http") {
		return errors.New("--endpoint " + f.endpoint + " is no address such as https://s3.example.com")
	}
	if f.timeout <= 0 {
		return errors.New("--timeout must be more than nothing")
	}
	return nil
}

func (a *app) runPublish(ctx context.Context, args []string, f publishFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	products, objects, diags := a.objects(args, f)
	if diags.HasErrors() {
		return a.report(diags.Sorted())
	}
	result, more := a.send(ctx, publish.Request{Objects: objects, DryRun: f.dryRun, Private: f.private,
		Endpoint: f.endpoint, BucketOwner: f.owner, Timeout: f.timeout})
	diags = append(append(diags, more...), result.Diags...)
	if err := a.reportAny(diags.Sorted()); err != nil {
		a.tellCounts(result.Buckets, f.dryRun)
		return err
	}
	a.tellCounts(result.Buckets, f.dryRun)
	return a.tellResult(products, result, f)
}

// objects compiles products and lists what belongs into the buckets; dist must hold the same.
func (a *app) objects(args []string, f publishFlags) ([]product, []publish.Object, diag.List) {
	products, diags := a.load(args)
	zips := a.functionsDir(f.functions)
	known, real, more := codes(zips)
	diags = append(diags, more...)
	diags = append(diags, a.compileAll(products, known, false)...)
	if diags.HasErrors() {
		return nil, nil, diags
	}
	if diags = append(diags, a.stale(products, real, f.functions)...); diags.HasErrors() {
		return nil, nil, diags
	}
	sizes, more := sizesOf(zips, products)
	if diags = append(diags, more...); diags.HasErrors() {
		return nil, nil, diags
	}
	var templates []publish.Template
	for _, p := range products {
		templates = append(templates, templatesOf(p)...)
	}
	objects, more := publish.List(templates,
		publish.Choice{Regions: f.regions, Endpoint: f.endpoint, Zips: sizes})
	for i := range objects {
		folder := a.dist
		if objects[i].Stage == publish.Functions {
			folder = zips
		}
		objects[i].File = filepath.Join(folder, filepath.FromSlash(objects[i].File))
	}
	return products, objects, append(diags, more...)
}

// templatesOf gives the folders of a product.
func templatesOf(p product) []publish.Template {
	var out []publish.Template
	for _, t := range p.result.Plans {
		out = append(out, publish.TemplateOf(t, compile.Dir(t), p.result.Files.Files))
	}
	return out
}
