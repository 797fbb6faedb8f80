// Package launch makes the ways to launch a template: Quick-Create links of the CloudFormation
// console, and commands. It computes; it asks nobody.
package launch

import (
	"fmt"
	"slices"
	"strings"

	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// Limits of AWS. Sources: CloudFormation User Guide, "CloudFormation quotas" (parameter values),
// "Selecting a stack template" (length of the address), "Create quick-create links" (stack name).
const (
	maxTemplateURL = 1024
	maxValue       = 4096
	maxStackName   = 128
)

// Param is a value for a parameter of the template.
type Param struct{ Name, Value string }

// Options is what a link may carry besides the template. The zero value is a link without any.
type Options struct {
	StackName string  // empty: StackName of the plan
	Version   string  // S3 version id of the template; empty for none
	Params    []Param // in the order in which they stand in the link
}

// Link is one region's ways into the console.
type Link struct {
	Region      string `json:"region"`
	Partition   string `json:"partition"`
	TemplateURL string `json:"templateUrl"`
	QuickCreate string `json:"quickCreateUrl,omitempty"` // empty where the console's host is not public
	Wizard      string `json:"wizardUrl,omitempty"`      // the same with tags, service role and more
}

// BucketName gives the vendor's bucket in a region: BUCKET-REGION.
func BucketName(p *plan.Plan, region string) string { return p.Product.Bucket + "-" + region }

// TemplateKey gives the key of the template in the vendor's bucket:
// PREFIX/RELEASE/STACK[-VARIANT]/template.yaml. What stands there never changes.
func TemplateKey(p *plan.Plan) string {
	prefix := p.Product.Prefix
	if prefix != "" && !strings.HasSuffix(prefix, "/") {
		prefix += "/"
	}
	return prefix + p.Product.Release + "/" + variantName(p) + "/template.yaml"
}

// StackName proposes a name for the stack: PRODUCT-STACK[-VARIANT], in the letters that
// CloudFormation takes.
func StackName(p *plan.Plan) string {
	words := strings.FieldsFunc(p.Product.Name+"-"+variantName(p), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
	})
	name := strings.Join(words, "-")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = "stack-" + name
	}
	return strings.TrimRight(name[:min(len(name), maxStackName)], "-")
}

func variantName(p *plan.Plan) string {
	if p.Variant == "" {
		return p.Stack
	}
	return p.Stack + "-" + p.Variant
}

// Make gives the link for one region. Diagnostics are about the region, the address of the template,
// the stack's name and the values; the link is empty when there is an error.
func Make(p *plan.Plan, region string, o Options) (Link, diag.List) {
	diags := append(Check(p, o), checkRegion(p, region)...)
	if diags = append(diags, checkSide(p)...); diags.HasErrors() {
		return Link{}, diags
	}
	link := linkTo(p, region, o)
	if len(link.TemplateURL) > maxTemplateURL {
		diags.Error(commandLine(), "template-url-too-long", fmt.Sprintf(
			"the template's address has %d characters, the console takes %d",
			len(link.TemplateURL), maxTemplateURL), "shorten the bucket's name or the prefix")
		return Link{}, diags
	}
	return link, diags
}

// All gives the links for all regions of the plan, in its order; none for a product that is not
// published to a bucket or a stack that the vendor launches. A stack that an account takes once gets
// one link for each partition: a second one would lead to a launch that fails.
func All(p *plan.Plan, o Options) ([]Link, diag.List) {
	if p.Product.Bucket == "" || p.VendorSide {
		return nil, Check(p, o)
	}
	var links []Link
	var diags diag.List
	for _, region := range offered(p) {
		link, more := Make(p, region, o)
		diags = append(diags, more...)
		links = append(links, link)
	}
	return links, diags.Sorted()
}

// NoLinks says why All gives no link.
func NoLinks(p *plan.Plan) diag.List {
	diags := checkSide(p)
	switch {
	case p.Product.Bucket == "":
		diags = append(diags, checkRegion(p, "")...)
	case len(p.Regions) == 0 && len(diags) == 0:
		diags.Error(commandLine(), "no-regions", p.Product.Title+" names no regions",
			"name one with --region, or list them in product.yaml")
	}
	return diags
}

func checkSide(p *plan.Plan) (diags diag.List) {
	if p.VendorSide {
		diags.Error(commandLine(), "launched-by-vendor", p.Stack+" is launched by the vendor",
			"use the commands of its README.md")
	}
	return diags
}

// offered gives the regions of the links.
func offered(p *plan.Plan) []string {
	if !p.Once {
		return p.Regions
	}
	var out, seen []string
	for _, region := range p.Regions {
		partition, _ := PartitionOf(region)
		if !slices.Contains(seen, partition.Name) {
			out, seen = append(out, region), append(seen, partition.Name)
		}
	}
	return out
}

func checkRegion(p *plan.Plan, region string) (diags diag.List) {
	if p.Product.Bucket == "" {
		diags.Error(commandLine(), "not-published", p.Product.Title+" is published to no bucket",
			"name the bucket in product.yaml; a link needs the template in it")
		return diags
	}
	if _, ok := PartitionOf(region); !ok {
		diags.Error(commandLine(), "unknown-region", fmt.Sprintf("%q is no region of AWS", region),
			orList(diag.DidYouMean(region, p.Regions), p.Regions))
		return diags
	}
	for _, offered := range p.Regions {
		if offered == region {
			return nil
		}
	}
	if len(p.Regions) > 0 {
		diags.Error(commandLine(), "region-not-offered",
			fmt.Sprintf("%s is not offered in %s", p.Product.Title, region),
			"choose "+strings.Join(p.Regions, ", "))
	}
	return diags
}

func linkTo(p *plan.Plan, region string, o Options) Link {
	partition, _ := PartitionOf(region)
	link := Link{Region: region, Partition: partition.Name}
	link.TemplateURL = ObjectURL(BucketName(p, region), TemplateKey(p), region, o.Version)
	if partition.console == "" {
		return link
	}
	home := "https://" + strings.ReplaceAll(partition.console, "REGION", region) +
		"/cloudformation/home?region=" + region
	query := "?" + queryOf(p, link.TemplateURL, o)
	link.QuickCreate = home + "#/stacks/create/review" + query
	link.Wizard = home + "#/stacks/new" + query
	return link
}

func queryOf(p *plan.Plan, templateURL string, o Options) string {
	name := o.StackName
	if name == "" {
		name = StackName(p)
	}
	parts := []string{"templateURL=" + escape(templateURL), "stackName=" + escape(name)}
	for _, param := range o.Params {
		parts = append(parts, "param_"+param.Name+"="+escape(param.Value))
	}
	return strings.Join(parts, "&")
}

// ObjectURL gives the https address of an object at S3's REST endpoint, the only kind of address
// from which CloudFormation takes a template. A bucket with dots in its name stands in the path,
// because the endpoint's certificate covers one label only.
func ObjectURL(bucket, key, region, version string) string {
	partition, _ := PartitionOf(region)
	host := "s3." + region + "." + partition.DNS
	parts := strings.Split(key, "/")
	for i, part := range parts {
		parts[i] = escape(part)
	}
	url := "https://" + bucket + "." + host + "/" + strings.Join(parts, "/")
	if strings.Contains(bucket, ".") {
		url = "https://" + host + "/" + bucket + "/" + strings.Join(parts, "/")
	}
	if version != "" {
		url += "?versionId=" + escape(version)
	}
	return url
}

// escape writes every byte except RFC 3986's unreserved characters as %XX. A space becomes %20,
// never +, because not every reader of a fragment takes + for a space.
func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if plain || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

func commandLine() diag.Range { return diag.Range{File: "command line"} }
