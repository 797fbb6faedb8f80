package publish_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"byocfn/internal/artifact"
	"byocfn/internal/compile"
	"byocfn/internal/contract"
	"byocfn/internal/iam"
	"byocfn/internal/lambdabuild"
	"byocfn/internal/plan"
	"byocfn/internal/publish"
	"byocfn/internal/workspace"
)

const root = "../../"

// shipped compiles all products that ship, as publish does.
func shipped(t *testing.T) (templates []publish.Template, sizes map[string]int64) {
	t.Helper()
	manifest, err := lambdabuild.Load(root + "dist/lambda")
	if err != nil {
		t.Fatal(err)
	}
	opt := compile.Options{Facts: iam.Load(), Functions: map[string]plan.Code{}}
	sizes = map[string]int64{}
	for _, f := range contract.Functions() {
		e, _ := manifest.Entry(f.Name)
		opt.Functions[f.Name] = plan.Code{SHA256: e.SHA256, Base64: e.CodeSHA256()}
		sizes[e.SHA256] = e.Size
	}
	names, diags := workspace.Products(root+"templates", nil)
	for _, name := range names {
		src, more := workspace.Load(root + "templates/" + name)
		result, found := compile.Compile(src, opt)
		diags = append(append(diags, more...), found...)
		for _, picture := range result.Pictures { // none is drawn here
			if err := result.Files.Add(picture.Name, []byte("<svg/>")); err != nil {
				t.Fatal(err)
			}
		}
		for _, p := range result.Plans {
			templates = append(templates, publish.TemplateOf(p, compile.Dir(p), result.Files.Files))
		}
	}
	if diags.HasErrors() || len(names) < 5 || len(templates) < 10 {
		t.Fatal(names, len(templates), diags)
	}
	return templates, sizes
}

// asked collects, for each address that anything asks for, who asks.
type asked map[string]string

// TestListIsWhatIsAskedFor reads what was emitted, as a customer's browser, CloudFormation and Lambda
// do: all that it leads to is in the list, and every zip of the list is led to.
func TestListIsWhatIsAskedFor(t *testing.T) {
	templates, sizes := shipped(t)
	objects, diags := publish.List(templates, publish.Choice{Zips: sizes})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	want := asked{}
	pages := 0
	for _, template := range templates {
		for _, f := range template.Files {
			switch path.Base(f.Name) {
			case "launch.json":
				want.links(t, f)
			case "template.yaml":
				want.commands(t, template)
			case "template.json":
				want.code(t, f, template.Plan.Regions)
			case "README.md":
				pages += want.page(template, f)
			}
		}
	}
	if pages < 50 {
		t.Errorf("the pages lead to %d files only", pages)
	}
	have := map[string]publish.Object{}
	for _, o := range objects {
		if _, twice := have[o.URL]; twice {
			t.Errorf("%s is there twice", o.URL)
		}
		have[o.URL] = o
	}
	for address, who := range want {
		if _, ok := have[address]; !ok {
			t.Errorf("%s asks for %s, which is not published", who, address)
		}
	}
	files := map[string]bool{}
	for _, template := range templates {
		for _, f := range template.Files {
			files[f.Name] = true
		}
	}
	for address, o := range have {
		_, isAsked := want[address]
		if o.Stage == publish.Functions && !isAsked || o.Stage != publish.Functions && !files[o.File] {
			t.Errorf("%s is published and nobody asks for it", address)
		}
	}
	everyFileEverywhere(t, templates, objects)
}

// everyFileEverywhere counts: each file of a folder once in each region of its product.
func everyFileEverywhere(t *testing.T, templates []publish.Template, objects []publish.Object) {
	t.Helper()
	count := map[string]int{}
	for _, o := range objects {
		count[o.File]++
	}
	for _, template := range templates {
		for _, f := range template.Files {
			if got, want := count[f.Name], len(template.Plan.Regions); got != want {
				t.Errorf("%s is published to %d regions of %d", f.Name, got, want)
			}
		}
	}
}

// links notes the templates to which the links of a launch.json lead, by the links themselves.
func (a asked) links(t *testing.T, f artifact.File) {
	t.Helper()
	var doc struct {
		Regions []struct{ TemplateURL, QuickCreateURL, WizardURL string }
	}
	if err := json.Unmarshal(f.Data, &doc); err != nil {
		t.Fatal(err)
	}
	for _, r := range doc.Regions {
		a[r.TemplateURL] = f.Name
		for _, link := range []string{r.QuickCreateURL, r.WizardURL} {
			_, query, _ := strings.Cut(link, "?templateURL=")
			query, _, _ = strings.Cut(query, "&")
			address, err := url.PathUnescape(query)
			if err != nil || address != r.TemplateURL {
				t.Errorf("%s leads to %q, not to %q", link, address, r.TemplateURL)
			}
		}
	}
}

// commands notes the templates of the commands, in every region of the product.
func (a asked) commands(t *testing.T, template publish.Template) {
	t.Helper()
	readme := template.Files[slices.IndexFunc(template.Files, func(f artifact.File) bool {
		return f.Name == template.Dir+"/launch.json"
	})]
	found := regexp.MustCompile(`--template-url \\"([^"\\]+)`).FindAllSubmatch(readme.Data, -1)
	if len(found) == 0 {
		t.Errorf("%s has no command with the template's address", readme.Name)
	}
	for _, match := range found {
		for _, region := range template.Plan.Regions {
			a[strings.ReplaceAll(string(match[1]), "$REGION", region)] = readme.Name
		}
	}
}

// code notes the code of every function of a template, with the parameters' defaults, in each region.
func (a asked) code(t *testing.T, f artifact.File, regions []string) {
	t.Helper()
	var template struct {
		Parameters map[string]struct{ Default any }
		Resources  map[string]struct {
			Type       string
			Properties struct {
				Code struct{ S3Bucket, S3Key any }
			}
		}
	}
	if err := json.Unmarshal(f.Data, &template); err != nil {
		t.Fatal(err)
	}
	for id, r := range template.Resources {
		if r.Type != "AWS::Lambda::Function" {
			continue
		}
		for _, region := range regions {
			values := func(v any) string {
				sub, _ := v.(map[string]any)
				text, _ := sub["Fn::Sub"].(string)
				return regexp.MustCompile(`\$\{([^}]+)\}`).ReplaceAllStringFunc(text, func(ref string) string {
					if ref == "${AWS::Region}" {
						return region
					}
					return fmt.Sprint(template.Parameters[ref[2:len(ref)-1]].Default)
				})
			}
			code := r.Properties.Code
			a[fmt.Sprintf("https://%s.s3.%s.amazonaws.com/%s", values(code.S3Bucket), region,
				values(code.S3Key))] = f.Name + " " + id
		}
	}
}

// page notes the files to which a README.md leads, and counts them. A folder is for those who have
// all of it on a disk; S3 has none.
func (a asked) page(template publish.Template, f artifact.File) int {
	p, n := template.Plan, 0
	for _, match := range regexp.MustCompile(`\]\(<?([^)#:>]+\.[a-z0-9]+)>?\)`).FindAllSubmatch(f.Data, -1) {
		for _, region := range p.Regions {
			a[fmt.Sprintf("https://%s-%s.s3.%s.amazonaws.com/%s", p.Product.Bucket, region, region,
				path.Join(p.Product.Prefix, p.Product.Release,
					path.Dir(strings.TrimPrefix(f.Name, p.Product.Name)), string(match[1])))] = f.Name
		}
		n++
	}
	return n
}

// TestListNeedsAll is the control: with one template less, what it alone holds is missed.
func TestListNeedsAll(t *testing.T) {
	templates, sizes := shipped(t)
	whole, _ := publish.List(templates, publish.Choice{Zips: sizes})
	for i := range templates {
		less := slices.Concat(templates[:i:i], templates[i+1:])
		objects, _ := publish.List(less, publish.Choice{Zips: sizes})
		if missing := len(whole) - len(objects); missing < len(templates[i].Files) {
			t.Errorf("without %s, %d objects are missing", templates[i].Dir, missing)
		}
	}
}

func product(name, stack string, regions []string, files ...string) publish.Template {
	t := publish.Template{Dir: name + "/" + stack, Plan: &plan.Plan{Stack: stack, Regions: regions,
		Product: plan.Product{Name: name, Release: "1.0", Bucket: "vb", Prefix: "x+y/"}}}
	for _, f := range files {
		file, data, _ := strings.Cut(f, "=")
		t.Files = append(t.Files, artifact.File{Name: t.Dir + "/" + file, Data: []byte(data)})
	}
	return t
}

func withFunction(t publish.Template, digest string) publish.Template {
	t.Plan.Resources = []plan.Resource{{Body: &plan.LambdaFunction{SHA256: digest}},
		{Body: &plan.LambdaFunction{SHA256: digest}}}
	return t
}

func TestListOrder(t *testing.T) {
	one := []string{"us-gov-west-1"}
	objects, diags := publish.List([]publish.Template{
		withFunction(product("p", "a", one, "README.md=r", "template.yaml=t", "iam/A b.json={}",
			"iam/README.md=i",
			"launch.json={}", "texts/k.sql=s", "diagram.svg=v"), "d1"),
		withFunction(product("p", "b", one, "template.yaml=u"), "d1"),
	}, publish.Choice{Zips: map[string]int64{"d1": 7}, Endpoint: "http://localhost:1/s3/"})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	var got []string
	for _, o := range objects {
		got = append(got, fmt.Sprint(strings.TrimPrefix(o.URL, "http://localhost:1/s3/vb-us-gov-west-1/x+y/"),
			" ", o.Size, " ", o.ContentType, " ", o.Probe, o.Release))
	}
	want := `lambda/d1.zip 7 application/zip true
1.0/a/template.yaml 1 text/plain; charset=utf-8 true1.0
1.0/a/iam/A%20b.json 2 application/json false1.0
1.0/a/texts/k.sql 1 text/plain; charset=utf-8 false1.0
1.0/a/diagram.svg 1 image/svg+xml false1.0
1.0/b/template.yaml 1 text/plain; charset=utf-8 false1.0
1.0/a/README.md 1 text/plain; charset=utf-8 false1.0
1.0/a/iam/README.md 1 text/plain; charset=utf-8 false1.0
1.0/a/launch.json 2 application/json false1.0`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestListRefuses(t *testing.T) {
	both := []string{"us-east-1", "cn-north-1", "cn-northwest-1"}
	for name, c := range map[string]struct {
		templates []publish.Template
		regions   []string
		want      string // id and part of summary or hint
		objects   int
	}{
		"two partitions": {[]publish.Template{product("p", "a", both, "f=1")}, nil,
			"several-partitions --region us-east-1; then with other credentials " +
				"--region cn-north-1 --region cn-northwest-1", 0},
		"one of them": {[]publish.Template{product("p", "a", both, "f=1")}, both[1:], "", 2},
		"no such region": {[]publish.Template{product("p", "a", both, "f=1")}, []string{"us-east-2"},
			`region-not-offered did you mean "us-east-1"?`, 0},
		"a region of one product only": {[]publish.Template{product("p", "a", both, "f=1"),
			product("q", "a", both[1:], "f=2")}, both[:1], "left-out q is offered in none", 1},
		"the same key": {[]publish.Template{product("p", "a", both[:1], "f=1"),
			product("q", "a", both[:1], "f=2")}, nil, "key-taken p/a/f and q/a/f would be the same object", 1},
		"the same key and bytes": {[]publish.Template{product("p", "a", both[:1], "f=1"),
			product("q", "a", both[:1], "f=1")}, nil, "", 1},
		"no zip": {[]publish.Template{withFunction(product("p", "a", both[:1]), "d1")}, nil,
			"no-zip there is no zip d1", 0},
	} {
		objects, diags := publish.List(c.templates, publish.Choice{Regions: c.regions})
		id, words, _ := strings.Cut(c.want, " ")
		if len(objects) != c.objects || (len(diags) > 0) != (c.want != "") || len(diags) > 1 ||
			len(diags) == 1 && (diags[0].ID != id ||
				!strings.Contains(diags[0].Summary+" "+diags[0].Hint, words)) {
			t.Errorf("%s: %d objects, %+v", name, len(objects), diags)
		}
	}
}

func TestConflictsAreToldOncePerBucket(t *testing.T) {
	templates := []publish.Template{product("p", "a", []string{"us-east-1"}, "f=1", "g=2", "h=3")}
	objects, _ := publish.List(templates, publish.Choice{})
	found := []publish.Found{{}, {Exists: true, SHA256: objects[1].SHA256}, {Exists: true}}
	for want, found := range map[string][]publish.Found{
		"": {{}, {}, {}},
		"s3://vb-us-east-1/x+y/1.0/a/h: release 1.0 was published with other bytes": found,
		"s3://vb-us-east-1/x+y/1.0/a/f: release 1.0 was published with other bytes; " +
			"2 more of this bucket likewise": {{Exists: true}, {Exists: true}, {Exists: true, SHA256: "0"}},
	} {
		got := ""
		for _, d := range publish.Conflicts(objects, found) {
			got += d.At.File + ": " + d.Summary
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := publish.Counts(objects, found); len(got) != 1 || got[0].Missing != 1 || got[0].Bytes != 1 {
		t.Errorf("%+v", got)
	}
}
