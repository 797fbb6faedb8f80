package iam

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryServiceParses(t *testing.T) {
	f := Load()
	prefixes := f.Prefixes()
	if len(prefixes) < 440 || !slices.IsSorted(prefixes) {
		t.Fatalf("%d prefixes, sorted %v", len(prefixes), slices.IsSorted(prefixes))
	}
	for _, prefix := range prefixes {
		s, ok := f.Service(prefix)
		if !ok || s.Prefix != prefix {
			t.Fatalf("%s: read as %q, %v", prefix, s.Prefix, ok)
		}
		for i := range s.Names {
			a := s.action(i)
			if a.Level.String() == "unknown" && a.Level != UnknownLevel {
				t.Errorf("%s has level %q", a.Full(), a.Level)
			}
			for _, u := range a.Uses {
				if _, ok := s.Type(u.Type); !ok {
					t.Errorf("%s uses the unknown type %q", a.Full(), u.Type)
				}
			}
		}
		for _, ty := range s.Types {
			for _, format := range ty.Formats {
				if len(SplitARN(format)) != 6 {
					t.Errorf("%s: %q is no ARN", ty.Name, format)
				}
			}
		}
	}
}

func TestAction(t *testing.T) {
	f := Load()
	run, ok := f.Action("EC2:runinstances")
	if !ok || run.Full() != "ec2:RunInstances" || run.Level != Write {
		t.Fatalf("%+v", run)
	}
	if !slices.Contains(run.Depends, "iam:PassRole") || !slices.Contains(run.Keys, "ec2:Region") {
		t.Errorf("depends %v, keys %v", run.Depends, run.Keys)
	}
	at := slices.IndexFunc(run.Uses, func(u Use) bool { return u.Type == "instance" })
	instance := run.Uses[at]
	if !instance.Required || slices.Contains(instance.Keys, "aws:ResourceTag/${TagKey}") ||
		!slices.Contains(instance.Keys, "aws:RequestTag/${TagKey}") {
		t.Errorf("%+v", instance)
	}
	for _, bad := range []string{"", "ec2", "ec2:", "ec2:RunInstance", "ec3:RunInstances", "ec2\t:x", "\n= ec2:x"} {
		if a, ok := f.Action(bad); ok {
			t.Errorf("%q gives %v", bad, a)
		}
	}
}

func TestExpand(t *testing.T) {
	for _, c := range []struct {
		pattern     string
		least, most int
		has, hasNot string
	}{
		{"ec2:DescribeVpcEndpoint*", 4, 12, "ec2:DescribeVpcEndpointServices", "ec2:DescribeVpcs"},
		{"S3:get*", 60, 200, "s3:GetObject", "s3:PutObject"},
		{"sqs:??????Message", 1, 1, "sqs:DeleteMessage", "sqs:SendMessage"},
		{"sqs:GetQueueUrl", 1, 1, "sqs:GetQueueUrl", ""},
		{"sqs:Frob*", 0, 0, "", ""},
		{"*", 0, 0, "", ""},
		{"nosuch:*", 0, 0, "", ""},
	} {
		var names []string
		for _, a := range Load().Expand(c.pattern) {
			names = append(names, a.Full())
		}
		if len(names) < c.least || len(names) > c.most ||
			c.has != "" && !slices.Contains(names, c.has) || slices.Contains(names, c.hasNot) {
			t.Errorf("%s: %d %v", c.pattern, len(names), names)
		}
	}
}

func TestSuggest(t *testing.T) {
	for wrong, right := range map[string]string{
		"s3:ListObjects":                "s3:ListBucket",
		"s3:HeadObject":                 "s3:GetObject",
		"ec2:RunInstance":               "ec2:RunInstances",
		"ec2:runInstnaces":              "ec2:RunInstances",
		"secretmanager:GetSecretValue":  "secretsmanager:GetSecretValue",
		"elbv2:DescribeLoadBalancers":   "elasticloadbalancing:DescribeLoadBalancers",
		"kmss:Decrypt":                  "kms:Decrypt",
		"sqs:CompletelyDifferentThings": "",
		"noColon":                       "",
	} {
		if got := Load().Suggest(wrong); got != right {
			t.Errorf("%s: %q, want %q", wrong, got, right)
		}
	}
}

func TestOverlap(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"a*c", "*b*", true}, {"a?c", "abc", true}, {"a?c", "ac", false}, {"*", "", true},
		{"${X}/y", "a/y", true}, {"${X}", "a/y", false}, {"${X}*", "a/y", true},
		{"a${X}", "*z", true}, {"x${*}y", "x*y", true}, {"x${*}y", "xay", false}, {"ab", "abc", false},
		{"${unclosed", "${unclosed", true}, {"é?", "éß", true},
	} {
		if got := overlap(glyphs(c.a), glyphs(c.b)); got != c.want {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
		if got := overlap(glyphs(c.b), glyphs(c.a)); got != c.want {
			t.Errorf("%q and %q, turned: %v", c.b, c.a, got)
		}
	}
	long := strings.Repeat("*a", 200)
	if overlap(glyphs(long), letters(strings.Repeat("b", 400))) {
		t.Error("200 letters a found in b")
	}
}

func BenchmarkOneService(b *testing.B) {
	for b.Loop() {
		Load().Service("ec2")
	}
}

// FuzzMatches holds the quick match of names against the general one.
func FuzzMatches(f *testing.F) {
	for _, c := range [][2]string{{"get*", "GetObject"}, {"*o*t", "GetObject"}, {"?et*??ct", "GetObject"},
		{"", ""}, {"**", ""}, {"a*b*c", "AxbxbC"}, {"get", "GetObject"}, {"*ss", "Access"}} {
		f.Add(c[0], c[1])
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if strings.Trim(pattern, "*?abcdefgo") != "" || strings.Trim(name, "abcdefgoABCDEFGO") != "" {
			return
		}
		want := overlap(glyphs(pattern), letters(strings.ToLower(name)))
		if got := matches(pattern, name); got != want {
			t.Errorf("%q and %q: %v", pattern, name, got)
		}
	})
}
