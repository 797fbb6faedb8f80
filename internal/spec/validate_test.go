package spec

import (
	"strings"
	"testing"

	"byocfn/internal/diag"
	"byocfn/internal/source"
)

const goodProduct = `product: acme
title: Acme Lake
vendor: Acme
release: 1.0.0
docs: https://docs.example.com
publish: { bucket: acme, prefix: a/b/ }
tags: { app: x }
facts: { vendorAccount: "111122223333" }
regions:
  us-east-1: { zones: [use1-az1] }
  eu-west-1: { zones: [euw1-az1] }
`

const goodStack = `about: What it does
variants: { open: With a gateway }
buckets:
  Data: { keep: data, why: Data }
roles:
  Reader:
    why: Reads
    trust: { Machines: { service: ec2 } }
    allow:
      Read: { why: Reads, actions: s3:Get*, resources: Data/* }
endpoints:
  Sts: { service: sts, privateDns: ensure, why: Tokens }
instances:
  Box:
    why: Runs
    size: m6i.large
    image: { ssm: /x }
    role: Reader
    disk: { size: 8, type: gp3, why: Logs }
    boot: { script: boot.sh, env: { A: x } }
outputs:
  Bucket: { value: "${Data}", why: Name it }
`

// mistake is an edit of a good file (the only occurrence of old becomes new) and what is said.
type mistake struct{ old, new, want string }

func (m mistake) edit(t *testing.T, good string) *source.Document {
	t.Helper()
	if strings.Count(good, m.old) != 1 {
		t.Fatalf("%q is not there exactly once", m.old)
	}
	doc, diags := source.Parse("f.yaml", []byte(strings.Replace(good, m.old, m.new, 1)))
	if diags.HasErrors() {
		t.Fatalf("%s:\n%s", m.new, told(diags))
	}
	return doc
}

func (m mistake) judge(t *testing.T, diags diag.List) {
	t.Helper()
	if got := told(diags.Sorted()); got != m.want {
		t.Errorf("%s:\ngot  %s\nwant %s", m.new, got, m.want)
	}
}

func TestProductMistakes(t *testing.T) {
	const (
		name    = " / use lower-case letters, digits and hyphens, at most 31: acme-lake"
		bucket  = " / use lower-case letters, digits and hyphens, at most 46: the region follows"
		folder  = " / write it as in releases/byoc/ with a slash at the end and none before"
		address = " / write it as in https://docs.example.com/byoc"
		version = " / write three numbers, such as 1.0.0 or 1.0.0-rc.1"
		region  = " / write it as in us-east-1"
		tag     = " / use letters, digits, spaces and any of _.:/=+-@"
	)
	long := strings.Repeat("b", 46)
	for _, m := range []mistake{
		{"acme\ntitle", "acme\ntitle", ""},
		{"product: acme", "product: Acme", `1:10-14 bad-name: "Acme" is no name of a product` + name},
		{"product: acme", "product: 1acme", `1:10-15 bad-name: "1acme" is no name of a product` + name},
		{"release: 1.0.0", "release: 1.0", `4:10-13 bad-release: "1.0" is no version` + version},
		{"release: 1.0.0", "release: v1.0.0", `4:10-16 bad-release: "v1.0.0" is no version` + version},
		{"release: 1.0.0", "release: 1.0.0-rc.1", ""},
		{"docs: https", "docs: http",
			`5:7-30 bad-address: "http://docs.example.com" is no https address` + address},
		{"https://docs.example.com", "https://me@x", `5:7-19 bad-address: "https://me@x" is no https address` +
			address},
		{"https://docs.example.com", "https:///x", `5:7-17 bad-address: "https:///x" is no https address` +
			address},
		{"bucket: acme,", "bucket: " + long + ",", ""},
		{"bucket: acme,", "bucket: " + long + "b,",
			`6:20-67 bad-bucket: "` + long + `b" is no beginning of a bucket's name` + bucket},
		{"bucket: acme,", "bucket: a.b,",
			`6:20-23 bad-bucket: "a.b" is no beginning of a bucket's name` + bucket},
		{"bucket: acme,", "bucket: sthree-x,",
			`6:20-28 bad-bucket: S3 keeps names that begin with sthree- / choose another name`},
		{"a/b/", "a/b", `6:34-37 bad-prefix: "a/b" is no folder` + folder},
		{"a/b/", "/a/", `6:34-37 bad-prefix: "/a/" is no folder` + folder},
		{"a/b/", "a/../b/", `6:34-41 bad-prefix: "a/../b/" is no folder` + folder},
		{"app: x", "AWS:app: x", `7:9-16 bad-tag: keys that begin with aws: belong to AWS / choose another key`},
		{"app: x", "app: x, APP: y",
			`7:17-20 duplicate-tag: the tag APP is here twice / IAM ignores case in keys: keep one`},
		{"app: x", "app: a&b", `7:14-17 bad-tag: "a&b" is no text of a tag` + tag},
		{"app: x", "app: \"${product.release} ü\"", ""},
		{"app: x", strings.Repeat("k", 129) + ": x",
			`7:9-138 bad-tag: the key of a tag has at most 128 characters / shorten it`},
		{"app: x", "app: " + strings.Repeat("v", 257),
			`7:14-271 bad-tag: the value of a tag has at most 256 characters / shorten it`},
		{"vendorAccount:", "vendor-account:", `8:10-24 bad-name: "vendor-account" is no name of a fact` +
			` / use letters and digits, such as vendorAccount`},
		{"us-east-1:", "useast1:", `10:3-10 unknown-region: "useast1" is no AWS region` +
			` / did you mean "us-east-1"?`},
		{"us-east-1:", "moon:", `10:3-7 unknown-region: "moon" is no AWS region` + region},
		{"eu-west-1:", "eu-centrall-1:", `11:3-16 unknown-region: "eu-centrall-1" is no AWS region` +
			` / did you mean "eu-central-1"?`},
		{"eu-west-1:", "us-east-7:", `11:3-12 unknown-region: no AWS region "us-east-7" is known` +
			` / did you mean "us-east-1"? If AWS has opened it since, this warning can stay`},
		{"[euw1-az1]", "euw1-az1", `11:23-31 mixed-fact: zones is a list in one region and a text in another` +
			` / write a list in every region, or in none`},
		{"[euw1-az1]", "[]", `11:23-25 empty-list: zones is an empty list / write at least one item`},
		{"Acme Lake", "|\n  Acme\n  Lake", "2:8-9 line-break: title has more than one line" +
			" / write one line; after >- a long one may be folded, without blank lines in it"},
		{"Acme Lake", `"Acme\u202eLake"`, `2:8-24 hidden-character: title holds a character that nobody` +
			` can see / write visible characters only`},
	} {
		doc := m.edit(t, goodProduct)
		_, diags := ParseProduct(doc)
		m.judge(t, diags)
	}
}

func TestManyTags(t *testing.T) {
	for count, want := range map[int]int{maxTags: 0, maxTags + 3: 1} {
		var tags Keyed[Text]
		for i := range count {
			tags = append(tags, Named[Text]{Name: Word{Value: "k" + strings.Repeat("x", i)}})
		}
		var diags diag.List
		if checkTags(tags, &diags); len(diags) != want {
			t.Error(count, diags)
		}
	}
}

func TestNoRegions(t *testing.T) {
	cut := strings.Index(goodProduct, "regions:")
	for value, want := range map[string]string{
		"regions: []\n": "9:10-12 empty-list: regions is an empty list / write at least one item, or remove the key",
		"regions: {}\n": "9:10-12 empty-list: regions is empty / name the regions in which the product is offered",
	} {
		doc, _ := source.Parse("f.yaml", []byte(goodProduct[:cut]+value))
		_, diags := ParseProduct(doc)
		mistake{new: value, want: want}.judge(t, diags)
	}
}

func TestStackMistakes(t *testing.T) {
	const sid = " / the name is the Sid: use letters and digits, at most 64, such as ReadData"
	for _, m := range []mistake{
		{"open:", "open:", ""},
		{"open:", "Open:", `2:13-17 bad-name: "Open" is no name of a variant` +
			` / use lower-case letters, digits and hyphens, such as restricted`},
		{"open:", "not:", `2:13-16 reserved-name: not has a meaning of its own in when / choose another name`},
		{"open: With", "openly: With", ""},
		{"open: With a gateway }\n", "open: With }\nparameters: { open: { kind: vpc, why: x } }\n",
			`2:13-17 duplicate-name: open names a variant and a parameter` +
				` / when could mean either: rename one`},
		{"buckets:", "place: { vpc: v, subnets: s, securityGroups: g, isolated: no }\nbuckets:", ""},
		{"buckets:", "place: { vpc: v, subnets: s, securityGroups: g, isolated: [no] }\nbuckets:",
			`3:60-62 bad-gate: place.isolated[0] would never hold / remove what it stands on`},
		{"buckets:", "securityGroups: { G: { why: x, egress: } }\nbuckets:",
			`3:32-38 wrong-type: securityGroups.G.egress must be a mapping from names, not nothing` +
				` / write egress: {} for nothing, or its entries below`},
		{"keep: data", "keep: data, kep: x", `4:23-26 unknown-key: buckets.Data: unknown key "kep"` +
			` / did you mean "key"?`},
		{"keep: data", "keep: dta", `4:17-20 bad-value: buckets.Data.keep cannot be "dta" / did you mean "data"?`},
		{"keep: data", "keep: yes", `4:17-20 bad-value: buckets.Data.keep cannot be "yes" / write data or nothing`},
		{"privateDns: ensure", "privateDns: false",
			`12:36-41 bad-value: endpoints.Sts.privateDns cannot be "false" / write ensure, native or no`},
		{"privateDns: ensure", "privateDns: no", ""},
		{"sts, pr", "sts, type: Gateway, pr",
			`12:30-37 bad-value: endpoints.Sts.type cannot be "Gateway" / did you mean "gateway"?`},
		{"gp3", "gp5", `19:28-31 bad-value: instances.Box.disk.type cannot be "gp5" / did you mean "gp3"?`},
		{"Machines: { service: ec2 }", "", `6:3-9 empty-trust: Reader is trusted to nobody` +
			` / say in trust who may take the role, such as Instances: { service: ec2 }`},
		{"Machines:", "My-Machines:", `8:14-25 bad-name: "My-Machines" is no name of a statement` + sid},
		{"Read: {", "Read data: {", `10:7-16 bad-name: "Read data" is no name of a statement` + sid},
		{"    allow:\n", "    deny: { Read: { why: x, actions: s3:Put*, resources: Data/* } }\n    allow:\n",
			`9:13-17 duplicate-name: Read names two statements / rename one of them`},
		{"s3:Get*", "[]", `10:36-38 empty-list: roles.Reader.allow.Read.actions is an empty list` +
			` / write at least one item, or remove the key`},
		{"s3:Get*", "[s3:Get*, GetObject]",
			`10:46-55 bad-action: "GetObject" is no action / write it as in s3:GetObject,` +
				` or name a fact of the product that lists actions: "${facts.GetObject}"`},
		{"s3:Get*, ", "s3:Get*, condition: {}, ", `10:7-11 empty-condition: Read has an empty condition` +
			` / write operator, key and value, or remove it`},
		{"s3:Get*, ", "s3:Get*, condition: { Bool: {} }, ",
			`10:58-62 empty-condition: Bool holds no condition / write a key and a value, or remove it`},
		{"s3:Get*, ", "s3:Get*, condition: { Bool: { x: [] } }, ",
			`10:69-71 empty-list: roles.Reader.allow.Read.condition.Bool.x is an empty list` +
				` / write at least one item, or remove the key`},
		{"Reads, ", `"a\tb", accept: { broad: "x\u0007" }, `, `10:45-54 hidden-character:` +
			` roles.Reader.allow.Read.accept.broad holds a character that nobody can see / write visible characters only`},
		{"A: x", `A: "x\u2028"`, `20:40-49 hidden-character: instances.Box.boot.env.A holds a character` +
			` that nobody can see / write visible characters only`},
		{"What it does", ">\n  What\n  it does", "1:8-9 line-break: about has more than one line" +
			" / write >- after the key, which leaves no line break at the end"},
		{"  Bucket:", "  Bucket-Name:", `22:3-14 bad-name: "Bucket-Name" is no name of an output` +
			` / use letters and digits, such as BucketName`},
		{"why: Name it", "because: Name it", `22:3-9 missing-key: outputs.Bucket: missing key "why" / add why:` +
			" What to do with it.\n" + `22:31-38 unknown-key: outputs.Bucket: unknown key "because"` +
			" / known keys: value, why, when"},
		{"outputs:", "resources: { T: { type: SNS::Topic, why: x } }\noutputs:",
			`21:25-35 bad-type: "SNS::Topic" is no type of CloudFormation / write it as in AWS::SNS::Topic`},
		{"role: Reader\n", "role: Reader\n    tags: { a: 'x*' }\n", `19:16-20 bad-tag: "x*" is no text of a tag` +
			` / use letters, digits, spaces and any of _.:/=+-@`},
	} {
		doc := m.edit(t, goodStack)
		_, diags := ParseStack("agent", doc)
		m.judge(t, diags)
	}
}

func TestStackName(t *testing.T) {
	doc := mistake{old: "about", new: "about"}.edit(t, goodStack)
	_, diags := ParseStack("My Stack", doc)
	if len(diags) != 1 || diags[0].ID != "bad-name" || diags[0].At != (diag.Range{File: "f.yaml"}) {
		t.Error(diags)
	}
}

// TestShapeSurvives feeds trees of the wrong shape: the checks skip what the decoder refused.
func TestShapeSurvives(t *testing.T) {
	for _, value := range []string{"[]", "x", "~", "{ a: ~ }", "{ a: [] }", "{ a: x }", "[{}, [], x]",
		"{ a: { allow: x, trust: [x], boot: { env: { A: [] } }, tcp: {} } }"} {
		for _, key := range []string{"variants", "roles", "buckets", "instances", "outputs",
			"securityGroups", "place", "regions", "facts", "tags", "publish", "resources"} {
			doc, diags := source.Parse("f.yaml", []byte(key+": "+value+"\n"))
			if diags.HasErrors() {
				t.Fatal(told(diags))
			}
			if _, diags = ParseStack("agent", doc); !diags.HasErrors() {
				t.Errorf("%s: %s passes as a stack", key, value)
			}
			if _, diags = ParseProduct(doc); !diags.HasErrors() {
				t.Errorf("%s: %s passes as a product", key, value)
			}
		}
	}
}
