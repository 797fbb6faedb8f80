package published

import (
	"strings"
	"testing"
)

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		general, special string
		want             bool
	}{
		{"", "", true}, {"*", "", true}, {"", "*", false}, {"?", "", false},
		{"s3:Get*", "s3:GetObject", true}, {"s3:GetObject", "s3:Get*", false},
		{"s3:*", "s3:Get*", true}, {"ec2:*Gateway*", "ec2:DeleteGateway", true},
		{"a*b", "axxb", true}, {"a*b", "axxbc", false}, {"a*b*", "a*b", true},
		{"a?c", "abc", true}, {"a?c", "a?c", true}, {"a?c", "a*c", false}, {"a*c", "a?c", true},
		{"arn:aws:s3:::tonic-*", "arn:aws:s3:::tonic-*/*", true},
		{"arn:aws:s3:::tonic-*/*", "arn:aws:s3:::tonic-*", false},
		{"ü*", "üß", true},
		{"*a*a*a*a*a*a*b", strings.Repeat("a", 200), false}, // and does not take for ever
	} {
		if got := matches(c.general, c.special); got != c.want {
			t.Errorf("%q over %q: %v", c.general, c.special, got)
		}
	}
}

func TestFollows(t *testing.T) {
	for _, c := range []struct {
		weak, strong string
		want         bool
	}{
		{"StringEquals k a", "StringEquals K a", true},
		{"StringEquals k a,b", "StringEquals k b", true},
		{"StringEquals k b", "StringEquals k a,b", false},
		{"StringLike k e6*", "StringEquals k e6data", true},
		{"StringEquals k e6*", "StringEquals k e6data", false}, // no pattern here
		{"StringEquals k e6data", "StringLike k e6*", false},
		{"StringEquals k e6data", "StringLike k e6data", true},
		{"ArnEquals k arn:*", "ArnLike k arn:x", true},
		{"StringEqualsIfExists k a", "StringEquals k a", true},
		{"StringEquals k a", "StringEqualsIfExists k a", false},
		{"ForAllValues:StringEquals k a", "StringEquals k a", false},
		{"ForAnyValue:StringLike k a*", "ForAnyValue:StringEquals k ab", true},
		{"StringNotLike k a", "StringNotLike k a", true},
		{"StringNotLike k a,b", "StringNotLike k a", false},
		{"Null k true", "Null k false", false},
		{"StringEquals k a", "StringEquals l a", false},
	} {
		of := func(line string) []Clause { return statement("s", "Allow a on b if "+line).Condition }
		if got := weaker(of(c.weak), of(c.strong)); got != c.want {
			t.Errorf("%s from %s: %v", c.weak, c.strong, got)
		}
	}
}

func FuzzMatches(f *testing.F) {
	f.Add("a*b?", "aabx")
	f.Fuzz(func(t *testing.T, general, special string) {
		if len(general)+len(special) > 200 {
			return
		}
		if general = strings.ToValidUTF8(general, ""); !matches(general, general) {
			t.Errorf("%q does not cover itself", general)
		}
		if !matches("*", special) || matches(general, special) && !matches(general+"*", special+"*") {
			t.Errorf("%q, %q", general, special)
		}
	})
}

// statement writes one for a test: EFFECT ACTIONS on RESOURCES if OPERATOR KEY VALUE, with commas.
func statement(name, line string) Statement {
	line, condition, _ := strings.Cut(line, " if ")
	line, resources, _ := strings.Cut(line, " on ")
	effect, actions, _ := strings.Cut(line, " ")
	s := Statement{Name: name, Effect: effect, Actions: strings.Split(actions, ",")}
	if resources != "" {
		s.Resources = strings.Split(resources, ",")
	}
	if word := strings.Fields(condition); len(word) == 3 {
		s.Condition = []Clause{{word[0], word[1], strings.Split(word[2], ",")}}
	}
	return s
}

func TestCompare(t *testing.T) {
	for name, c := range map[string]struct {
		published, ours string
		document, own   string // the residues, as differences.yaml has them, without layout
	}{
		"the same": {"Allow s3:GetObject,s3:PutObject on b/*", "Allow s3:putobject,s3:GetObject on b/*",
			"", ""},
		"an action less": {"Allow s3:GetObject,s3:PutObject on b/*", "Allow s3:GetObject on b/*",
			`missing "d/1" "s3:PutObject" "b/*"`, ""},
		"an action more": {"Allow s3:GetObject on b/*", "Allow s3:GetObject,s3:PutObject on b/*",
			"", `extra "o/1" "s3:PutObject" "b/*"`},
		"a wider resource": {"Allow s3:GetObject on b/*", "Allow s3:GetObject on *",
			"", `wider "o/1" "s3:GetObject" "*" as "d/1" "b/*"`},
		"a narrower resource": {"Allow s3:Get*,s3:Put* on *", "Allow s3:Get*,s3:Put* on b/*,c/*",
			`narrower "d/1" "s3:Get*" "s3:Put*" "*" as "o/1" "b/*" "c/*"`, ""},
		"fewer of a pattern": {"Allow s3:Get* on *", "Allow s3:GetObject,s3:GetBucket on *",
			`narrower "d/1" "s3:Get*" "*" as "o/1" "s3:GetObject" "s3:GetBucket" "*"`, ""},
		"a condition more": {"Allow iam:PassRole on r", "Allow iam:PassRole on r if StringEquals a:b c",
			`narrower "d/1" "iam:PassRole" "r" as "o/1" "r" if "StringEquals a:b = c"`, ""},
		"a condition less": {"Allow iam:PassRole on r if StringEquals a:b c", "Allow iam:PassRole on r",
			"", `wider "o/1" "iam:PassRole" "r" as "d/1" "r" if "StringEquals a:b = c"`},
		"another value": {"Allow x:Y on r if StringEquals a:b c", "Allow x:Y on r if StringEquals a:b d",
			`missing "d/1" "x:Y" "r" if "StringEquals a:b = c"`,
			`extra "o/1" "x:Y" "r" if "StringEquals a:b = d"`},
		"the order of values": {"Allow x:Y on r if StringEquals a:B c,d", "Allow x:Y on r if StringEquals A:b d,c",
			"", ""},
		"deny is not allow": {"Deny x:Y on r", "Allow x:Y on r",
			`missing "d/1" "x:Y" "r"`, `extra "o/1" "x:Y" "r"`},
		"half of the resources": {"Allow x:Y,x:Z on a,b", "Allow x:Y,x:Z on b",
			`missing "d/1" "x:Y" "x:Z" "a"`, ""},
	} {
		got := Compare([]Statement{statement("d/1", c.published)}, []Statement{statement("o/1", c.ours)})
		if line := lines(got.Document, false); line != c.document {
			t.Errorf("%s: the document has\n%s\nnot\n%s", name, line, c.document)
		}
		if line := lines(got.Ours, true); line != c.own {
			t.Errorf("%s: we have\n%s\nnot\n%s", name, line, c.own)
		}
	}
}

// lines prints residues without the layout of YAML.
func lines(residues []Residue, ours bool) string {
	var out []string
	for _, r := range residues {
		text := strings.NewReplacer("kind: ", "", "document:", "", "ours:", "", "statement: ", "",
			"actions:", "", "resources:", "", "if:", "if", "as:", "as", "reason:", "", "[", "", "]", "",
			"- ", "").Replace(Print(r, ours))
		out = append(out, strings.Join(strings.Fields(text), " "))
	}
	return strings.Join(out, "; ")
}

// TestPrincipals: who may take a role is compared like what it may do.
func TestPrincipals(t *testing.T) {
	a := Statement{Name: "d/1", Effect: "Allow", Actions: []string{"sts:AssumeRole"},
		Principals: []string{"AWS:arn:aws:iam::111122223333:root"}}
	b := a
	b.Principals = []string{"*"}
	if r := Compare([]Statement{a}, []Statement{b}); len(r.Document) != 0 || len(r.Ours) != 1 {
		t.Errorf("anybody for one account: %+v", r)
	}
	b.Principals = []string{"AWS:arn:aws:iam::444455556666:root"}
	if r := Compare([]Statement{a}, []Statement{b}); len(r.Document) != 1 || len(r.Ours) != 1 {
		t.Errorf("another account: %+v", r)
	}
}
