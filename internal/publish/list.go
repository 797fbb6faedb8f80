package publish

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"byocfn/internal/artifact"
	"byocfn/internal/diag"
	"byocfn/internal/launch"
	"byocfn/internal/plan"
)

// Template is one folder of dist/ with the plan that it was made from.
type Template struct {
	Plan  *plan.Plan
	Dir   string          // below dist/: PRODUCT/STACK[-VARIANT]
	Files []artifact.File // below dist/
}

// TemplateOf takes the files of one folder out of those of a product.
func TemplateOf(p *plan.Plan, dir string, files []artifact.File) Template {
	t := Template{Plan: p, Dir: dir}
	for _, f := range files {
		if strings.HasPrefix(f.Name, dir+"/") {
			t.Files = append(t.Files, f)
		}
	}
	return t
}

// Choice is what the vendor may say besides.
type Choice struct {
	Regions  []string         // only these; empty for all of each product
	Endpoint string           // of a store that speaks S3; empty for AWS
	Zips     map[string]int64 // sizes of the functions' zips, by their digests
}

// List gives every object that the templates and their links can ask for, in the order in which they
// are written. Diagnostics are about the choice of regions, about two templates that claim one key,
// and about zips whose size is not known.
func List(templates []Template, c Choice) ([]Object, diag.List) {
	diags := checkRegions(templates, c.Regions)
	if diags.HasErrors() {
		return nil, diags
	}
	l := list{Choice: c, taken: map[string]int{}}
	for _, t := range templates {
		for _, region := range regionsOf(t.Plan, c.Regions) {
			l.addTemplate(t, region, &diags)
		}
	}
	slices.SortStableFunc(l.objects, func(a, b Object) int { return int(a.Stage - b.Stage) })
	probed := map[string]bool{}
	for i := range l.objects {
		o := &l.objects[i]
		kind := path.Base(o.Key)
		if o.Stage == Functions {
			kind = "zip"
		}
		if o.Probe = !probed[o.Bucket+kind] && (kind == "zip" || kind == templateName); o.Probe {
			probed[o.Bucket+kind] = true
		}
	}
	return l.objects, diags
}

const templateName = "template.yaml"

type list struct {
	Choice
	objects []Object
	taken   map[string]int // bucket and key → its object
}

func (l *list) addTemplate(t Template, region string, diags *diag.List) {
	product := t.Plan.Product
	bucket := launch.BucketName(t.Plan, region)
	for _, digest := range Zips(t.Plan) {
		size, known := l.Zips[digest]
		if !known {
			diags.Error(diag.Range{File: t.Dir}, "no-zip", "there is no zip "+digest, "")
			continue
		}
		l.add(Object{Bucket: bucket, Region: region, Key: product.Prefix + "lambda/" + digest + ".zip",
			File: digest + ".zip", SHA256: digest, Size: size, Stage: Functions,
			ContentType: "application/zip"}, diags)
	}
	folder := path.Dir(launch.TemplateKey(t.Plan))
	for _, f := range t.Files {
		name := strings.TrimPrefix(f.Name, t.Dir+"/")
		l.add(Object{Bucket: bucket, Region: region, Key: folder + "/" + name, File: f.Name,
			SHA256: artifact.SHA256(f.Data), Size: int64(len(f.Data)), Release: product.Release,
			Stage: stageOf(name), ContentType: contentType(name)}, diags)
	}
}

// add appends an object, unless another template has put the same one there.
func (l *list) add(o Object, diags *diag.List) {
	if n, taken := l.taken[o.Bucket+"/"+o.Key]; taken {
		if other := l.objects[n]; other.SHA256 != o.SHA256 {
			diags.Error(diag.Range{File: Place(o)}, "key-taken",
				fmt.Sprintf("%s and %s would be the same object", other.File, o.File),
				"give the products different prefixes in publish:")
		}
		return
	}
	l.taken[o.Bucket+"/"+o.Key] = len(l.objects)
	o.URL = launch.ObjectURL(o.Bucket, o.Key, o.Region, "")
	if l.Endpoint != "" {
		o.URL = strings.TrimSuffix(l.Endpoint, "/") + "/" + o.Bucket +
			(&url.URL{Path: "/" + o.Key}).EscapedPath()
	}
	l.objects = append(l.objects, o)
}

// Zips gives the digests of the functions that a stack may create, in the order of its resources.
func Zips(p *plan.Plan) []string {
	var out []string
	for _, r := range p.Resources {
		if f, ok := r.Body.(*plan.LambdaFunction); ok && !slices.Contains(out, f.SHA256) {
			out = append(out, f.SHA256)
		}
	}
	return out
}

func stageOf(name string) Stage {
	if path.Base(name) == "README.md" || name == "launch.json" {
		return Pages
	}
	return Templates
}

// contentType lets a browser show what a reviewer opens, instead of saving it.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".json":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	}
	return "text/plain; charset=utf-8"
}

func regionsOf(p *plan.Plan, chosen []string) []string {
	if len(chosen) == 0 {
		return p.Regions
	}
	return slices.DeleteFunc(slices.Clone(p.Regions), func(r string) bool {
		return !slices.Contains(chosen, r)
	})
}
