package plan

import (
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

func TestWords(t *testing.T) {
	for _, c := range []struct {
		what, in string
		of       func(string) string
		want     string
	}{
		{"stem", "SubnetId", stem, "Subnet"},
		{"stem", "IdOfId", stem, "IdOf"},
		{"stem", "Sidecar", stem, "Sidecar"},
		{"description", "Kelp's „Größe“ #3 [a/b]", descriptionText, "Kelps Gre #3 [a/b]"},
		{"description", "a;rm -rf $HOME\n`x`<y>", descriptionText, "a;rm -rf $HOMExy"},
		{"identifier", "a-b c.9", identifier, "ABC9"},
		{"identifier", "", identifier, ""},
		{"camel", "AGENT_BUCKET_2", camel, "AgentBucket2"},
		{"characters", `*"\` + "\n", characters, `"*", '"', "\" or a line break`},
		{"characters", "é", characters, `"é"`},
		{"empty or", "each must be x", emptyOr, "each must be x; may be empty"},
		{"empty or", "must be x, not must be y", emptyOr, "must be empty or x, not must be y"},
		{"or empty", "", orEmpty, ""},
	} {
		if got := c.of(c.in); got != c.want {
			t.Errorf("%s of %q is %q, not %q", c.what, c.in, got, c.want)
		}
	}
}

func TestLabelOf(t *testing.T) {
	for _, c := range [][3]string{
		{"VpcId", "AWS::EC2::VPC::Id", "VPC"},
		{"NurserySubnetId", "AWS::EC2::Subnet::Id", "Nursery subnet"},
		{"Id", "String", "Id"}, {"x", "String", "x"}, {"URL", "String", "URL"},
		{"KeyArn", "String", "Key ARN"},
	} {
		if got := labelOf(c[0], c[1]); got != c[2] {
			t.Errorf("the label of %s is %q, not %q", c[0], got, c[2])
		}
	}
}

func TestGuaranteed(t *testing.T) {
	read := func(text string) (out []Literal) {
		for word := range strings.FieldsSeq(text) {
			atom, not := strings.CutPrefix(word, "!")
			out = append(out, Literal{Atom: atom, Not: not})
		}
		return out
	}
	for _, c := range []struct {
		literal, others string
		want            bool
	}{
		{"A", "A", true}, {"A", "!A", false}, {"!A", "A", false}, {"A", "", false}, {"A", "B A", true},
		{"P", "P=x", true}, {"!P", "P=x", false}, {"P=x", "P", false}, {"P=x", "P=x", true},
		{"P=x", "P=y", false}, {"!P=x", "P=y", true}, {"!P=x", "P=x", false}, {"!P=x", "!P", true},
		{"P=x", "!P", false}, {"!P", "!P=x", false}, {"P=x", "!P=y", false}, {"Px", "P=x", false},
		{"region.a", "region.a", true},
	} {
		if got := guaranteed(read(c.literal)[0], read(c.others)); got != c.want {
			t.Errorf("%s within %q: %v", c.literal, c.others, got)
		}
	}
}

// TestConditionNames: a name that two things would have belongs to the first; no condition is taken
// for another.
func TestConditionNames(t *testing.T) {
	m := &maker{plan: &Plan{}, names: map[string]*entity{}}
	for name, kind := range map[string]string{"Key": "text", "HasKey": "switch", "NotKey": "switch",
		"Mode": "enum", "A": "switch", "AAndKey": "switch"} {
		p := &spec.Parameter{Kind: spec.Word{Value: kind}}
		m.names[name] = &entity{noun: "parameter", param: p}
	}
	for _, c := range []struct {
		gate []Literal
		want string
	}{
		{nil, ""},
		{[]Literal{{Atom: "Key"}}, "HasKey"},
		{[]Literal{{Atom: "HasKey"}}, "HasKey2"},
		{[]Literal{{Atom: "Key"}}, "HasKey"},
		{[]Literal{{Atom: "HasKey", Not: true}}, "NotHasKey2"},
		{[]Literal{{Atom: "Mode=a.b"}}, "ModeIsAB"},
		{[]Literal{{Atom: "Mode=a-b"}}, "ModeIsAB2"},
		{[]Literal{{Atom: "A"}, {Atom: "Key"}}, "AAndHasKey"},
		{[]Literal{{Atom: "region.tide", Not: true}}, "NotRegionHasTide"},
	} {
		if got := m.condition(c.gate); got != c.want {
			t.Errorf("%v is called %q, not %q", c.gate, got, c.want)
		}
	}
}

// TestJunction: ten conditions at most stand in one function.
func TestJunction(t *testing.T) {
	for _, n := range []int{2, 10, 11, 21, 100, 101, 1001} {
		var parts []cfn.Value
		for i := range n {
			parts = append(parts, cfn.Cond("C"+itoa(i)))
		}
		leaves := 0
		cfn.Walk(junction(cfn.Or, parts), func(v cfn.Value) {
			f, _ := v.(cfn.Fn)
			list, _ := f.Arg.(cfn.List)
			if f.Name == "Condition" {
				leaves++
			} else if f.Name == "Fn::Or" && (len(list) < 2 || len(list) > 10) {
				t.Errorf("%d: a group of %d", n, len(list))
			}
		})
		if leaves != n {
			t.Errorf("%d became %d", n, leaves)
		}
	}
}

func TestRefuses(t *testing.T) {
	n := func(i int) *int { return &i }
	for _, c := range []struct {
		p     Parameter
		value string
		want  string
	}{
		{Parameter{AllowedValues: []string{"a", ""}}, "", ""},
		{Parameter{AllowedValues: []string{"a"}}, "A", "is none of a"},
		{Parameter{AllowedPattern: "a|b"}, "ab", "does not match a|b"}, // the whole value
		{Parameter{AllowedPattern: "^$|^[0-9]$", ConstraintDescription: "must be x"}, "12", "must be x"},
		{Parameter{AllowedPattern: "^a$"}, "a\n", "does not match ^a$"},
		{Parameter{MinLength: n(2)}, "é", "is shorter than 2 characters"},
		{Parameter{MaxLength: n(2)}, "éé", ""},
		{Parameter{MaxLength: n(2)}, "ééé", "is longer than 2 characters"},
		{Parameter{Type: "Number", MinValue: n(-2)}, "-3", "is less than -2"},
		{Parameter{Type: "Number", MaxValue: n(2)}, "2.5", "is more than 2"},
		{Parameter{Type: "Number"}, "0x", "is not a number"},
	} {
		if got := c.p.Refuses(c.value); got != c.want {
			t.Errorf("%q: %q, not %q", c.value, got, c.want)
		}
	}
}

// TestWordOf points at the longest word of the statement that the finding speaks of.
func TestWordOf(t *testing.T) {
	at := func(line int) diag.Range { return diag.Range{File: "f", Start: diag.Pos{Line: line, Col: 1}} }
	places := placesOf(spec.Words{{Value: "s3:Get", At: at(2)}, {Value: "s3:GetObject", At: at(3)},
		{Value: "*", At: at(4)}}, nil, spec.Texts{{Raw: "*", At: at(5)}, {Raw: "arn:x", At: at(6)}})
	for summary, line := range map[string]int{
		"nothing of it": 1, "s3:GetObject is wide": 3, `no action "Get"`: 2, "GetObject works": 3,
		`"*" is wide`: 4, "s3 is wide": 2,
		"arn:x is hard": 6,
	} {
		if got := wordOf(at(1), places, summary); got.Start.Line != line {
			t.Errorf("%q points at line %d, not %d", summary, got.Start.Line, line)
		}
	}
}

// TestCutWords keeps whole words where one fits, and letters where none does.
func TestCutWords(t *testing.T) {
	for _, c := range []struct {
		name string
		room int
		want string
	}{
		{"kelp-lake", 9, "kelp-lake"}, {"kelp-lake", 8, "kelp"}, {"kelp-lake", 5, "kelp"},
		{"kelp-lake", 4, "kelp"}, {"kelp-lake", 3, "kel"}, {"a-b-c", 4, "a-b"}, {"seaweed", 5, "seawe"},
	} {
		if got := cutWords(c.name, c.room); got != c.want {
			t.Errorf("%s in %d is %q, not %q", c.name, c.room, got, c.want)
		}
	}
}
